/**
 * Calls with something wrong in them. Whatever it is, the answer is one of the protocol's: a success, or a refusal with
 * the name of an error; never a fault of ours, never more than clients take, never after long.
 */
import assert from 'node:assert/strict'
import type {HostileNetwork} from './network.ts'
import type {ServiceName} from '../../src/bin/services.ts'

export interface Call {
  readonly method?: 'GET' | 'POST'
  readonly query?: string
  readonly body?: BodyInit
  /** `application/json` unless given. */
  readonly type?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface CallAnswer {
  readonly status: number
  /** The name of the error; empty for a success. */
  readonly error: string
  readonly text: string
}

const answerMs = 20_000
const sizeMax = 12_000_000
/** Another server's fault, told by name, is an answer; ours is not. */
const passedOn = new Set([501, 502, 503, 504])

export async function call(
  network: Pick<HostileNetwork, 'url'>,
  on: ServiceName,
  nsid: string,
  {method, query = '', body, type = 'application/json', token, headers = {}}: Call = {},
): Promise<CallAnswer> {
  const all = new Headers(headers)
  if (body !== undefined) all.set('content-type', type)
  if (token !== undefined) all.set('authorization', `Bearer ${token}`)
  const response = await fetch(`${network.url(on)}/xrpc/${nsid}${query}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: all,
    body,
    signal: AbortSignal.timeout(answerMs),
  })
  const text = await response.text()
  const {status} = response
  assert.ok(status < 500 || passedOn.has(status), `${nsid}${query.slice(0, 200)}: ${status} ${text.slice(0, 500)}`)
  assert.ok(text.length < sizeMax, `${nsid} answers with ${text.length} bytes`)
  const {error = ''} = (status >= 400 ? JSON.parse(text) : {}) as {error?: string}
  if (status >= 400) assert.match(error, /^[A-Za-z]+$/, `${nsid}: ${status} ${text.slice(0, 200)}`)
  return {status, error, text}
}

/** Fails unless it is refused, by one of these names where they are given. */
export async function isRefused(
  ...[network, on, nsid, given, names]: [...Parameters<typeof call>, RegExp?]
): Promise<void> {
  const {status, error, text} = await call(network, on, nsid, given)
  assert.ok(status >= 400, `${nsid} is answered with ${status} ${text.slice(0, 300)}`)
  if (names) assert.match(error, names)
}

export const accessOf = ({session}: {session?: {accessJwt: string}}): string => {
  assert.ok(session)
  return session.accessJwt
}
