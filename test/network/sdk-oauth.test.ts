/** The SDK's OAuth client against a PDS over sockets: somebody signs in and agrees on its pages, and the app goes on. */
import {deepEqual, equal, match, notEqual, ok, rejects} from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import {exportJWK, generateKeyPair} from 'jose'
import type {Did} from '#atp/syntax/did.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {nodeWorld, type NodeWorld} from '#runtime/node-world.ts'
import {clientMetadata} from '#sdk/oauth/client-metadata.ts'
import {MemoryOAuthSessionStore} from '#sdk/oauth/oauth-session-store.ts'
import {OAuthFailure, OAuthSessionEnded} from '#sdk/oauth/oauth-failure.ts'
import {Repo} from '#sdk/records.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {openPdsServer, password, type PdsServer} from '../browser/pds-server.ts'
import {fakeService} from '../fake-service.ts'
import {clientAt, decide, scope} from '../oauth-sdk.ts'
import {password as networkPassword, pdsNetwork, signUp} from '../pds-network.ts'

useNativeCrypto()

async function* file() {
  yield new TextEncoder().encode('GIF89a')
}

async function keyNamed(kid: string) {
  const {privateKey} = await generateKeyPair('ES256', {extractable: true})
  return {...(await exportJWK(privateKey)), kid, alg: 'ES256'}
}

suite('the OAuth client of the SDK, against our PDS over sockets', {timeout: 60_000}, () => {
  let pds: PdsServer
  let world: NodeWorld
  let did: Did
  const person = {handle: 'alice.test', password}
  before(async () => {
    pds = await openPdsServer()
    world = nodeWorld({userAgent: 'test'})
    did = (await pds.signUp('alice')) as Did
  })
  after(async () => {
    await world?.close()
    await pds?.[Symbol.asyncDispose]()
  })
  const where = () => ({pdsUrl: pds.url, plcUrl: pds.plcUrl})

  for (const by of ['handle', 'DID', 'URL of the server'] as const) {
    test(`signs in by ${by}, writes, renews and signs out`, async () => {
      const {client, sessions} = clientAt(world, where())
      const named = {handle: 'alice.test', DID: did, 'URL of the server': pds.url}[by]
      const url = await client.authorize(named, {appState: 'mine'})
      equal(url.origin + url.pathname, `${pds.url}/oauth/authorize`)
      const {session, appState} = await client.callback(await decide(world, url, person))
      deepEqual(
        [session.did, session.pds, session.issuer, session.scope, appState],
        [did, pds.url, pds.url, scope, 'mine'],
      )

      const repo = new Repo(session.client, did)
      const {uri} = await repo.create(post, {text: 'from an app', createdAt: datetimeOf(world.now())})
      match(uri, new RegExp(`^at://${did}/app.bsky.feed.post/`))
      const answer = await session.fetch('/xrpc/com.atproto.server.getSession')
      deepEqual([answer.status, ((await answer.json()) as {handle: string}).handle], [200, 'alice.test'])

      const before = await sessions.get(did)
      const restored = await client.restore(did, {fresh: true})
      const now = await sessions.get(did)
      notEqual(now?.refreshToken, before?.refreshToken)
      equal(now?.renewingSinceMs, undefined)
      // The session from before goes on with what the other has got.
      equal((await session.client.query(getSession)).did, did)

      await restored.signOut()
      equal(await sessions.get(did), undefined)
      await rejects(client.restore(did), {reason: 'signed-out'})
      await rejects(restored.client.query(getSession), OAuthSessionEnded)
      await rejects(session.client.query(getSession), OAuthSessionEnded)
    })
  }

  test('is told when somebody does not agree', async () => {
    const {client} = clientAt(world, where())
    const refusal = await decide(world, await client.authorize('alice.test'), person, 'reject')
    await rejects(client.callback(refusal), {reason: 'denied', error: 'access_denied'})
  })

  test('sends files as streams, and shows its tokens to nobody else', async () => {
    const {client} = clientAt(world, where())
    const {session} = await client.callback(await decide(world, await client.authorize(did), person))
    await session.client.query(getSession)
    equal((await new Repo(session.client, did).uploadBlob(file(), 'image/gif')).mimeType, 'image/gif')
    const body = JSON.stringify({repo: did, collection: 'com.example.a', record: {}})
    const init = {method: 'POST', body, headers: {'content-type': 'application/json'}}
    equal((await session.fetch('/xrpc/com.atproto.repo.createRecord', init)).status, 200)
    await rejects(session.fetch('http://127.0.0.1:1/xrpc/com.atproto.server.getSession'), TypeError)
  })

  test('a session whose owner ends it is revoked, and what was kept of it is deleted', async () => {
    const ends: unknown[] = []
    const {client, sessions} = clientAt(world, where(), {onEnd: (...end) => ends.push(end)})
    const {session} = await client.callback(await decide(world, await client.authorize(did), person))
    // As somebody else with its tokens.
    const copies = new MemoryOAuthSessionStore()
    const held = await sessions.get(did)
    if (held) await copies.put(held)
    const other = clientAt(world, where(), {sessions: copies})
    await (await other.client.restore(did)).signOut()
    await rejects(session.client.query(getSession), {reason: 'revoked'})
    equal(await sessions.get(did), undefined)
    deepEqual(ends, [[did, 'revoked']])
  })

  test('several begin at a server that is new to the client, at once', async () => {
    const {client} = clientAt(world, where())
    const urls = await Promise.all(Array.from({length: 4}, () => client.authorize(did)))
    equal(new Set(urls.map(String)).size, 4)
  })

  test('somebody who signs in again goes on in every session there is', async () => {
    const {client} = clientAt(world, where())
    const signIn = async () => client.callback(await decide(world, await client.authorize(did), person))
    const {session: before} = await signIn()
    const {session} = await signIn()
    await before.refresh()
    for (const one of [before, session]) equal((await one.client.query(getSession)).did, did)
    await session.signOut()
    await rejects(before.refresh(), {reason: 'signed-out'})
  })

  test('calls of many at once that find the token over renew it once', async () => {
    let renewals = 0
    const counting = {
      ...world,
      async fetch(request: Request) {
        const isToken = request.url === `${pds.url}/oauth/token`
        if (isToken && (await request.clone().text()).includes('grant_type=refresh_token')) renewals++
        return world.fetch(request)
      },
    }
    const {client, sessions} = clientAt(counting, where())
    await client.callback(await decide(world, await client.authorize(did), person))
    const held = await sessions.get(did)
    ok(held)
    await sessions.put({...held, expiresMs: world.now()})
    const both = await Promise.all([client.restore(did), client.restore(did)])
    const calls = both.flatMap(session => [session.client.query(getSession), session.client.query(getSession)])
    deepEqual(new Set((await Promise.all(calls)).map(answer => answer.did)), new Set([did]))
    equal(renewals, 1)
  })

  test('an answer that is lost ends nothing, and is told apart from a session that was revoked', async () => {
    let isLost = false
    const losing = {
      ...world,
      async fetch(request: Request) {
        const response = await world.fetch(request)
        if (!isLost || !request.url.endsWith('/oauth/token')) return response
        await response.arrayBuffer()
        throw new TypeError('broke off')
      },
    }
    const {client, sessions} = clientAt(losing, where())
    const {session} = await client.callback(await decide(world, await client.authorize(did), person))
    isLost = true
    await rejects(session.refresh(), (error: unknown) => error instanceof OAuthFailure && error.passing)
    equal(typeof (await sessions.get(did))?.renewingSinceMs, 'number')
    isLost = false
    // The server gives the same once more, since the first answer may have been lost.
    await session.refresh()
    equal((await session.client.query(getSession)).did, did)

    const held = await sessions.get(did)
    ok(held)
    await session.signOut()
    await sessions.put({...held, renewingSinceMs: 1})
    await rejects(client.restore(did, {fresh: true}), {reason: 'answer-lost'})
  })
})

