/**
 * An app's way to tokens over sockets, at ours and at the official server: only the page on which somebody agrees differs.
 * Proofs can be signed before they are used: one costs the app as much as the server.
 */
import {createHash, generateKeyPairSync, randomUUID, sign, type KeyObject} from 'node:crypto'
import {Outbound} from '#runtime/strangers/outbound.ts'
import {SiteBrowser} from './site-browser.ts'

export type Side = 'ours' | 'official'

const redirectUri = 'http://127.0.0.1/callback'
const scope = 'atproto transition:generic'
export const clientId = `http://localhost?${new URLSearchParams({redirect_uri: redirectUri, scope})}`
export const password = 'correct horse battery'

export interface Answer {
  status: number
  json: {request_uri?: string; access_token?: string; refresh_token?: string; error?: string}
}

export interface Grant {
  code: string
  verifier: string
}

const base64Url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** One app with tokens for one account. */
export class AppSession {
  readonly #url: string
  readonly #side: Side
  readonly #key: KeyObject
  readonly #header: string
  #nonce: string | undefined
  access = ''
  refresh = ''

  constructor(url: string, side: Side) {
    const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
    this.#url = url
    this.#side = side
    this.#key = privateKey
    this.#header = base64Url({alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({format: 'jwk'})})
  }

  /** Asks for access to an account, which has just been signed up with `password` and agrees. */
  async authorize(handle: string, did: string): Promise<Grant> {
    const verifier = `${randomUUID()}${randomUUID()}`
    const {status, json} = await this.post('/oauth/par', {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    if (json.request_uri === undefined) throw new Error(`The request was answered with ${status} ${json.error}.`)
    const query = new URLSearchParams({client_id: clientId, request_uri: json.request_uri})
    const agree = this.#side === 'ours' ? agreeAtOurs : agreeAtOfficial
    const params = await agree(this.#url, `/oauth/authorize?${query}`, handle, did)
    return {code: params.get('code') ?? '', verifier}
  }

  /** Comes for the tokens. */
  async exchange({code, verifier}: Grant): Promise<Answer> {
    const grant = {grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier}
    return this.#tokens(await this.post('/oauth/token', grant))
  }

  /** Renews them, by default with the token that it has. */
  async renew(token = this.refresh): Promise<Answer> {
    return this.#tokens(await this.post('/oauth/token', {grant_type: 'refresh_token', refresh_token: token}))
  }

  #tokens(answer: Answer): Answer {
    if (answer.status === 200) {
      this.access = answer.json.access_token ?? ''
      this.refresh = answer.json.refresh_token ?? ''
    }
    return answer
  }

  /** The status of a call of `path` with the access token. */
  async call(path: string): Promise<number> {
    for (let tries = 0; ; tries++) {
      const headers = {authorization: `DPoP ${this.access}`, dpop: this.proof('GET', path)}
      const response = await fetch(`${this.#url}${path}`, {headers})
      await response.arrayBuffer()
      this.#nonce = response.headers.get('dpop-nonce') ?? undefined
      const isNonce = response.headers.get('www-authenticate')?.includes('use_dpop_nonce') ?? false
      if (!isNonce || tries === 2) return response.status
    }
  }

  /** For a call of `path` with the access token, or for the endpoint of tokens. */
  proof(method: 'GET' | 'POST', path: string): string {
    const ath = method === 'GET' ? createHash('sha256').update(this.access).digest('base64url') : undefined
    const iat = Math.floor(Date.now() / 1_000)
    const claims = {jti: randomUUID(), htm: method, htu: `${this.#url}${path}`, iat, nonce: this.#nonce, ath}
    const signed = `${this.#header}.${base64Url(claims)}`
    const signature = sign('sha256', Buffer.from(signed), {key: this.#key, dsaEncoding: 'ieee-p1363'})
    return `${signed}.${signature.toString('base64url')}`
  }

  /** Takes the nonce of now, so that proofs made next are good for minutes. */
  async renewNonce(): Promise<void> {
    await this.post('/oauth/revoke', {token: 'none'})
  }

  /** Rejects when there is no answer. */
  async post(path: string, fields: Record<string, string>): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const body = new URLSearchParams({client_id: clientId, ...fields})
      const headers = {dpop: this.proof('POST', path)}
      const response = await fetch(`${this.#url}${path}`, {method: 'POST', body, headers})
      this.#nonce = response.headers.get('dpop-nonce') ?? undefined
      const json = (await response.json()) as Answer['json']
      if (json.error !== 'use_dpop_nonce' || tries === 2) return {status: response.status, json}
    }
  }
}

/** Not the global `fetch`, which has its own mind about the headers of browsers. */
const outbound = new Outbound({userAgent: 'app'})
const browserAt = (url: string): SiteBrowser =>
  new SiteBrowser({origin: url, fetch: request => outbound.fetch(new Request(request, {redirect: 'manual'}))})

/** The hidden fields of a page's form. */
const fieldsOf = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  )

/** By the forms of our pages. */
async function agreeAtOurs(url: string, path: string, handle: string): Promise<URLSearchParams> {
  const browser = browserAt(url)
  const signIn = fieldsOf(await browser.page(path))
  const signedIn = await browser.post('/account/sign-in', {...signIn, identifier: handle, password})
  const consent = fieldsOf(await browser.page(signedIn.headers.get('location') ?? ''))
  const answer = await browser.post('/oauth/authorize', {...consent, decision: 'accept'})
  return new URL(answer.headers.get('location') ?? 'none:').searchParams
}

/** By the calls that the official page makes. Gives what the app is sent back with. */
export async function agreeAtOfficial(
  url: string,
  path: string,
  handle: string,
  did: string,
): Promise<URLSearchParams> {
  const browser = browserAt(url)
  await browser.get(path, {'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site'})
  const call = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const response = await browser.send(`/@atproto/oauth-provider/~api/${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: url,
        referer: `${url}${path}`,
        'sec-fetch-mode': 'same-origin',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-dest': 'empty',
        'x-csrf-token': browser.cookies.get('csrf-token') ?? '',
      },
      body: JSON.stringify(input),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`)
    return answer
  }
  await call('sign-in', {username: handle, password, locale: 'en', remember: true})
  const {url: to} = await call('consent', {did, scope})
  return new URL(String(to)).searchParams
}
