/** What a form of ours sent: its fields and its files, within bounds. */
import {mediaType, readBytes} from '#xrpc/body.ts'

/** Bytes of a form with files, and of one without. */
const sizeMax = 12_000_000
const textSizeMax = 256 * 1024
/** Parts, which are fields or files. A form is taken apart while nobody else is served, and what that costs is its parts. */
const partsMax = 1_000

/** Why a body is no form: `too-large` in bytes or in parts, or `unreadable`. */
export type FormFault = 'too-large' | 'unreadable'

/** The fields of a posted form, or why there are none. Files are read only where `files` says so. */
export async function formOf(request: Request, {files}: {files: boolean}): Promise<FormData | FormFault> {
  const type = request.headers.get('content-type') ?? ''
  const isMultipart = mediaType(type) === 'multipart/form-data'
  try {
    const body = request.body as ReadableStream<Uint8Array<ArrayBuffer>> | null
    const bytes = await readBytes(body, files && isMultipart ? sizeMax : textSizeMax, () => new TooLarge())
    if (hasMoreParts(bytes, isMultipart ? '\n--' : '&', partsMax)) return 'too-large'
    return await new Response(bytes, {headers: {'content-type': type}}).formData()
  } catch (error) {
    return error instanceof TooLarge ? 'too-large' : 'unreadable'
  }
}

class TooLarge extends Error {}

/**
 * Whether there are more than `max`. Each part of a form with files begins with a line of two dashes, whatever the boundary
 * is; in files four such bytes are rare.
 */
function hasMoreParts(bytes: Uint8Array, separator: '\n--' | '&', max: number): boolean {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let parts = 1
  for (let at = content.indexOf(separator); at >= 0 && parts <= max; at = content.indexOf(separator, at + 1)) parts++
  return parts > max
}

/** A field's text; empty when it is not there or is a file. */
export function field(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''
}
