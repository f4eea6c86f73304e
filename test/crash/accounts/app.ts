/**
 * An app on its user's machine that has access by OAuth, over real sockets: it asks, sends its user's browser to decide,
 * and holds tokens that are bound to its key. It is a thing: its access is open or has ended.
 */
import assert from 'node:assert/strict'
import {createHash, randomBytes} from 'node:crypto'
import {exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK} from 'jose'
import {loopbackClientId} from '../../access-request.ts'
import type {SiteBrowser} from '../../site-browser.ts'
import type {Thing} from './things.ts'
import {done, type Answer, type Ask, type Wire} from './wire.ts'

const scope = 'atproto transition:generic'
const redirectUri = 'http://127.0.0.1/callback'
const clientId = loopbackClientId(redirectUri, scope)

export interface Key {
  privateKey: CryptoKey
  jwk: JWK
}

export async function newKey(): Promise<Key> {
  const {privateKey, publicKey} = await generateKeyPair('ES256')
  return {privateKey, jwk: await exportJWK(publicKey)}
}

/** A request for access that a browser may be sent to decide on. */
interface Asked {
  path: string
  verifier: string
}

/** What a code is exchanged with. */
export interface Code {
  code: string
  verifier: string
}

let apps = 0

export class App implements Thing {
  readonly name: string
  state = 'none'
  /** What it began with; good once. */
  code: Code | undefined
  access = ''
  refreshToken = ''
  readonly #wire: Wire
  readonly #key: Key
  #nonce = ''
  /** A call that was answered: nobody may make it once more. */
  #used: {path: string; headers: Record<string, string>} | undefined

  constructor(wire: Wire, key: Key) {
    this.#wire = wire
    this.#key = key
    this.name = `app ${apps++}`
  }

  async #proof(method: string, path: string, more: object): Promise<string> {
    const claims = {jti: randomBytes(12).toString('base64url'), htm: method, htu: this.#wire.url + path}
    return new SignJWT({...claims, iat: Math.floor(Date.now() / 1_000), nonce: this.#nonce, ...more})
      .setProtectedHeader({alg: 'ES256', typ: 'dpop+jwt', jwk: this.#key.jwk})
      .sign(this.#key.privateKey)
  }

  /** Sends it again where the server wants a newer nonce, as after a start. */
  async #send(path: string, query: string, ask: Ask, more: object): Promise<Answer> {
    const method = ask.body === undefined ? 'GET' : 'POST'
    for (let tries = 0; ; tries++) {
      const headers = {...ask.headers, dpop: await this.#proof(method, path, more)}
      const answer = await this.#wire.ask(path + query, {...ask, headers})
      this.#nonce = answer.headers.get('dpop-nonce') ?? this.#nonce
      if (tries === 0 && answer.json.error === 'use_dpop_nonce') continue
      if (answer.status === 200 && method === 'GET') this.#used = {path: path + query, headers}
      return answer
    }
  }

  post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const body = new URLSearchParams({client_id: clientId, ...fields}).toString()
    return this.#send(path, '', {body, headers: {'content-type': 'application/x-www-form-urlencoded'}}, {})
  }

  /** A call of a method, as the account. */
  call(nsid: string, ask: Ask = {}, query = ''): Promise<Answer> {
    const headers = {...ask.headers, authorization: `DPoP ${this.access}`}
    const ath = createHash('sha256').update(this.access).digest('base64url')
    return this.#send(`/xrpc/${nsid}`, query, {...ask, headers}, {ath})
  }

  async ask(): Promise<Asked> {
    const verifier = randomBytes(40).toString('base64url')
    const {status, json} = await this.post('/oauth/par', {
      redirect_uri: redirectUri,
      response_type: 'code',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      scope,
      state: 'mine',
    })
    assert.equal(status, 201, JSON.stringify(json))
    const query = new URLSearchParams({client_id: clientId, request_uri: String(json.request_uri)})
    return {path: `/oauth/authorize?${query}`, verifier}
  }

  exchange({code, verifier}: Code): Promise<Answer> {
    const fields = {grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier}
    return this.post('/oauth/token', fields)
  }

  refresh(): Promise<Answer> {
    return this.post('/oauth/token', {grant_type: 'refresh_token', refresh_token: this.refreshToken})
  }

  take(answer: Answer): void {
    const json = done(answer)
    this.access = String(json.access_token)
    this.refreshToken = String(json.refresh_token)
  }

  async look(wanted: readonly string[]): Promise<string> {
    if (this.refreshToken === '') {
      // Its code was sent, and never answered: it may have been used, but then by nobody else and for nothing.
      if (this.code) assert.ok([200, 400].includes((await this.exchange(this.code)).status))
      if (this.code) refuses(await this.exchange(this.code), 'a code that was used')
      return wanted.includes('none') ? 'none' : 'ended'
    }
    const session = await this.call('com.atproto.server.getSession')
    // So that one which is thought to have ended is not kept by looking.
    const answer = await this.refresh()
    if (answer.status !== 200) {
      refuses(answer, 'a refresh token of access that has ended')
      assert.equal(session.status, 401, `${this.name}: an access token outlives its refresh token`)
      return 'ended'
    }
    // A lost answer to an earlier refresh costs an app nothing, nor does one to this.
    const again = await this.refresh()
    assert.equal(done(again).refresh_token, answer.json.refresh_token, `${this.name}: one token has one successor`)
    this.take(again)
    done(await this.call('com.atproto.server.getSession'))
    return 'open'
  }

  /** What was said once is worth nothing when it is said again, also after a start. */
  async replay(): Promise<void> {
    const used = this.#used
    this.#used = undefined
    if (!used) return
    const {status, json} = await this.#wire.ask(used.path, {headers: used.headers})
    assert.equal(status, 401, `a proof was taken twice: ${JSON.stringify(json)}`)
  }
}

export function refuses({status, json}: Answer, what: string): void {
  assert.equal(status, 400, `${what} is refused: ${JSON.stringify(json)}`)
  assert.equal(json.error, 'invalid_grant')
}

/** What a browser does with the page that an app sends it to: `did` agrees. Gives the code. */
export async function agree(browser: SiteBrowser, {path, verifier}: Asked, did: string): Promise<Code> {
  const page = await browser.page(`${path}&account=${encodeURIComponent(did)}`)
  const fields = Object.fromEntries(
    [...page.matchAll(/name="(client_id|request_uri|account)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  )
  assert.equal(fields.account, did, page.slice(0, 2_000))
  const answer = await browser.post('/oauth/authorize', {...fields, decision: 'accept'})
  const code = URL.parse(answer.headers.get('location') ?? '')?.searchParams.get('code')
  assert.ok(code, `consent leads to a code: ${answer.status} ${answer.headers.get('location')}`)
  return {code, verifier}
}
