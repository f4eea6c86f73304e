/**
 * An app that asks for access by OAuth, and the authorization server of a PDS on a clock moved by hand: each step as its
 * specification has it, so that a test can take one wrongly. The documents of apps are on a web of this process.
 */
import {equal, match, ok} from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {test, type TestContext} from 'node:test'
import {exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters} from 'jose'
import type {Did} from '../src/atp/syntax/did.ts'
import {Keypair} from '../src/atp/crypto/key.ts'
import {parseLexicon} from '../src/lex/doc/parse.ts'
import type {Sql} from '../src/engines/sql/sql.ts'
import {openSqlite} from '../src/engines/sql/sqlite.ts'
import {openLimits} from '../src/engines/open.ts'
import {oauthLimits} from '../src/services/pds/api/oauth-limits.ts'
import {RateLimits} from '../src/services/pds/api/rate-limits.ts'
import {oauthParts, type OAuthParts} from '../src/services/pds/oauth-parts.ts'
import {PermissionSets} from '../src/services/pds/permissions/permission-sets.ts'
import {pdsMigrations} from '../src/services/pds/store/schema.ts'
import {sqlitePdsStores} from '../src/services/pds/store/stores.sqlite.ts'
import type {PdsStores} from '../src/services/pds/store/stores.ts'
import {silentLog} from '../src/std/log.ts'
import {realWorld, type World} from '../src/std/world.ts'
import {HandClock} from './hand-clock.ts'
import {alice, bob, newAccount} from './pds-stores.ts'

export {alice, bob}
export const issuer = 'https://pds.example.com'
export const service = 'did:web:pds.example.com' as Did
export const publicId = 'https://app.example.com/client.json'
export const secretId = 'https://web.example.com/client.json'
export const callback = 'https://app.example.com/callback'
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What a client says of itself, at its id. */
export const metadataOf = (id: string, more: object = {}): object => ({
  client_id: id,
  client_name: 'An app',
  redirect_uris: [`${new URL(id).origin}/callback`],
  scope: 'atproto transition:generic',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'web',
  dpop_bound_access_tokens: true,
  ...more,
})

export interface OAuthServer extends OAuthParts {
  clock: HandClock
  stores: PdsStores
  /** Answers by URL: an object is JSON. */
  web: Map<string, object | (() => Response | Promise<Response>)>
  oauthKey: Keypair
  /** Permission sets that are published, by NSID. */
  sets: Map<string, object>
  /** The URLs that were asked for on that web. */
  asked: string[]
}

/** A server with the accounts of alice and bob, and a client without a key at `publicId`. */
export async function oauthServer(
  context: TestContext,
  given: {sql?: Sql; trusted?: string[]; limited?: boolean; guarded?: World; service?: string; oauthKey?: Keypair} = {},
): Promise<OAuthServer> {
  const {sql = openSqlite(undefined, {migrations: pdsMigrations})} = given
  context.after(() => sql.close())
  const stores = sqlitePdsStores(sql)
  for (const did of [alice, bob]) equal(await stores.accounts.create(newAccount(did)), 'done')
  const clock = new HandClock(1_800_000_000_000)
  const world: World = {...realWorld, now: clock.now, sleep: clock.sleep}
  const web: OAuthServer['web'] = new Map([[publicId, metadataOf(publicId)]])
  const asked: string[] = []
  const guarded = given.guarded ?? {
    ...world,
    fetch: async ({url}) => {
      asked.push(url)
      const found = web.get(url)
      if (typeof found === 'function') return found()
      return found ? Response.json(found) : new Response('There is nothing here.', {status: 404})
    },
  }
  const {oauthKey = Keypair.generate('p256', world.random)} = given
  const sets: OAuthServer['sets'] = new Map()
  const permissionSets = new PermissionSets({
    async find(id, {mayLook}) {
      if (!(await mayLook?.())) return undefined
      const main = sets.get(id)
      return main && {doc: parseLexicon({lexicon: 1, id, defs: {main}}), cid: 'cid', did: service}
    },
  })
  const parts = oauthParts({
    config: {publicUrl: issuer, oauthTrustedClients: given.trusted ?? []},
    service: (given.service ?? service) as Did,
    secrets: {oauthKey, oauthSecret: world.random(32)},
    stores,
    limits: oauthLimits(new RateLimits(given.limited ?? false, world, openLimits('memory:', world.now))),
    world,
    guarded,
    permissionSets,
    log: silentLog,
  })
  return {...parts, clock, stores, web, sets, asked, oauthKey}
}

