/** Questions and answers of the operator's API, which is not XRPC: in the shapes that the reference relay has. */
import {fromUtf8, jsonOf} from '#std/text.ts'
import {readBytes} from '#xrpc/body.ts'

const bodySizeMax = 64 * 1024

export const json = (value: unknown, status = 200): Response => Response.json(value, {status})

/** That it was done. The text is what the reference relay answers. */
export const done = (): Response => json({success: 'true'})

export const refusal = (status: number, error: string, headers: Record<string, string> = {}): Response =>
  Response.json({error}, {status, headers})

/** Thrown for a question that is not in order. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion'
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

/** What a question says: its members by their names in small letters, since clients write some of them in other ways. */
export type Members = ReadonlyMap<string, unknown>

export function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const tooBig = (): Error => new BadQuestion(`The body is larger than ${bodySizeMax} bytes.`, 413)
  return readBytes(request.body as ReadableStream<Uint8Array<ArrayBuffer>> | null, bodySizeMax, tooBig)
}

/** The object in a body. */
export async function membersOf(request: Request): Promise<Members> {
  const value = jsonOf(fromUtf8(await bodyOf(request)))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadQuestion('The body has to be an object of JSON.')
  }
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]))
}

export function textOf(members: Members, name: string): string {
  const value = members.get(name)
  if (typeof value === 'string' && value !== '') return value
  throw new BadQuestion(`must specify ${name} parameter in body`)
}

export function paramOf(request: Request, name: string): string {
  const value = new URL(request.url).searchParams.get(name)?.trim()
  if (value !== undefined && value !== '') return value
  throw new BadQuestion(`must pass a valid ${name}`)
}

/** A whole number from 0 on, of which there is none that is larger than `max`. */
export function wholeNumber(text: string, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value <= max) return value
  throw new BadQuestion(`${name} has to be a whole number, ${max} at most.`)
}
