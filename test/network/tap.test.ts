/** The official client of a Tap, unchanged, against ours: over real sockets, with a relay, a PDS and a directory behind it. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {SimpleIndexer, Tap, type TapEvent} from '@atproto/tap'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {killNetwork, startNetwork} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'
import {adminPassword, openTapNetwork as openAll} from './tap-network.ts'

/** What a client was told, until the test ends. */
function follow(context: TestContext, tap: Tap, fails: (event: TapEvent) => boolean = () => false) {
  const told: TapEvent[] = []
  const errors: Error[] = []
  const take = async (event: TapEvent): Promise<void> => {
    if (fails(event)) throw new Error('told to fail')
    told.push(event)
  }
  const indexer = new SimpleIndexer()
    .identity(take)
    .record(take)
    .error(error => void errors.push(error))
  const channel = tap.channel(indexer)
  const running = channel.start()
  const leave = async (): Promise<void> => {
    await channel.destroy()
    await running
  }
  context.after(leave)
  return {told, errors, leave}
}

const textsOf = (told: readonly TapEvent[]): string[] =>
  told.flatMap(event =>
    event.type === 'record' && event.collection === 'app.bsky.feed.post'
      ? [
          `${event.live ? 'live ' : ''}${event.action} ${(event.record as {text?: string} | undefined)?.text ?? ''}`.trim(),
        ]
      : [],
  )

test(
  'the official client has what was there, then what happens, and forgets who goes',
  {timeout: 60_000},
  async context => {
    const {agent, url} = await openAll(context)
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
    const did = agent.assertDid
    for (const text of ['one', 'two']) await agent.post({text})
    const tap = new Tap(url, {adminPassword})
    const {told, errors} = follow(context, tap)
    await tap.addRepos([did])
    await until(() => textsOf(told).length === 2, 'the back-fill has come')
    const {uri} = await agent.post({text: 'three'})
    await agent.deletePost(uri)
    await until(() => textsOf(told).length === 4, 'the live events have come')
    assert.deepEqual(textsOf(told), ['create one', 'create two', 'live create three', 'live delete'])
    await until(() => told.find(({type}) => type === 'identity'), 'the handle has come')
    const identity = told.find(event => event.type === 'identity')
    assert.deepEqual([identity?.did, identity?.handle, identity?.isActive], [did, 'alice.test', true])
    assert.deepEqual(errors, [])

    const info = await tap.getRepoInfo(did)
    assert.deepEqual([info.state, info.handle, info.error, info.retries], ['active', 'alice.test', '', 0])
    assert.ok(info.records >= 2)
    assert.equal((await tap.resolveDid(did))?.id, did)
    assert.equal(await tap.resolveDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'), null)
    await tap.removeRepos([did])
    await assert.rejects(tap.getRepoInfo(did), /Not Found/)
    await assert.rejects(new Tap(url, {adminPassword: 'wrong'}).addRepos([did]), /Unauthorized/)
  },
)

test(
  'what a client did not acknowledge goes to the next one, and nothing is lost between',
  {timeout: 60_000},
  async context => {
    const {agent, url} = await openAll(context)
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
    const did = agent.assertDid
    for (let n = 0; n < 20; n++) await agent.post({text: `${n}`})
    const tap = new Tap(url, {adminPassword})
    const first = follow(
      context,
      tap,
      event => event.type === 'record' && (event.record as {text?: string})?.text === '7',
    )
    await tap.addRepos([did])
    await until(() => textsOf(first.told).length === 19, 'all but one were taken')
    assert.equal(first.errors.length, 1)
    await first.leave()
    const second = follow(context, tap)
    await until(() => textsOf(second.told).length === 1, 'the one that was left has come')
    assert.deepEqual(textsOf(second.told), ['create 7'])
  },
)

const goTap = process.env.WHOLESKY_GO_TAP

/** All that a Tap tells of records, whose members may stand in any order, each acknowledged. */
function recordsOf(context: TestContext, port: number): string[] {
  const told: string[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${port}/channel`)
  socket.addEventListener('message', ({data}) => {
    const {id, record} = JSON.parse(String(data)) as {id: number; record?: {record?: object}}
    socket.send(JSON.stringify({type: 'ack', id}))
    if (record) told.push(JSON.stringify({...record, record: Object.entries(record.record ?? {}).toSorted()}))
  })
  context.after(() => socket.close())
  return told
}

const skip =
  goTap === undefined && 'there is no Go tap: WHOLESKY_GO_TAP names the binary of cmd/tap of bluesky-social/indigo'
test('the Go tap on our relay and PDS tells the very same, live and before', {timeout: 60_000, skip}, async context => {
  const [ports, {tap: goPort}] = [await freePorts(), await freePorts()]
  const folder = temporaryFolder('go-tap')
  const network = await startNetwork(networkEnv(join(folder, 'network'), ports))
  context.after(() => killNetwork(network))
  const agent = new AtpAgent({service: urlOf(ports.pds)})
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  for (const text of ['one', 'déjà "vu"']) await agent.post({text})
  const go = spawn(goTap ?? '', ['run'], {
    env: {
      TAP_BIND: `127.0.0.1:${goPort}`,
      TAP_RELAY_URL: urlOf(ports.relay),
      TAP_PLC_URL: urlOf(ports.plc),
      TAP_DATABASE_URL: `sqlite://${join(folder, 'go.sqlite')}`,
    },
    stdio: 'ignore',
  })
  context.after(() => go.kill('SIGKILL'))
  const both = [goPort, ports.tap]
  for (const port of both) {
    const isUp = () =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ok}) => ok,
        () => false,
      )
    await until(isUp, `the Tap at ${port} is up`)
  }
  const [theirs, ours] = both.map(port => recordsOf(context, port))
  for (const port of both) await new Tap(`http://127.0.0.1:${port}`).addRepos([agent.assertDid])
  await until(() => theirs.length === 2 && ours.length === 2, 'both have what was there')
  const {uri} = await agent.post({text: 'three'})
  await agent.like(uri, (await agent.getPost({repo: agent.assertDid, rkey: uri.split('/').at(-1) ?? ''})).cid)
  await agent.deletePost(uri)
  await until(() => theirs.length === 5 && ours.length === 5, 'both have what has happened')
  assert.deepEqual(ours.toSorted(), theirs.toSorted())
  assert.deepEqual(ours.slice(2), theirs.slice(2))
})

