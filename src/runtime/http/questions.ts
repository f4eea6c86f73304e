/** Questions to a small HTTP API that is not XRPC, such as that of a Tap or for the operator of a relay: read, bounded, refused. */
import {fromUtf8, jsonOf} from '#std/text.ts'
import {readBytes} from '#xrpc/body.ts'

export const json = (value: unknown, status = 200): Response => Response.json(value, {status})

/** Thrown for a question that is not in order; `message` is for whoever asked, and `status` is that of the answer. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion'
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

/** The bytes of a body. Throws `BadQuestion` (413) where there are more than `sizeMax`. */
export function bodyOf(request: Request, sizeMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooBig = (): Error => new BadQuestion(`The body is larger than ${sizeMax} bytes.`, 413)
  return readBytes(request.body as ReadableStream<Uint8Array<ArrayBuffer>> | null, sizeMax, tooBig)
}

/** The object in a body. Throws `BadQuestion` where there is none. */
export async function objectOf(request: Request, sizeMax: number): Promise<Readonly<Record<string, unknown>>> {
  const value = jsonOf(fromUtf8(await bodyOf(request, sizeMax)))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new BadQuestion('The body has to be an object of JSON.')
}

/** A whole number from 0 on, of which there is none that is larger than `max`. Throws `BadQuestion`. */
export function wholeNumber(text: string, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value <= max) return value
  throw new BadQuestion(`${name} has to be a whole number, ${max} at most.`)
}
