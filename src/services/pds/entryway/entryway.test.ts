/** A PDS behind an entryway, which a service of the test plays: what is made there, who is let in here, what is passed on. */
import assert from 'node:assert/strict'
import {generateKeyPairSync} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {suite, test, type TestContext} from 'node:test'
import {calculateJwkThumbprint, decodeJwt, exportJWK, SignJWT} from 'jose'
import {Keypair} from '#atp/crypto/key.ts'
import {atprotoData, createIdentity} from '#atp/plc/build.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {ConfigError, readConfig} from '#std/config.ts'
import {toHex} from '#std/bytes.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {realWorld} from '#std/world.ts'
import {fakeService, type FakeService} from '../../../../test/fake-service.ts'
import {pdsNetwork, type PdsNetwork} from '../../../../test/pds-network.ts'
import {entrywaySettings, pdsConfig} from '../config.ts'

const url = 'http://localhost:2600'
const entrywayDid = 'did:web:localhost%3A2600'
const pds = 'http://localhost:2583'
const service = 'did:web:localhost%3A2583'
const [tokenKey, rotationKey, stranger] = [0, 1, 2].map(() => Keypair.generate('k256', realWorld.random))
const part = (value: object): string => toBase64Url(toUtf8(JSON.stringify(value)))

interface Claims {
  sub?: string
  aud?: string
  exp?: number
  scope?: string
  [name: string]: unknown
}

/** An access token as the entryway signs it. */
function token(claims: Claims, {key = tokenKey, alg = 'ES256K', typ = 'at+jwt'} = {}): string {
  const exp = Math.floor(Date.now() / 1000) + 600
  const signed = `${part({alg, typ})}.${part({aud: service, exp, scope: 'com.atproto.access', ...claims})}`
  return `${signed}.${toBase64Url(key.sign(toUtf8(signed)))}`
}

interface Place {
  network: PdsNetwork
  entryway: FakeService
  did: string
  call(nsid: string, init?: {token?: string; body?: object; headers?: Record<string, string>}): Promise<Response>
}

/** Calls here, by their last names, that the entryway has seen: method, path, credentials, body. */
async function place(context: TestContext, handle = 'alice.test'): Promise<Place> {
  const network = await pdsNetwork(context, {
    PDS_ENTRYWAY_URL: url,
    PDS_ENTRYWAY_DID: entrywayDid,
    PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX: toHex(tokenKey.publicKey.bytes),
    PDS_ENTRYWAY_PLC_ROTATION_KEY: rotationKey.didKey,
    PDS_INVITE_REQUIRED: 'true',
  })
  const entryway = fakeService(request =>
    request.url.includes('dereferenceScope')
      ? Response.json({scope: 'atproto repo:app.bsky.feed.post'})
      : Response.json({answered: 'there'}, {headers: {'ratelimit-limit': '30', 'x-inside': 'secret'}}),
  )
  network.hosts.set('localhost:2600', entryway)
  const call: Place['call'] = (nsid, {token, body, headers = {}} = {}) =>
    network.world.fetch(
      new Request(`${pds}/xrpc/${nsid}`, {
        method: body ? 'POST' : 'GET',
        headers: {...(token && {authorization: `Bearer ${token}`}), 'content-type': 'application/json', ...headers},
        body: body && JSON.stringify(body),
      }),
    )
  const reserved = (await (await call('com.atproto.server.reserveSigningKey', {body: {}})).json()) as {
    signingKey: string
  }
  const data = atprotoData({
    handle: handle as Handle,
    signingKey: reserved.signingKey,
    pds,
    rotationKeys: [rotationKey.didKey],
  })
  const {did, operation: plcOp} = createIdentity(data, rotationKey)
  const forged = createIdentity({...data, rotationKeys: [stranger.didKey, rotationKey.didKey]}, stranger)
  for (const body of [
    {handle, email: 'a@b.co', password: 'correct horse'},
    {handle, did},
    {handle: 'other.test', did, plcOp},
    {handle, did: forged.did, plcOp: forged.operation},
    {handle, did: forged.did, plcOp},
  ]) {
    const refused = await call('com.atproto.server.createAccount', {body})
    assert.equal(refused.status, 400, JSON.stringify(body))
    await refused.body?.cancel()
  }
  const made = await call('com.atproto.server.createAccount', {body: {handle, did, plcOp}})
  assert.equal(made.status, 200, await made.clone().text())
  return {network, entryway, did, call}
}

