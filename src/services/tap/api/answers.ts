/** Answers and questions of the Tap's own small HTTP API, which is not XRPC. */
import {isDid, type Did} from '#atp/syntax/did.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import {readBytes} from '#xrpc/body.ts'

/** Bytes of a question, and DIDs in it. */
const bodySizeMax = 8 * 2 ** 20
const didsMax = 100_000

export const json = (value: unknown, status = 200): Response => Response.json(value, {status})

export const refusal = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({message}, {status, headers})

/** Thrown for a question that is not in order. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion'
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

/** The object in a body. Only what says that it is JSON is read, which no page of another site can send unasked. */
export async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new BadQuestion('The body has to be of the type application/json.', 415)
  }
  const tooBig = (): Error => new BadQuestion(`The body is larger than ${bodySizeMax} bytes.`, 413)
  const value = jsonOf(fromUtf8(await readBytes(request.body, bodySizeMax, tooBig)))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadQuestion('The body has to be an object of JSON.')
  }
  return value as Record<string, unknown>
}

export async function didsOf(request: Request): Promise<readonly Did[]> {
  const {dids} = await bodyOf(request)
  if (!Array.isArray(dids) || dids.length > didsMax) {
    throw new BadQuestion(`dids has to be a list of at most ${didsMax} DIDs.`)
  }
  const wrong = dids.find(did => typeof did !== 'string' || !isDid(did)) as unknown
  if (wrong !== undefined) throw new BadQuestion(`${JSON.stringify(wrong).slice(0, 100)} is not a DID.`)
  return [...new Set(dids as Did[])]
}

export const textsOf = (value: unknown, name: string): readonly string[] => {
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value
  throw new BadQuestion(`${name} has to be a list of texts.`)
}

/** A parameter that is a whole number. */
export function numberOf(params: URLSearchParams, name: string, initial: number, max: number): number {
  const given = params.get(name)
  if (given === null) return initial
  const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN
  if (value <= max) return value
  throw new BadQuestion(`${name} has to be a whole number, ${max} at most.`)
}
