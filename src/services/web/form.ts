/** What a form of ours sent: its fields and its files, within bounds. */
import {mediaType, readBytes} from '#xrpc/body.ts'

/** Bytes of a form with files, and of one without. */
const sizeMax = 12_000_000
const textSizeMax = 256 * 1024
/** Parts of a form with files. Forms are taken apart while nobody else is served, and what that costs is the parts. */
const partsMax = 1_000

/** The fields of a posted form; `undefined` when the body is too large, in too many parts, or no form. */
export async function formOf(request: Request): Promise<FormData | undefined> {
  try {
    const type = request.headers.get('content-type') ?? ''
    const isMultipart = mediaType(type) === 'multipart/form-data'
    const body = request.body as ReadableStream<Uint8Array<ArrayBuffer>> | null
    const bytes = await readBytes(body, isMultipart ? sizeMax : textSizeMax, tooBig)
    if (isMultipart && hasMoreParts(bytes, partsMax)) throw tooBig()
    const headers = {'content-type': type}
    return await new Response(bytes, {headers}).formData()
  } catch {
    return undefined
  }
}

function hasMoreParts(bytes: Uint8Array, max: number): boolean {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  // Each part begins with a line that begins so, whatever the boundary is; in files four such bytes are rare.
  let parts = 0
  for (let at = content.indexOf('--'); at >= 0 && parts <= max; at = content.indexOf('\n--', at + 1)) parts++
  return parts > max
}

const tooBig = (): Error => new RangeError('The form is too large.')

/** A field's text; empty when it is not there or is a file. */
export function field(form: FormData | undefined, name: string): string {
  const value = form?.get(name)
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''
}
