/** Accounts through the official client: app passwords, mail, rest, deletion, and the move to another server. */
import assert from 'node:assert/strict'
import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {decodeFrame} from '#atp/sync/frame.ts'
import {parseEvent, type RepoEvent} from '#atp/sync/event.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {password, pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {turns} from '../../../../test/until.ts'
import type {Pds} from '../pds.ts'

/** The first so many events that the firehose holds, and any more, by kind, with the status of those about the account. */
async function told(pds: Pds, count: number): Promise<string[]> {
  const stopping = new AbortController()
  const url = 'http://localhost:2583/xrpc/com.atproto.sync.subscribeRepos?cursor=0'
  const stream = pds.frames(new Request(url), stopping.signal)
  assert.ok(!(stream instanceof Response))
  const events: RepoEvent[] = []
  for await (const bytes of eachFrame(stream)) {
    const frame = decodeFrame(bytes as Uint8Array)
    const event = frame.op === 1 ? parseEvent(frame) : undefined
    if (event) events.push(event)
    // More than that would come with them, or soon.
    if (events.length === count) void turns().then(() => stopping.abort())
  }
  return events.map(event => (event.t === '#account' ? `#account ${event.status ?? 'active'}` : event.t))
}

test('an app password logs in and may do less, and ends with its sessions', async context => {
  const {agent: newAgent} = await pdsNetwork(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const {server} = agent.com.atproto
  const plain = (await server.createAppPassword({name: 'bot'})).data
  const privileged = (await server.createAppPassword({name: 'chat', privileged: true})).data
  assert.match(plain.password, /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
  await assert.rejects(server.createAppPassword({name: 'bot'}), {error: 'InvalidRequest'})
  const {passwords} = (await server.listAppPasswords()).data
  assert.deepEqual(
    passwords.map(({name, privileged}) => [name, privileged]),
    [
      ['bot', false],
      ['chat', true],
    ],
  )
  assert.ok(!JSON.stringify(passwords).includes(plain.password))

  const bot = newAgent()
  await bot.login({identifier: 'alice@example.com', password: plain.password})
  await bot.post({text: 'beep'})
  const forbidden = {error: 'InvalidToken'}
  await assert.rejects(bot.com.atproto.server.createAppPassword({name: 'more'}), forbidden)
  await assert.rejects(bot.com.atproto.server.deactivateAccount({}), forbidden)
  await assert.rejects(bot.com.atproto.server.requestAccountDelete(), forbidden)
  const aud = 'did:web:api.bsky.chat'
  const chat = {aud, lxm: 'chat.bsky.convo.sendMessage'}
  await assert.rejects(bot.com.atproto.server.getServiceAuth(chat), {error: 'InvalidRequest'})
  await assert.rejects(bot.com.atproto.server.getServiceAuth({aud}), forbidden)
  await bot.com.atproto.server.getServiceAuth({aud, lxm: 'app.bsky.feed.getFeed'})
  const chatter = newAgent()
  await chatter.login({identifier: 'alice.test', password: privileged.password})
  await chatter.com.atproto.server.getServiceAuth(chat)

  await server.revokeAppPassword({name: 'bot'})
  await assert.rejects(bot.sessionManager.refreshSession(), {error: 'ExpiredToken'})
  await assert.rejects(newAgent().login({identifier: 'alice.test', password: plain.password}), {status: 401})
})

test('an account at rest serves nothing and comes back as it was', async context => {
  const {pds, agent: newAgent} = await pdsNetwork(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const post = await agent.post({text: 'hello'})
  await agent.com.atproto.server.deactivateAccount({})
  const stranger = newAgent()
  await assert.rejects(stranger.com.atproto.sync.getRepo({did}), {error: 'RepoDeactivated'})
  await assert.rejects(agent.post({text: 'no'}), {error: 'AccountDeactivated'})
  await assert.rejects(stranger.com.atproto.repo.describeRepo({repo: did}), {error: 'RepoDeactivated'})
  // Its handle leads nowhere meanwhile, by either way.
  await assert.rejects(stranger.resolveHandle({handle: 'alice.test'}), {error: 'HandleNotFound'})
  const wellKnown = () => pds.fetch(new Request('http://alice.test/.well-known/atproto-did'))
  assert.equal((await wellKnown()).status, 404)
  assert.deepEqual((await stranger.com.atproto.sync.getRepoStatus({did})).data, {
    did,
    active: false,
    status: 'deactivated',
  })
  assert.equal((await agent.com.atproto.server.getSession()).data.active, false)

  await agent.com.atproto.server.activateAccount()
  assert.equal((await stranger.resolveHandle({handle: 'alice.test'})).data.did, did)
  assert.equal(await (await wellKnown()).text(), did)
  const [, , , collection, rkey] = post.uri.split('/')
  assert.equal((await stranger.com.atproto.repo.getRecord({repo: did, collection, rkey})).data.cid, post.cid)
  const events = (await told(pds, 9)).slice(5)
  assert.deepEqual(events, ['#account deactivated', '#account active', '#identity', '#sync'])
})

test('an account is deleted by password and mailed code, and leaves nothing but the word that it is gone', async context => {
  const {pds, agent: newAgent, mailedCode, folder} = await pdsNetwork(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  await agent.post({text: 'hello'})
  await agent.com.atproto.server.requestAccountDelete()
  const mail = join(folder, 'mail')
  for (const name of readdirSync(mail)) assert.equal(statSync(join(mail, name)).mode & 0o777, 0o600)
  const token = mailedCode('alice@example.com')
  const server = newAgent().com.atproto.server
  const wrongs = [
    {did, password: 'wrong', token},
    {did, password, token: 'AAAAA-AAAAA'},
    {did, password: 'wrong', token: 'AAAAA-AAAAA'},
    {did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', password, token},
  ]
  // Nothing tells which of the two was wrong.
  const refusals = await Promise.all(wrongs.map(wrong => server.deleteAccount(wrong).catch((error: unknown) => error)))
  const answers = refusals.map(refusal => {
    const {status, error, message} = refusal as {status: number; error: string; message: string}
    return `${status} ${error} ${message}`
  })
  assert.deepEqual(new Set(answers), new Set(['400 InvalidToken The password or the code is wrong.']))
  await server.deleteAccount({did, password, token: token.toLowerCase()})

  await assert.rejects(newAgent().com.atproto.sync.getRepo({did}), {error: 'RepoNotFound'})
  await assert.rejects(agent.post({text: 'no'}), {error: 'AccountNotFound'})
  assert.deepEqual(await told(pds, 1), ['#account deleted'])
  await signUp(newAgent(), 'alice')
})

test('an address is confirmed, changed only with a code to the old one, and a password replaced', async context => {
  const {agent: newAgent, mailedCode, mailedSoon} = await pdsNetwork(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const {server} = agent.com.atproto
  const email = 'alice@example.com'
  await server.requestEmailConfirmation()
  await assert.rejects(server.confirmEmail({email, token: 'AAAAA-AAAAA'}), {error: 'InvalidToken'})
  await assert.rejects(server.confirmEmail({email: 'x@example.com', token: mailedCode(email)}), {error: 'InvalidEmail'})
  await server.confirmEmail({email, token: mailedCode(email)})
  assert.equal((await server.getSession()).data.emailConfirmed, true)
  await assert.rejects(server.confirmEmail({email, token: mailedCode(email)}), {error: 'InvalidToken'})

  const login = {identifier: 'alice.test', password}
  await server.updateEmail({email, emailAuthFactor: true})
  assert.equal((await server.getSession()).data.emailAuthFactor, true)
  await assert.rejects(newAgent().login(login), {status: 401, error: 'AuthFactorTokenRequired'})
  const authFactorToken = mailedCode(email)
  await assert.rejects(newAgent().login({...login, authFactorToken: 'AAAAA-AAAAA'}), {message: /^Token is invalid/})
  await newAgent().login({...login, authFactorToken})
  assert.deepEqual((await server.requestEmailUpdate()).data, {tokenRequired: true})
  await assert.rejects(server.updateEmail({email: 'new@example.com'}), {error: 'TokenRequired'})
  await server.updateEmail({email: 'new@example.com', token: mailedCode(email)})
  const {data} = await server.getSession()
  assert.deepEqual([data.email, data.emailConfirmed], ['new@example.com', false])

  const stranger = newAgent().com.atproto.server
  await stranger.requestPasswordReset({email: 'nobody@example.com'})
  await stranger.requestPasswordReset({email: 'new@example.com'})
  const token = await mailedSoon('new@example.com')
  await assert.rejects(stranger.resetPassword({token, password: 'short'}), {error: 'InvalidRequest'})
  await stranger.resetPassword({token, password: 'another horse'})
  await assert.rejects(agent.sessionManager.refreshSession(), {error: 'ExpiredToken'})
  await assert.rejects(newAgent().login({identifier: 'alice.test', password}), {status: 401})
  await newAgent().login({identifier: 'alice.test', password: 'another horse'})
})

test('whoever asks is told who somebody is, and of nobody that there is none', async context => {
  const {agent: newAgent} = await pdsNetwork(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const {identity} = newAgent().com.atproto
  const {data} = await identity.resolveIdentity({identifier: 'alice.test'})
  assert.deepEqual([data.did, data.handle], [did, 'alice.test'])
  assert.equal(((await identity.resolveDid({did})).data.didDoc as {id: string}).id, did)
  await assert.rejects(identity.resolveIdentity({identifier: 'nobody.test'}), {error: 'HandleNotFound'})
  await assert.rejects(identity.resolveDid({did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'}), {error: 'DidNotFound'})
  await agent.com.atproto.identity.updateHandle({handle: 'alicia.test'})
  const renewed = await agent.com.atproto.identity.refreshIdentity({identifier: did})
  assert.equal(renewed.data.handle, 'alicia.test')
})
