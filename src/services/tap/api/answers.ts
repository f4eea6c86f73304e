/** Answers and questions of the Tap's own small HTTP API, which is not XRPC. */
import {isDid, type Did} from '#atp/syntax/did.ts'
import {BadQuestion, objectOf, wholeNumber} from '#runtime/http/questions.ts'

/** Bytes of a question, and DIDs in it. */
const bodySizeMax = 8 * 2 ** 20
const didsMax = 100_000

export const refusal = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({message}, {status, headers})

/** The object in a body. Only what says that it is JSON is read, which no page of another site can send unasked. */
export async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new BadQuestion('The body has to be of the type application/json.', 415)
  }
  return objectOf(request, bodySizeMax)
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
  return wholeNumber(given, name, max)
}
