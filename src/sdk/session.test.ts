import assert from 'node:assert/strict'
import {test} from 'node:test'
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {deleteSession} from '#lex/gen/com/atproto/server/deleteSession.ts'
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {refreshSession} from '#lex/gen/com/atproto/server/refreshSession.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {cidOf} from '#atp/data/cid.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {UpstreamError, XrpcError} from '#xrpc/errors.ts'
import {Router} from '#xrpc/router.ts'
import {bearerToken} from '#xrpc/service-auth.ts'
import {PasswordSession, SessionEnded, type SessionState} from './session.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const handle = 'alice.example.com'
const entryway = 'https://entryway.example.com'
const pds = 'https://pds.example.com'
const didDoc = {id: did, service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds}]}
const {query, procedure} = endpointsFor<{access: string; refresh: string}>()

/** A server whose tokens are `access-1`, `refresh-1` and so on, each good until the next pair is made. */
function server() {
  const state = {
    now: 1_700_000_000_000,
    generation: 0,
    refreshes: 0,
    ended: false,
    refreshFails: undefined as XrpcError | undefined,
    hosts: [] as string[],
    token: (kind: string) => `${kind}-${state.generation}`,
    kept: [] as (SessionState | undefined)[],
  }
  const pair = () => {
    state.generation++
    return {did, handle, didDoc, accessJwt: state.token('access'), refreshJwt: state.token('refresh')}
  }
  const check = (kind: string) => async (request: Request) => {
    if (bearerToken(request.headers) !== state.token(kind)) throw new XrpcError('ExpiredToken', 'Token has expired')
    return kind
  }
  const router = new Router<{access: string; refresh: string}>({
    auth: {access: check('access'), refresh: check('refresh')},
    endpoints: [
      procedure(createSession, {
        auth: 'none',
        async handle({input, fail}) {
          if (input.password !== 'open sesame') throw fail('AuthenticationRequired', 'Invalid identifier or password')
          return {...pair(), email: 'alice@example.com'}
        },
      }),
      procedure(createAccount, {auth: 'none', handle: async () => pair()}),
      procedure(refreshSession, {
        auth: 'refresh',
        async handle() {
          state.refreshes++
          if (state.refreshFails) throw state.refreshFails
          return pair()
        },
      }),
      procedure(deleteSession, {
        auth: 'refresh',
        async handle() {
          state.ended = true
          return undefined
        },
      }),
      query(getSession, {auth: 'access', handle: async () => ({did, handle})}),
      procedure(uploadBlob, {
        auth: 'access',
        async handle({input}) {
          const bytes = await new Response(input.body).bytes()
          return {blob: {$type: 'blob', ref: cidOf(0x55, bytes), mimeType: input.encoding, size: bytes.length}}
        },
      }),
    ],
  })
  const options = {
    world: {
      now: () => state.now,
      fetch: (request: Request) => {
        state.hosts.push(new URL(request.url).origin)
        return router.fetch(request)
      },
    },
    onChange: (kept: SessionState | undefined) => void state.kept.push(kept),
  }
  return {state, options}
}
const login = {service: entryway, identifier: handle, password: 'open sesame'}
const named = (error: string) => (thrown: unknown) => thrown instanceof UpstreamError && thrown.error === error

test('after a login, calls go to the account’s own server, as the account', async () => {
  const {state, options} = server()
  const session = await PasswordSession.create(login, options)
  assert.equal((await session.client.query(getSession)).did, did)
  assert.deepEqual(state.hosts, [entryway, pds])
  assert.equal(session.state.email, 'alice@example.com')
  assert.deepEqual(state.kept, [session.state])
})

test('a wrong password makes no session', async () => {
  const {state, options} = server()
  const wrong = PasswordSession.create({...login, password: 'x'}, options)
  await assert.rejects(wrong, named('AuthenticationRequired'))
  assert.deepEqual(state.kept, [])
})

test('a new account has a session', async () => {
  const {options} = server()
  const session = await PasswordSession.createAccount({service: pds, handle, password: 'x'}, options)
  assert.equal((await session.client.query(getSession)).handle, handle)
})

test('an expired token is renewed once, however many calls find it so, and each call has its answer', async () => {
  const {state, options} = server()
  const session = await PasswordSession.create(login, options)
  state.generation++
  const stale = session.state
  state.token = kind => (kind === 'refresh' ? stale.refreshJwt : `access-${state.generation}`)
  const calls = Array.from({length: 10}, () => session.client.query(getSession))
  for (const answer of await Promise.all(calls)) assert.equal(answer.did, did)
  assert.equal(state.refreshes, 1)
  assert.equal(state.kept.length, 2)
  assert.equal(state.kept[1]?.accessJwt, session.state.accessJwt)
  assert.equal(state.kept[1]?.email, 'alice@example.com')
})

test('a session goes on from what was kept', async () => {
  const {state, options} = server()
  await PasswordSession.create(login, options)
  const kept = JSON.parse(JSON.stringify(state.kept[0])) as SessionState
  const session = new PasswordSession(kept, options)
  assert.equal((await session.client.query(getSession)).did, did)
  await session.refresh()
  assert.equal(state.refreshes, 1)
})

test('refused tokens end the session, and it says so from then on', async () => {
  const {state, options} = server()
  const session = await PasswordSession.create(login, options)
  state.generation += 5
  await assert.rejects(session.client.query(getSession), SessionEnded)
  assert.equal(state.kept.at(-1), undefined)
  await assert.rejects(session.client.query(getSession), SessionEnded)
  assert.throws(() => session.did, SessionEnded)
})

test('a server in trouble does not end the session', async () => {
  const {state, options} = server()
  const session = await PasswordSession.create(login, options)
  state.refreshFails = new XrpcError('NotEnoughResources', 'Later.')
  await assert.rejects(session.refresh(), named('NotEnoughResources'))
  state.refreshFails = undefined
  await session.refresh()
  assert.equal((await session.client.query(getSession)).did, did)
})

const body = () => new Blob(['blob']).stream()

test('a token about to end is renewed before it is used, so that a stream need not be sent twice', async () => {
  const {state, options} = server()
  const jwt = (exp: number) => `x.${toBase64Url(toUtf8(JSON.stringify({exp})))}.${state.generation}`
  state.token = kind => (kind === 'access' ? jwt(state.now / 1000 + 60) : `refresh-${state.generation}`)
  const session = await PasswordSession.create(login, options)
  await session.client.procedure(uploadBlob, body(), {encoding: 'text/plain'})
  assert.equal(state.refreshes, 0)
  state.now += 50_000
  const {blob} = await session.client.procedure(uploadBlob, body(), {encoding: 'text/plain'})
  assert.equal(blob.size, 4)
  assert.equal(state.refreshes, 1)
})

test('the end is told to the server, and holds even when it cannot be', async () => {
  const {state, options} = server()
  const session = await PasswordSession.create(login, options)
  await session.end()
  assert.ok(state.ended)
  assert.equal(state.kept.at(-1), undefined)
  const other = await PasswordSession.create(login, options)
  state.generation++
  await other.end()
  assert.throws(() => other.state, SessionEnded)
})

test('a renewal that comes back after the end does not bring the session back', async () => {
  const {state, options} = server()
  const session = await PasswordSession.create(login, options)
  await Promise.all([session.refresh().catch(() => {}), session.end()])
  assert.throws(() => session.state, SessionEnded)
  assert.equal(state.kept.at(-1), undefined)
})
