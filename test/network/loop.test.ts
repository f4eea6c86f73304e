/** The loop from one command: what a person writes at the PDS comes out of the relay verified, and of Jetstream as JSON. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {eachFrame} from '#std/wire/frames.ts'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {dataIn} from '../../src/bin/data-folder.ts'
import {openNetwork} from '../../src/bin/network.ts'
import {freePorts, networkEnv, type Ports} from '../network-env.ts'
import {serviceNames} from '../../src/bin/services.ts'
import {startSeparately} from '../separate-processes.ts'
import {separateWorld} from './loop.ts'

useNativeCrypto()

interface Running {
  world: World
  stop(): Promise<void>
}

/** All of the network with its data under `folder`, as `npm start` keeps it under `data`. */
async function start(folder: string): Promise<Running> {
  const {members, world} = await openNetwork(dataIn(folder), {world: realWorld, guarded: realWorld, log: silentLog})
  for (const {service} of members) await service.start()
  const stop = async (): Promise<void> => {
    for (const {service} of members.toReversed()) await service.stop()
  }
  return {world, stop}
}

/** The same with each service in a process of its own, at the ports that it had at the first start. */
async function startApart(folder: string): Promise<Running> {
  const ports = portsOf.get(folder) ?? (await freePorts())
  portsOf.set(folder, ports)
  const network = await startSeparately(networkEnv(folder, ports))
  const stop = async (): Promise<void> => {
    assert.deepEqual(
      await network.stop(),
      serviceNames.map(() => 0),
    )
  }
  return {world: separateWorld(ports), stop}
}
const portsOf = new Map<string, Ports>()

function newFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-network-'))
  context.after(() => rmSync(folder, {recursive: true}))
  return folder
}

const agentOf = (world: World, service = 'http://localhost:2583'): AtpAgent =>
  new AtpAgent({service, fetch: (input, init) => world.fetch(new Request(input, init))})

const alice = {identifier: 'alice.test', password: 'correct horse'}
const signUp = (agent: AtpAgent) =>
  agent.createAccount({handle: alice.identifier, email: 'alice@example.com', password: alice.password})

/** Posts as Jetstream tells of them, up to and with the first delete. */
async function jetstreamEvents(world: World): Promise<JetstreamEvent[]> {
  const stopping = new AbortController()
  const url = 'http://localhost:6008/subscribe?cursor=1&wantedCollections=app.bsky.feed.post'
  const frames = await world.subscribe(new Request(url), stopping.signal)
  assert.ok(!(frames instanceof Response))
  const seen: JetstreamEvent[] = []
  for await (const frame of eachFrame(frames)) {
    const event = JSON.parse(frame as string) as JetstreamEvent
    seen.push(event)
    if (event.commit?.operation === 'delete') stopping.abort()
  }
  return seen
}

const kinds = (events: readonly JetstreamEvent[]): string[] => events.map(({kind, commit}) => commit?.operation ?? kind)

interface JetstreamEvent {
  kind: string
  did: string
  commit?: {operation: string; collection: string; rkey: string; record?: {text?: string}}
}

const fromEndToEnd = (open: typeof start) => async (context: TestContext) => {
  const {world, stop} = await open(newFolder(context))
  try {
    const agent = agentOf(world)
    const events = jetstreamEvents(world)
    await signUp(agent)
    const {uri} = await agent.post({text: 'hello, world'})
    await agent.deletePost(uri)

    const seen = await events
    assert.deepEqual(kinds(seen), ['identity', 'account', 'create', 'delete'])
    assert.ok(seen.every(({did}) => did === agent.assertDid))
    assert.equal(seen[2].commit?.record?.text, 'hello, world')

    const relay = agentOf(world, 'http://localhost:2470')
    const [host] = (await relay.com.atproto.sync.listHosts({})).data.hosts
    assert.match(host.hostname, /^localhost:\d+$/)
    const {rev} = (await relay.com.atproto.sync.getRepoStatus({did: agent.assertDid})).data
    assert.equal(rev, (await agent.com.atproto.sync.getLatestCommit({did: agent.assertDid})).data.rev)
  } finally {
    await stop()
  }
}

const twice = (open: typeof start) => async (context: TestContext) => {
  const folder = newFolder(context)
  const first = await open(folder)
  const agent = agentOf(first.world)
  await signUp(agent)
  const {uri} = await agent.post({text: 'before'})
  await first.stop()

  const second = await open(folder)
  try {
    const again = agentOf(second.world)
    await again.login(alice)
    await again.post({text: 'after'})
    await again.deletePost(uri)
    assert.deepEqual(kinds(await jetstreamEvents(second.world)), ['identity', 'account', 'create', 'create', 'delete'])
  } finally {
    await second.stop()
  }
}

const goes = 'a post goes from the PDS through the relay to Jetstream'
test(goes, {timeout: 60_000}, fromEndToEnd(start))
test(`${goes}, from process to process`, {timeout: 60_000}, fromEndToEnd(startApart))
const again = 'the second start finds everything again, and tells of nothing twice'
test(again, {timeout: 60_000}, twice(start))
test(`${again}, from process to process`, {timeout: 60_000}, twice(startApart))
