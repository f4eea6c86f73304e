/** An app on its user's machine that asks for access by OAuth, for tests of the pages on which somebody decides. */
import {equal} from 'node:assert/strict'
import {createHash} from 'node:crypto'

export interface AccessRequest {
  /** Where the browser is sent to decide. */
  path: string
  requestUri: string
  clientId: string
}

export interface AccessRequestInit {
  scope?: string
  redirectUri?: string
  /** Another client; its document has to be found. */
  clientId?: string
  /** Where the server is. */
  at?: string
  /** Beside what every request has, such as `prompt`. */
  more?: Readonly<Record<string, string>>
}

/** The client that needs no document, which says it all in its id. */
export const loopbackClientId = (redirectUri: string, scope: string): string =>
  `http://localhost?${new URLSearchParams({redirect_uri: redirectUri, scope})}`

/** Pushes a request to the server behind `fetch`. */
export async function askForAccess(
  fetch: (request: Request) => Promise<Response>,
  {
    scope = 'atproto transition:generic',
    redirectUri = 'http://127.0.0.1/callback',
    clientId,
    at = 'http://localhost:2583',
    more = {},
  }: AccessRequestInit = {},
): Promise<AccessRequest> {
  const id = clientId ?? loopbackClientId(redirectUri, scope)
  const body = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    code_challenge: createHash('sha256').update('v'.repeat(50)).digest('base64url'),
    code_challenge_method: 'S256',
    scope,
    state: 'mine',
    ...more,
  })
  const response = await fetch(new Request(`${at}/oauth/par`, {method: 'POST', body}))
  const answer = (await response.json()) as {request_uri: string}
  equal(response.status, 201, JSON.stringify(answer))
  const query = new URLSearchParams({client_id: id, request_uri: answer.request_uri})
  return {path: `/oauth/authorize?${query}`, requestUri: answer.request_uri, clientId: id}
}