export interface Key {
  privateKey: CryptoKey
  jwk: JWK
}

export async function newKey(algorithm = 'ES256'): Promise<Key> {
  const {privateKey, publicKey} = await generateKeyPair(algorithm, {extractable: true})
  return {privateKey, jwk: await exportJWK(publicKey)}
}

export interface Answer {
  status: number
  headers: Headers
  // What is asserted of it is what the test says.
  json: Record<string, string | number | undefined>
}

/** An answer that refuses by this name, and says so. */
export function refused({status, json}: Answer, error: string, says = /./): void {
  equal(json.error, error, String(json.error_description))
  match(String(json.error_description), says)
  ok(status >= 400 && status < 500)
}

export interface ProofChange {
  claims?: Record<string, unknown>
  header?: Partial<JWTHeaderParameters>
  key?: Key
}

let jtis = 0

/** One app: its id, the key of its proofs, and, where it has one, the key of its assertions. */
export class App {
  readonly server: OAuthServer
  readonly id: string
  readonly key: Key
  readonly secret: Key | undefined
  nonce: string | undefined
  readonly verifier = 'v'.repeat(42) + String(jtis++).padStart(10, '0')

  private constructor(server: OAuthServer, id: string, key: Key, secret: Key | undefined) {
    this.server = server
    this.id = id
    this.key = key
    this.secret = secret
  }

  static async make(server: OAuthServer, id = publicId, secret?: Key): Promise<App> {
    return new App(server, id, await newKey(), secret)
  }

  /** One that shows who it is by a key, and has said so at `secretId`. */
  static async confidential(server: OAuthServer, more: object = {}): Promise<App> {
    const secret = await newKey()
    server.web.set(secretId, metadataOf(secretId, {...confidentialFields([{...secret.jwk, kid: 'one'}]), ...more}))
    return App.make(server, secretId, secret)
  }

  get challenge(): string {
    return createHash('sha256').update(this.verifier).digest('base64url')
  }

  get redirectUri(): string {
    return `${new URL(this.id).origin}/callback`
  }

  async proof(
    method: string,
    url: string,
    {claims = {}, header = {}, key = this.key}: ProofChange = {},
  ): Promise<string> {
    const all = {jti: `jti ${jtis++}`, htm: method, htu: url, nonce: this.nonce, iat: this.#now(), ...claims}
    const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    return new SignJWT(said)
      .setProtectedHeader({alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk, ...header})
      .sign(key.privateKey)
  }

  async assertion(
    claims: Record<string, unknown> = {},
    header: Partial<JWTHeaderParameters> = {},
    key = this.secret,
  ): Promise<string> {
    ok(key)
    const now = this.#now()
    return new SignJWT({
      iss: this.id,
      sub: this.id,
      aud: issuer,
      jti: `jti ${jtis++}`,
      iat: now,
      exp: now + 60,
      ...claims,
    })
      .setProtectedHeader({alg: 'ES256', kid: 'one', ...header})
      .sign(key.privateKey)
  }

  #now(): number {
    return Math.floor(this.server.clock.now() / 1_000)
  }

  /** Posts these fields as they are, with this proof. */
  async send(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const body = new URLSearchParams(fields)
    const response = await this.server.oauth.fetch(new Request(`${issuer}${path}`, {method: 'POST', body, headers}))
    ok(response)
    this.nonce = response.headers.get('dpop-nonce') ?? undefined
    return {status: response.status, headers: response.headers, json: (await response.json()) as Answer['json']}
  }

