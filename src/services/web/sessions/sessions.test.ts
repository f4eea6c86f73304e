/** Sessions before a PDS that answers from a table: what a browser holds, what is kept, and how it ends. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSql} from '#engines/open.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {SessionEnded} from '#sdk/session.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {alice} from '../../../../test/web-network.ts'
import type {SessionStore} from '../store/session-store.ts'
import {sessionMigrations, sqliteSessionStore} from '../store/session-store.sqlite.ts'
import {Sessions} from './sessions.ts'

useNativeCrypto()

const startMs = Date.parse('2026-11-22T12:00:00Z')
const dayMs = 86_400_000
const jwt = (name: string, expMs: number): string =>
  `e30.${Buffer.from(JSON.stringify({exp: expMs / 1000, name})).toString('base64url')}.sig`

interface Pds {
  sessions: Sessions
  store: SessionStore
  /** The same sessions, as after a restart. */
  again(): Sessions
  calls: {name: string; token: string | null; from: string | null}[]
  clock: {nowMs: number}
}

function open(context: TestContext, answers: Record<string, () => Response> = {}): Pds {
  const clock = {nowMs: startMs}
  const calls: Pds['calls'] = []
  let made = 0
  const tokens = () => ({
    ...alice,
    accessJwt: jwt(`a${made}`, clock.nowMs + 7_200_000),
    refreshJwt: jwt(`r${made++}`, clock.nowMs + 90 * dayMs),
  })
  const standard: Record<string, () => Response> = {
    'com.atproto.server.createSession': () => Response.json(tokens()),
    'com.atproto.server.createAccount': () => Response.json(tokens()),
    'com.atproto.server.refreshSession': () => Response.json(tokens()),
    'com.atproto.server.deleteSession': () => new Response(null),
    'app.bsky.actor.getProfile': () => Response.json(alice),
  }
  let random = 0
  const world = {
    now: () => clock.nowMs,
    random: (size: number) => new Uint8Array(size).fill(++random),
    fetch: async (request: Request) => {
      const {host, pathname} = new URL(request.url)
      const name = pathname.replace('/xrpc/', '')
      calls.push({
        name: `${host} ${name}`,
        token: request.headers.get('authorization'),
        from: request.headers.get('x-forwarded-for'),
      })
      return {...standard, ...answers}[name]()
    },
  }
  const store = sqliteSessionStore(openSql('memory:', {migrations: sessionMigrations}))
  context.after(() => store.close())
  const again = () => new Sessions({store, world, pdsUrl: 'http://localhost:2583'})
  return {sessions: again(), store, again, calls, clock}
}

const login = {identifier: 'alice.test', password: 'x'}
const named = (pds: Pds, name: string) => pds.calls.filter(call => call.name.endsWith(name))

const wrongPassword = () => Response.json({error: 'AuthenticationRequired', message: 'no'}, {status: 401})

const expired = () => Response.json({error: 'ExpiredToken', message: 'no'}, {status: 400})

