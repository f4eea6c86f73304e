/** The SDK's client of a Tap against ours, over real sockets, with a relay, a PDS and a directory behind it. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {listen} from '#runtime/http/listener.ts'
import {nodeWorld, type NodeWorld} from '#runtime/node-world.ts'
import {SubscriptionRefused} from '#sdk/reconnecting.ts'
import {formatAdminAuthHeader} from '#sdk/tap/admin-auth.ts'
import {LexIndexer} from '#sdk/tap/indexer.ts'
import {Tap} from '#sdk/tap/tap.ts'
import type {TapEvent} from '#sdk/tap/tap-event.ts'
import {tapWebhook} from '#sdk/tap/webhook.ts'
import {silentLog} from '#std/log.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {fakeService} from '../fake-service.ts'
import {until} from '../until.ts'
import {adminPassword, openTapNetwork} from './tap-network.ts'

const account = {handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'}
const timeout = 60_000

function worldFor(context: TestContext): NodeWorld {
  const world = nodeWorld({userAgent: 'test'})
  context.after(() => world.close())
  return world
}

/** Of a connection what comes first, and then it is closed. */
async function* firstOf(frames: Frames): Frames {
  for await (const some of frames) {
    yield some
    return
  }
}

const posts = (told: readonly string[]): string[] => told.filter(line => line.startsWith('create'))

/** What a client was told of posts, until the test ends. */
function follow(context: TestContext, tap: Tap, failing?: string) {
  const told: string[] = []
  const errors: Error[] = []
  const indexer = new LexIndexer()
    .put(post, ({action, live, record}) => {
      if (record.text === failing) throw new Error('told to fail')
      told.push(`${live ? 'live ' : ''}${action} ${record.text}`)
    })
    .delete(post, ({live}) => void told.push(`${live ? 'live ' : ''}delete`))
    .identity(({handle, isActive}) => void told.push(`${handle} ${isActive}`))
    .error(error => void errors.push(error))
  const channel = tap.channel(indexer, {maxReconnectSeconds: 1})
  const running = channel.start()
  const leave = async (): Promise<void> => {
    await channel.destroy()
    await running
  }
  context.after(leave)
  return {told, errors, leave}
}

test('has what was there, then what happens, and asks all that a Tap answers', {timeout}, async context => {
  const {agent, url} = await openTapNetwork(context)
  await agent.createAccount(account)
  const did = agent.assertDid
  for (const text of ['one', 'two']) await agent.post({text})
  const world = worldFor(context)
  const tap = new Tap(url, {world, adminPassword})
  const {told, errors} = follow(context, tap)
  await tap.addRepos([did])
  await until(() => told.includes('create two'), 'the back-fill has come')
  const {uri} = await agent.post({text: 'three'})
  await agent.deletePost(uri)
  await until(() => told.includes('live delete'), 'the live events have come')
  await until(() => told.includes('alice.test true'), 'the handle has come')
  deepEqual(
    told.filter(line => !line.startsWith('alice')),
    ['create one', 'create two', 'live create three', 'live delete'],
  )
  deepEqual(errors, [])

  const info = await tap.getRepoInfo(did)
  deepEqual([info.did, info.state, info.handle, info.error], [did, 'active', 'alice.test', ''])
  ok((info.records ?? 0) >= 2)
  deepEqual(
    (await tap.listRepos({limit: 1})).repos.map(repo => repo.did),
    [did],
  )
  equal((await tap.resolveDid(did))?.id, did)
  equal(await tap.resolveDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'), null)
  deepEqual([await tap.pauseRepos([did]), await tap.resumeRepos([did])], [1, 1])
  deepEqual((await tap.setFilters({collections: ['app.bsky.feed.post']})).collections, ['app.bsky.feed.post'])
  equal((await tap.filters()).fullNetwork, false)
  await tap.removeRepos([did])
  await rejects(tap.getRepoInfo(did), {name: 'TapError', status: 404})

  const stranger = new Tap(url, {world, adminPassword: 'wrong'})
  await rejects(stranger.addRepos([did]), {name: 'TapError', status: 401})
  await rejects(stranger.channel(new LexIndexer().error(() => {})).start(), SubscriptionRefused)
})

test('what it did not acknowledge goes to the next one', {timeout}, async context => {
  const {agent, url} = await openTapNetwork(context)
  await agent.createAccount(account)
  for (let n = 0; n < 10; n++) await agent.post({text: `${n}`})
  const tap = new Tap(url, {world: worldFor(context), adminPassword})
  const first = follow(context, tap, '7')
  await tap.addRepos([agent.assertDid])
  await until(() => posts(first.told).length === 9, 'all but one were taken')
  equal(first.errors.length, 1)
  await first.leave()
  const second = follow(context, tap)
  await until(() => posts(second.told).length === 1, 'the one that was left has come')
  deepEqual(posts(second.told), ['create 7'])
})

test(
  'a connection that breaks again and again loses nothing, and what was done with is told',
  {timeout},
  async context => {
    const {agent, url} = await openTapNetwork(context)
    await agent.createAccount(account)
    for (let n = 0; n < 5; n++) await agent.post({text: `${n}`})
    const world = worldFor(context)
    const breaking = {
      ...world,
      sleep: (ms: number, signal?: AbortSignal) => world.sleep(ms <= 1_000 ? 1 : ms, signal),
      async subscribe(request: Request, signal: AbortSignal, outgoing?: AsyncIterable<Frame>) {
        const frames = await world.subscribe(request, signal, outgoing)
        return frames instanceof Response ? frames : firstOf(frames)
      },
    }
    const tap = new Tap(url, {world: breaking, adminPassword})
    const {told} = follow(context, tap)
    await tap.addRepos([agent.assertDid])
    for (let n = 5; n < 8; n++) {
      await agent.post({text: `${n}`})
      await until(() => told.some(line => line.endsWith(`create ${n}`)), `${n} has come`)
    }
    const texts = new Set(told.filter(line => line.includes('create')).map(line => line.at(-1)))
    deepEqual([...texts].toSorted(), ['0', '1', '2', '3', '4', '5', '6', '7'])
    const headers = {authorization: formatAdminAuthHeader(adminPassword)}
    const waiting = async () => (await world.fetch(new Request(`${url}/stats/outbox-buffer`, {headers}))).text()
    await until(async () => (await waiting()) === '{"outbox_buffer":0}', 'all is acknowledged')
  },
)

test('takes what a Tap posts to its webhook, and it comes again until it is taken', {timeout}, async context => {
  const told: TapEvent[] = []
  let isAway = true
  const hook = tapWebhook({
    adminPassword,
    onEvent: event => {
      if (isAway) {
        isAway = false
        throw new Error('told to fail')
      }
      told.push(event)
    },
  })
  const listener = await listen(fakeService(hook), {host: '127.0.0.1', port: 0, log: silentLog})
  context.after(() => listener.stop())
  const {agent, url} = await openTapNetwork(context, {TAP_WEBHOOK_URL: `${listener.url}/hook`})
  await agent.createAccount(account)
  await agent.post({text: 'one'})
  await new Tap(url, {world: worldFor(context), adminPassword}).addRepos([agent.assertDid])
  const texts = () => told.flatMap(event => (event.type === 'record' && event.record ? [event.record.text] : []))
  await until(() => texts().includes('one') && told.some(({type}) => type === 'identity'), 'both have come')
  ok(!isAway)
})