  /** Posts as an app should; `change` says what is otherwise. A field that is `undefined` is left out. */
  async post(path: string, fields: Record<string, string | undefined>, change: ProofChange = {}): Promise<Answer> {
    this.nonce ??=
      this.server.oauth
        .withNonce(new Request(issuer, {headers: {dpop: '-'}}), new Response())
        .headers.get('dpop-nonce') ?? undefined
    const own = {
      client_id: this.id,
      ...(this.secret && {
        client_assertion_type: assertionType,
        client_assertion: 'client_assertion' in fields ? undefined : await this.assertion(),
      }),
    }
    const all = Object.entries({...own, ...fields}).filter((field): field is [string, string] => field[1] !== undefined)
    return this.send(path, Object.fromEntries(all), {dpop: await this.proof('POST', `${issuer}${path}`, change)})
  }

  push(fields: Record<string, string | undefined> = {}, change: ProofChange = {}): Promise<Answer> {
    return this.post(
      '/oauth/par',
      {
        response_type: 'code',
        redirect_uri: this.redirectUri,
        scope: 'atproto transition:generic',
        state: 'the state',
        code_challenge: this.challenge,
        code_challenge_method: 'S256',
        ...fields,
      },
      change,
    )
  }

  /** From a pushed request to the code for it, `did` having agreed in a browser. */
  async code(fields: Record<string, string | undefined> = {}, did = alice): Promise<string> {
    const pushed = await this.push(fields)
    equal(pushed.status, 201, JSON.stringify(pushed.json))
    const uri = String(pushed.json.request_uri)
    const {authorizations} = this.server
    const {scope} = await authorizations.open(uri, this.id, 'browser')
    const {parameters} = await authorizations.accept(uri, 'browser', did, 'device', scope)
    return new Map(parameters).get('code') ?? ''
  }

  exchange(code: string, fields: Record<string, string | undefined> = {}, change: ProofChange = {}): Promise<Answer> {
    return this.post(
      '/oauth/token',
      {grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, code_verifier: this.verifier, ...fields},
      change,
    )
  }

  refresh(token: unknown, fields: Record<string, string | undefined> = {}, change: ProofChange = {}): Promise<Answer> {
    return this.post('/oauth/token', {grant_type: 'refresh_token', refresh_token: String(token), ...fields}, change)
  }

  revoke(token: unknown): Promise<Answer> {
    return this.post('/oauth/revoke', {token: String(token)})
  }

  /** Tokens, from the beginning. */
  async tokens(did = alice): Promise<{access: string; refresh: string}> {
    const {status, json} = await this.exchange(await this.code({}, did))
    equal(status, 200, JSON.stringify(json))
    return {access: String(json.access_token), refresh: String(json.refresh_token)}
  }

  /** A call with this access token. */
  async call(token: string, {claims = {}, ...change}: ProofChange = {}, method = 'GET'): Promise<Request> {
    const url = `${issuer}/xrpc/com.atproto.server.getSession`
    const ath = createHash('sha256').update(token).digest('base64url')
    const dpop = await this.proof(method, url, {claims: {ath, ...claims}, ...change})
    return new Request(`${url}?a=b`, {method, headers: {authorization: `DPoP ${token}`, dpop}})
  }
}

/** Of the metadata of a client that shows who it is by these keys. */
export const confidentialFields = (keys: readonly JWK[]): object => ({
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  jwks: {keys},
})

/** What somebody tries against a server that has one app; it holds that this fails. */
export type OAuthAttack = (server: OAuthServer, app: App, context: TestContext) => Promise<void>

/** A test for each, by its name, with a server of its own. */
export function testAttacks(attacks: Readonly<Record<string, OAuthAttack>>): void {
  for (const [name, attack] of Object.entries(attacks)) {
    test(name, async context => {
      const server = await oauthServer(context)
      await attack(server, await App.make(server), context)
    })
  }
}