test('without acknowledgements what was sent is done with', {timeout: 60_000}, async context => {
  const {agent, url} = await openAll(context, {TAP_DISABLE_ACKS: 'true', TAP_COLLECTION_FILTERS: 'app.bsky.feed.*'})
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  await agent.post({text: 'one'})
  const tap = new Tap(url, {adminPassword})
  const {told} = follow(context, tap)
  await tap.addRepos([agent.assertDid])
  await until(() => textsOf(told).length === 1, 'the back-fill has come')
  const headers = {authorization: `Basic ${btoa(`admin:${adminPassword}`)}`}
  const waiting = async (): Promise<unknown> => (await fetch(`${url}/stats/outbox-buffer`, {headers})).json()
  await until(async () => JSON.stringify(await waiting()) === '{"outbox_buffer":0}', 'nothing waits')
})

test('a Tap asks our relay for who has records of its signal', {timeout: 60_000}, async context => {
  const signal = 'app.bsky.feed.post'
  const dids: string[] = []
  const {url} = await openAll(context, {TAP_SIGNAL_COLLECTION: signal}, async (agent, fetch) => {
    const list = async (): Promise<string> => {
      const path = `/xrpc/com.atproto.sync.listReposByCollection?collection=${signal}`
      const {repos} = (await (await fetch(`http://localhost:2470${path}`)).json()) as {repos: {did: string}[]}
      return repos.map(({did}) => did).join()
    }
    for (const name of ['bob', 'carol', 'alice']) {
      await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password: 'correct horse'})
      dids.push(agent.assertDid)
      if (name === 'bob') continue
      const {uri} = await agent.post({text: `of ${name}`})
      if (name === 'alice') break
      await until(async () => (await list()) === dids[1], 'who has posted is listed')
      await agent.deletePost(uri)
      await until(async () => (await list()) === '', 'who has deleted the last post is not')
    }
    await until(async () => (await list()) === dids[2], 'only who has a post is listed')
  })
  const tap = new Tap(url, {adminPassword})
  const {told} = follow(context, tap)
  await until(() => textsOf(told).length === 1, 'the back-fill has come')
  assert.deepEqual([textsOf(told), new Set(told.map(({did}) => did))], [['create of alice'], new Set([dids[2]])])
  await assert.rejects(tap.getRepoInfo(dids[0]), /Not Found/)
})