suite('behind an entryway', () => {
  test('an account is what the entryway has begun, and its tokens are the only ones', async context => {
    const {did, call} = await place(context)
    const status = (made: string): Promise<number> =>
      call('com.atproto.server.checkAccountStatus', {token: made}).then(({status}) => status)
    const {accessJwt} = {accessJwt: token({sub: did})}
    assert.equal(await status(accessJwt), 200)
    assert.equal(await status(token({sub: did, aud: entrywayDid})), 200)
    const hs256 = await new SignJWT({scope: 'com.atproto.access'})
      .setProtectedHeader({alg: 'HS256', typ: 'at+jwt'})
      .setSubject(did)
      .setAudience(service)
      .setExpirationTime('10m')
      .sign(new Uint8Array(32).fill(1))
    for (const [what, bad] of [
      ['of another key', token({sub: did}, {key: stranger})],
      ['of another algorithm', token({sub: did}, {alg: 'none'})],
      ['of another type', token({sub: did}, {typ: 'refresh+jwt'})],
      ['for another server', token({sub: did, aud: 'did:web:other.example'})],
      ['of long ago', token({sub: did, exp: 1})],
      ['without a known scope', token({sub: did, scope: 'atproto'})],
      ['of our own making', hs256],
      ['that is cut short', accessJwt.slice(0, -8)],
      ['with more behind', `${accessJwt}.x`],
      ['of nobody here', token({sub: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'})],
    ]) {
      assert.ok([400, 401, 403].includes(await status(bad)), what)
    }
    const record = {$type: 'app.bsky.feed.post', text: 'hello', createdAt: new Date().toISOString()}
    const body = {repo: did, collection: record.$type, record}
    assert.equal((await call('com.atproto.repo.createRecord', {token: accessJwt, body})).status, 200)
    const appPassword = token({sub: did, scope: 'com.atproto.appPass'})
    assert.equal((await call('com.atproto.repo.createRecord', {token: appPassword, body})).status, 200)
    assert.equal(
      (await call('com.atproto.server.createAppPassword', {token: appPassword, body: {name: 'x'}})).status,
      400,
    )
  })

  test('what is about an account goes to it: as it came, or in the name of the account', async context => {
    const {network, did, call, entryway} = await place(context)
    const own = token({sub: did})
    for (const [nsid, body, how] of [
      ['com.atproto.server.createSession', {identifier: 'alice.test', password: 'x'}, 'none'],
      ['com.atproto.server.refreshSession', {}, 'as it came'],
      ['com.atproto.server.deleteSession', {}, 'as it came'],
      ['com.atproto.server.activateAccount', {}, 'as it came'],
      ['com.atproto.server.requestPasswordReset', {email: 'a@b.co'}, 'none'],
      ['com.atproto.server.getSession', undefined, 'in its name'],
      ['com.atproto.server.createAppPassword', {name: 'x'}, 'in its name'],
      ['com.atproto.server.listAppPasswords', undefined, 'in its name'],
      ['com.atproto.server.requestEmailUpdate', {}, 'in its name'],
      ['com.atproto.identity.signPlcOperation', {token: 'x'}, 'in its name'],
      ['com.atproto.identity.updateHandle', {handle: 'alicia.test'}, 'in its name'],
    ] as const) {
      const answer = await call(nsid, {body, token: how === 'none' ? undefined : own, headers: {cookie: 'a=b'}})
      assert.deepEqual(await answer.json(), {answered: 'there'}, nsid)
      assert.deepEqual([answer.headers.get('ratelimit-limit'), answer.headers.get('x-inside')], ['30', null])
      const seen = entryway.seen.at(-1)
      assert.equal(seen?.url, `${url}/xrpc/${nsid}`)
      if (body) assert.deepEqual(await seen.json(), body)
      assert.deepEqual([seen.headers.get('cookie'), seen.headers.get('x-forwarded-for')], [null, 'local'])
      const shown = seen.headers.get('authorization')?.slice('Bearer '.length)
      if (how === 'none') assert.equal(shown, undefined)
      else if (how === 'as it came') assert.equal(shown, own)
      else {
        const {iss, aud, lxm} = decodeJwt(shown ?? '')
        assert.deepEqual([iss, aud, lxm], [did, entrywayDid, nsid])
      }
    }
    const {adminPassword} = JSON.parse(readFileSync(`${network.folder}/secrets-2583.json`, 'utf8')) as {
      adminPassword: string
    }
    const mail = {recipientDid: did, senderDid: entrywayDid, content: 'Hello'}
    const authorization = `Basic ${btoa(`admin:${adminPassword}`)}`
    assert.equal((await call('com.atproto.admin.sendEmail', {headers: {authorization}, body: mail})).status, 200)
    const sent = decodeJwt(entryway.seen.at(-1)?.headers.get('authorization')?.slice('Bearer '.length) ?? '')
    assert.deepEqual([sent.iss, sent.lxm], [did, 'com.atproto.admin.sendEmail'])
    const count = entryway.seen.length
    assert.equal((await call('com.atproto.admin.sendEmail', {body: mail})).status, 401)
    const nobody = {...mail, recipientDid: 'nobody'}
    assert.equal((await call('com.atproto.admin.sendEmail', {headers: {authorization}, body: nobody})).status, 400)
    const proof = {authorization: `DPoP ${own}`}
    assert.equal((await call('com.atproto.server.activateAccount', {headers: proof, body: {}})).status, 400)
    assert.equal((await call('com.atproto.server.getSession')).status, 401)
    const invites = await call('com.atproto.server.createInviteCode', {body: {useCount: 1}})
    assert.deepEqual(await invites.json(), {
      error: 'InvalidRequest',
      message: 'Account invites are managed by the entryway service',
    })
    assert.equal(entryway.seen.length, count, 'neither was passed on')
    entryway.fetch = () => Promise.reject(new Error('connect ECONNREFUSED'))
    const gone = await call('com.atproto.server.createSession', {body: {identifier: 'a', password: 'b'}})
    assert.deepEqual([gone.status, ((await gone.json()) as {error: string}).error], [502, 'UpstreamFailure'])
    const endless = new ReadableStream({pull: controller => controller.enqueue(new Uint8Array(1_000_000))})
    for (const wrong of [new Response(endless), Response.redirect('http://127.0.0.1/inside', 307)]) {
      entryway.fetch = async () => wrong
      const answer = await call('com.atproto.server.createSession', {body: {identifier: 'a', password: 'b'}})
      assert.deepEqual(
        [answer.status, await answer.json()],
        [502, {error: 'UpstreamFailure', message: 'The entryway failed.'}],
      )
    }
  })

  test('an account that is taken down while the body of its call comes does not get it passed on', async context => {
    const {network, did, entryway} = await place(context)
    const {adminPassword} = JSON.parse(readFileSync(`${network.folder}/secrets-2583.json`, 'utf8')) as {
      adminPassword: string
    }
    const {readable: body, writable} = new TransformStream<Uint8Array, Uint8Array>()
    const headers = {authorization: `Bearer ${token({sub: did})}`, 'content-type': 'application/json'}
    const init = {method: 'POST', headers, body, duplex: 'half'}
    const call = network.pds.fetch(new Request(`${pds}/xrpc/com.atproto.server.createAppPassword`, init))
    const writer = writable.getWriter()
    await writer.write(toUtf8('{"name":'))
    const subject = {$type: 'com.atproto.admin.defs#repoRef', did} as const
    const admin = {authorization: `Basic ${btoa(`admin:${adminPassword}`)}`}
    const {admin: admins} = network.agent().com.atproto
    await admins.updateSubjectStatus({subject, takedown: {applied: true}}, {headers: admin})
    const before = entryway.seen.length
    await writer.write(toUtf8('"x"}'))
    await writer.close()
    assert.deepEqual([(await call).status, entryway.seen.length], [400, before])
  })

  test('pages and documents lead there, and handles are confirmed there', async context => {
    const {network} = await place(context)
    const get = (path: string): Promise<Response> => network.world.fetch(new Request(pds + path, {redirect: 'manual'}))
    const resource = (await (await get('/.well-known/oauth-protected-resource')).json()) as object
    assert.deepEqual(resource, {...resource, resource: pds, authorization_servers: [url]})
    for (const path of [
      '/.well-known/oauth-authorization-server',
      '/.well-known/atproto-did',
      '/oauth/par',
      '/oauth/authorize?x=y',
    ]) {
      assert.equal((await get(path)).status, 404, path)
    }
    for (const path of ['/account', '/account/sign-in?next=/account']) {
      const {status, headers} = await get(path)
      assert.deepEqual([status, headers.get('location')], [303, `${url}/account`])
    }
  })

  test('an app calls with a token of the entryway, bound to its key, and may do what its scope says', async context => {
    const {did, call} = await place(context)
    const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
    const jwk = await exportJWK(publicKey)
    const jkt = await calculateJwkThumbprint(jwk)
    const nsid = 'com.atproto.repo.createRecord'
    let nonce = ''
    const ask = async (access: string, collection: string): Promise<Response> => {
      const claims = {
        htm: 'POST',
        htu: `${pds}/xrpc/${nsid}`,
        jti: String(Math.random()),
        nonce,
        ath: toBase64Url(sha256(toUtf8(access))),
      }
      const proof = await new SignJWT(claims)
        .setProtectedHeader({alg: 'ES256', typ: 'dpop+jwt', jwk})
        .setIssuedAt()
        .sign(privateKey)
      const record = {$type: collection, text: 'by an app', createdAt: new Date().toISOString()}
      const answer = await call(nsid, {
        headers: {authorization: `DPoP ${access}`, dpop: proof},
        body: {repo: did, collection, record},
      })
      nonce = answer.headers.get('dpop-nonce') ?? nonce
      return answer
    }
    const app = (more: Claims): string =>
      token({sub: did, client_id: 'https://app.example', cnf: {jkt}, scope: 'ref:abc', ...more})
    assert.equal((await ask(app({}), 'app.bsky.feed.post')).status, 401, 'a nonce is asked for')
    assert.equal((await ask(app({}), 'app.bsky.feed.post')).status, 200)
    assert.equal((await ask(app({}), 'com.example.other')).status, 403)
    assert.equal((await ask(app({scope: 'atproto transition:generic'}), 'com.example.other')).status, 200)
    for (const [what, more] of [
      ['bound to another key', {cnf: {jkt: 'x'}}],
      ['bound to none', {cnf: undefined}],
      ['of long ago', {exp: 1}],
      ['for another server', {aud: 'did:web:other.example'}],
    ] as const) {
      const answer = await ask(app(more), 'app.bsky.feed.post')
      assert.equal(answer.status, 401, what)
      assert.match(answer.headers.get('www-authenticate') ?? '', /invalid_token/, what)
    }
  })

  test('a handle is taken over once the identity says it', async context => {
    const {network, did, call} = await place(context)
    const secrets = JSON.parse(readFileSync(`${network.folder}/secrets-2583.json`, 'utf8')) as {adminPassword: string}
    const authorization = `Basic ${btoa(`admin:${secrets.adminPassword}`)}`
    const change = (handle: string): Promise<Response> =>
      call('com.atproto.admin.updateAccountHandle', {headers: {authorization}, body: {did, handle}})
    const early = await change('alicia.test')
    assert.deepEqual(
      [early.status, ((await early.json()) as {message: string}).message],
      [400, 'Handle does not match DID doc'],
    )
    assert.equal((await change('alice.test')).status, 200)
  })
})

const read = (env: Record<string, string>) => entrywaySettings(readConfig(pdsConfig, {env, args: []}))

test('an entryway needs all of its settings, each as it should be', () => {
  const good = {
    PDS_ENTRYWAY_URL: url,
    PDS_ENTRYWAY_DID: entrywayDid,
    PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX: toHex(tokenKey.publicKey.bytes),
    PDS_ENTRYWAY_PLC_ROTATION_KEY: rotationKey.didKey,
  }
  assert.equal(read({}), undefined)
  assert.deepEqual([read(good)?.did, read(good)?.rotationKey], [entrywayDid, rotationKey.didKey])
  for (const [name, value] of [
    ['PDS_ENTRYWAY_DID', ''],
    ['PDS_ENTRYWAY_DID', 'entryway'],
    ['PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX', 'zz'],
    ['PDS_ENTRYWAY_JWT_VERIFY_KEY_K256_PUBLIC_KEY_HEX', `02${'ff'.repeat(32)}`],
    ['PDS_ENTRYWAY_PLC_ROTATION_KEY', 'did:key:x'],
  ]) {
    assert.throws(() => read({...good, [name]: value}), ConfigError, `${name}=${value}`)
  }
})