test('a client with a key shows who it is, and goes on with the key that it began with', async context => {
  const network = await pdsNetwork(context)
  const did = (await signUp(network.agent(), 'alice')) as Did
  const [one, two] = [await keyNamed('one'), await keyNamed('two')]
  const origin = 'https://app.example.com'
  const describe = (keys: (typeof one)[]) =>
    clientMetadata({id: `${origin}/client.json`, redirectUris: [`${origin}/callback`], scope, keys})
  const document = describe([two, one])
  network.hosts.set(
    'app.example.com',
    fakeService(() => Response.json(document)),
  )
  const at = {pdsUrl: 'http://localhost:2583', plcUrl: 'http://localhost:2582'}
  const first = clientAt(network.world, at, {metadata: document, keys: [one]})
  for (const _ of ['once', 'again']) {
    const url = await first.client.authorize('alice.test')
    await first.client.callback(await decide(network.world, url, {handle: 'alice.test', password: networkPassword}))
    equal((await network.pds.authorizations.grants(did)).length, 1, 'who signs in again holds what was held once')
  }
  equal((await first.sessions.get(did))?.clientKeyId, 'one')
  const later = clientAt(network.world, at, {metadata: document, keys: [two, one], sessions: first.sessions})
  const session = await later.client.restore(did, {fresh: true})
  equal((await session.client.query(getSession)).did, did)
  await session.signOut()
  deepEqual(await network.pds.authorizations.grants(did), [])
})
