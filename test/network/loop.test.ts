/** The loop from one command: what a person writes at the PDS comes out of the relay verified, and of Jetstream as JSON. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {eachFrame} from '#std/frames.ts'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openNetwork} from '../../src/bin/network.ts'

useNativeCrypto()

async function network(context: TestContext): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-network-'))
  const stores = ['PLC_DATABASE', 'PDS_DATABASE', 'PDS_BLOBS', 'RELAY_DATABASE', 'RELAY_LOG', 'JETSTREAM_LOG']
  const env = {...Object.fromEntries(stores.map(name => [name, 'memory:'])), PDS_SECRETS: join(folder, 'secrets.json')}
  const {members, world} = await openNetwork(env, {world: realWorld, guarded: realWorld, log: silentLog})
  for (const {service} of members) await service.start()
  context.after(async () => {
    for (const {service} of members.toReversed()) await service.stop()
    rmSync(folder, {recursive: true})
  })
  return world
}

interface JetstreamEvent {
  kind: string
  did: string
  commit?: {operation: string; collection: string; rkey: string; record?: {text?: string}}
}

test('a post goes from the PDS through the relay to Jetstream', async context => {
  const world = await network(context)
  const fetch: typeof globalThis.fetch = (input, init) => world.fetch(new Request(input, init))
  const agent = new AtpAgent({service: 'http://localhost:2583', fetch})
  const stopping = new AbortController()
  const frames = await world.subscribe(
    new Request('http://localhost:6008/subscribe?cursor=1&wantedCollections=app.bsky.feed.post'),
    stopping.signal,
  )
  assert.ok(!(frames instanceof Response))
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  const {uri} = await agent.post({text: 'hello, world'})
  await agent.deletePost(uri)

  const seen: JetstreamEvent[] = []
  for await (const frame of eachFrame(frames)) {
    const event = JSON.parse(frame as string) as JetstreamEvent
    seen.push(event)
    if (event.commit?.operation === 'delete') stopping.abort()
  }
  assert.deepEqual(
    seen.map(({kind, commit}) => commit?.operation ?? kind),
    ['identity', 'account', 'create', 'delete'],
  )
  assert.ok(seen.every(({did}) => did === agent.assertDid))
  assert.equal(seen[2].commit?.record?.text, 'hello, world')

  const relay = new AtpAgent({service: 'http://localhost:2470', fetch})
  const [host] = (await relay.com.atproto.sync.listHosts({})).data.hosts
  assert.equal(host.hostname, 'localhost:2583')
  const {rev} = (await relay.com.atproto.sync.getRepoStatus({did: agent.assertDid})).data
  assert.equal(rev, (await agent.com.atproto.sync.getLatestCommit({did: agent.assertDid})).data.rev)
})
