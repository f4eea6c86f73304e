/** What a form of ours sent: its fields and its files, within bounds. */
import {readBytes} from '#xrpc/body.ts'

const sizeMax = 12_000_000

/** The fields of a posted form; `undefined` when the body is too large or no form. */
export async function formOf(request: Request): Promise<FormData | undefined> {
  try {
    const bytes = await readBytes(request.body as ReadableStream<Uint8Array<ArrayBuffer>> | null, sizeMax, tooBig)
    const headers = {'content-type': request.headers.get('content-type') ?? ''}
    return await new Response(bytes, {headers}).formData()
  } catch {
    return undefined
  }
}

const tooBig = (): Error => new RangeError('The form is too large.')

/** A field's text; empty when it is not there or is a file. */
export function field(form: FormData | undefined, name: string): string {
  const value = form?.get(name)
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''
}