suite('a session', () => {
  test('is found by its secret, which is not what is kept', async context => {
    const pds = open(context)
    const secret = await pds.sessions.signIn(login, '192.0.2.7')
    assert.match(secret, /^[\w-]{43}$/)
    const session = await pds.sessions.find(secret)
    assert.deepEqual([session?.did, session?.handle], [alice.did, alice.handle])
    assert.equal(await pds.store.find(secret), undefined)
    const [hash] = await pds.store.ofAccount(session!.did)
    assert.match(hash, /^[0-9a-f]{64}$/)
    assert.equal(await pds.sessions.find(hash), undefined, 'the hash opens nothing')
    assert.equal(await pds.sessions.find('A'.repeat(43)), undefined)
  })

  test('is begun for an address that the PDS is told, if it is one', async context => {
    const pds = open(context)
    await pds.sessions.signIn(login, '192.0.2.7')
    await pds.sessions.signUp({...login, handle: alice.handle as never, email: 'a@example.com'}, '2001:db8::1')
    await pds.sessions.signIn(login, 'local')
    assert.deepEqual(
      pds.calls.map(({from}) => from),
      ['192.0.2.7', '2001:db8::1', null],
    )
  })

  test('that the PDS refuses is none, by the name that it gives', async context => {
    const pds = open(context, {'com.atproto.server.createSession': wrongPassword})
    await assert.rejects(
      pds.sessions.signIn(login, 'local'),
      (error: UpstreamError) => error.error === 'AuthenticationRequired',
    )
    assert.deepEqual(await pds.store.ofAccount(alice.did as never), [])
  })

  test('goes on after a restart, once for however many pages', async context => {
    const pds = open(context)
    const secret = await pds.sessions.signIn(login, 'local')
    const later = pds.again()
    const [one, two] = await Promise.all([later.find(secret), later.find(secret)])
    assert.ok(one)
    assert.equal(one, two)
    await one.client.query(getProfile, {actor: alice.did as never})
    assert.match(named(pds, 'getProfile')[0].token ?? '', /^Bearer e30\./)
  })

  test('calls our own PDS, whatever the account’s document says', async context => {
    const document = {
      id: alice.did,
      service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://evil.example'}],
    }
    const tokens = {
      ...alice,
      accessJwt: jwt('a', startMs + 7_200_000),
      refreshJwt: jwt('r', startMs + dayMs),
      didDoc: document,
    }
    const pds = open(context, {'com.atproto.server.createSession': () => Response.json(tokens)})
    const session = await pds.sessions.find(await pds.sessions.signIn(login, 'local'))
    await session?.client.query(getProfile, {actor: alice.did as never})
    assert.deepEqual(
      pds.calls.map(({name}) => name.split(' ')[0]),
      ['localhost:2583', 'localhost:2583'],
    )
  })

  test('whose token runs out is renewed once for all calls, and what is kept is the newest', async context => {
    const pds = open(context)
    const secret = await pds.sessions.signIn(login, 'local')
    const session = await pds.sessions.find(secret)
    pds.clock.nowMs += 7_200_000
    await Promise.all([1, 2, 3].map(() => session!.client.query(getProfile, {actor: alice.did as never})))
    assert.equal(named(pds, 'refreshSession').length, 1)
    const [hash] = await pds.store.ofAccount(session!.did)
    const kept = await pds.store.find(hash)
    assert.ok(named(pds, 'getProfile').every(({token}) => token === `Bearer ${kept?.accessJwt}`))
  })

  test('that cannot be renewed is over, and gone', async context => {
    const pds = open(context, {'com.atproto.server.refreshSession': expired})
    const secret = await pds.sessions.signIn(login, 'local')
    const session = await pds.sessions.find(secret)
    pds.clock.nowMs += 7_200_000
    await assert.rejects(
      session!.client.query(getProfile, {actor: alice.did as never}),
      (error: Error) => error instanceof SessionEnded || error instanceof UpstreamError,
    )
    assert.deepEqual(await pds.store.ofAccount(session!.did), [])
    assert.equal(await pds.sessions.find(secret), undefined)
  })
})

suite('the end of a session', () => {
  test('is told to the PDS, and opens nothing any more', async context => {
    const pds = open(context)
    const secret = await pds.sessions.signIn(login, 'local')
    await pds.sessions.signOut(secret)
    assert.equal(named(pds, 'deleteSession').length, 1)
    assert.equal(await pds.sessions.find(secret), undefined)
    assert.equal(await pds.again().find(secret), undefined)
    await pds.sessions.signOut(secret)
    assert.equal(named(pds, 'deleteSession').length, 1, 'twice is once')
  })

  test('comes while the PDS is away too', async context => {
    const pds = open(context, {'com.atproto.server.deleteSession': () => new Response(null, {status: 502})})
    const secret = await pds.sessions.signIn(login, 'local')
    await pds.sessions.signOut(secret)
    assert.equal(await pds.sessions.find(secret), undefined)
  })

  test('everywhere ends those of this account, in every browser', async context => {
    const pds = open(context)
    const secrets = [await pds.sessions.signIn(login, 'local'), await pds.sessions.signIn(login, 'local')]
    await pds.sessions.signOutEverywhere(alice.did as never)
    for (const secret of secrets) assert.equal(await pds.sessions.find(secret), undefined)
    assert.equal(named(pds, 'deleteSession').length, 2)
  })

  test('comes by itself when it was not renewed for as long as a PDS keeps tokens', async context => {
    const pds = open(context)
    await pds.sessions.signIn(login, 'local')
    pds.clock.nowMs += 90 * dayMs
    assert.equal(await pds.sessions.sweep(), 0)
    pds.clock.nowMs += 1
    assert.equal(await pds.sessions.sweep(), 1)
  })
})
