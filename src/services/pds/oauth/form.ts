/**
 * What a client sends: fields, as a form or as JSON, within bounds. A field that comes twice is refused, for two readers
 * could take two different ones for it (RFC 6749, section 3.2).
 */
import {fromUtf8, jsonOf} from '#std/text.ts'
import {mediaType, readBytes, vouchedSize} from '#xrpc/body.ts'
import {OAuthError} from './oauth-error.ts'

/** Bytes. The longest that is sent is a scope. */
const formSizeMax = 64 * 1024
const fieldsMax = 50

export class Form {
  readonly #fields: ReadonlyMap<string, string>

  constructor(fields: ReadonlyMap<string, string>) {
    this.#fields = fields
  }

  get(name: string, lengthMax: number): string | undefined {
    const value = this.#fields.get(name)
    if (value !== undefined && value.length > lengthMax) {
      throw new OAuthError('invalid_request', `${name} has more than ${lengthMax} characters.`)
    }
    return value === '' ? undefined : value
  }

  demand(name: string, lengthMax: number): string {
    const value = this.get(name, lengthMax)
    if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing.`)
    return value
  }

  has(name: string): boolean {
    return this.#fields.has(name)
  }
}

/** The fields of a request. Throws `OAuthError` `invalid_request`. */
export async function formOf(request: Request): Promise<Form> {
  const type = mediaType(request.headers.get('content-type'))
  const isJson = type === 'application/json'
  if (!isJson && type !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'Send application/x-www-form-urlencoded.', {status: 415})
  }
  const tooBig = (): OAuthError =>
    new OAuthError('invalid_request', `The request has more than ${formSizeMax} bytes.`, {status: 413})
  // One that is as long as the transport says needs no stream around it.
  const isShort = (vouchedSize(request) ?? Infinity) <= formSizeMax
  const body = (): ReadableStream<Uint8Array<ArrayBuffer>> | null => request.body
  const read = isShort ? request.bytes() : readBytes(body(), formSizeMax, tooBig)
  const bytes = await read.catch((error: unknown) => {
    if (error instanceof OAuthError) throw error
    throw new OAuthError('invalid_request', 'The request could not be read.', {cause: error})
  })
  const text = fromUtf8(bytes)
  if (text === undefined) throw new OAuthError('invalid_request', 'The request is no UTF-8.')
  const fields = new Map<string, string>()
  const pairs = isJson ? jsonPairs(text) : new URLSearchParams(text)
  for (const [name, value] of pairs) {
    if (fields.has(name)) throw new OAuthError('invalid_request', `${name.slice(0, 100)} is given twice.`)
    if (fields.size === fieldsMax) throw new OAuthError('invalid_request', `There are more than ${fieldsMax} fields.`)
    fields.set(name, value)
  }
  return new Form(fields)
}

function jsonPairs(text: string): [string, string][] {
  const json = jsonOf(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OAuthError('invalid_request', 'The request is no JSON object.')
  }
  const texts = Object.entries(json).filter(([, value]) => value !== null && value !== undefined)
  return texts.map(([name, value]: [string, unknown]) => {
    if (typeof value === 'number' || typeof value === 'boolean') return [name, String(value)]
    if (typeof value !== 'string') throw new OAuthError('invalid_request', `${name.slice(0, 100)} is no text.`)
    return [name, value]
  })
}
