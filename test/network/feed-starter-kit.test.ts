/**
 * The official starter kit for feed generators (bluesky-social/feed-generator), unchanged and set up by its `.env` alone, on
 * our relay, PDS, directory and AppView: by a did:web of this machine, written either way, and by a did:plc. The folder with
 * it, `npm install` done, is named by WHOLESKY_FEED_GENERATOR; without it the test is left out aloud.
 */
import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {createIdentity} from '#atp/plc/build.ts'
import {testKey} from '../commits.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {killNetwork, startNetwork} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const kit = process.env.WHOLESKY_FEED_GENERATOR ?? ''
const skip =
  (kit === '' || !existsSync(join(kit, 'node_modules'))) &&
  'WHOLESKY_FEED_GENERATOR names no folder with bluesky-social/feed-generator, installed'

suite('the official starter kit for feeds', {skip, timeout: 150_000}, () => {
  let network: Awaited<ReturnType<typeof startNetwork>>
  let agent: AtpAgent
  const running: ChildProcess[] = []
  let ports: Awaited<ReturnType<typeof freePorts>>

  before(async () => {
    ports = await freePorts()
    network = await startNetwork(networkEnv(temporaryFolder('starter-kit'), ports))
    agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  })
  after(async () => {
    for (const child of running) {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    }
    await killNetwork(network)
  })

  /** As its `npm start` does; the variables are what stands in its `.env`. */
  async function start(port: number, more: Readonly<Record<string, string>>): Promise<void> {
    const child = spawn(join(kit, 'node_modules/.bin/ts-node'), ['src/index.ts'], {
      cwd: kit,
      env: {
        // By the Node that it was installed with, which is not ours.
        PATH: process.env.PATH?.split(':')
          .filter(folder => !folder.includes('node_modules'))
          .join(':'),
        TS_NODE_TRANSPILE_ONLY: 'true',
        FEEDGEN_PORT: `${port}`,
        FEEDGEN_SUBSCRIPTION_ENDPOINT: `ws://localhost:${ports.relay}`,
        FEEDGEN_PUBLISHER_DID: agent.assertDid,
        ...more,
      },
    })
    running.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
    await until(() => output.includes('running feed generator') || child.exitCode !== null, 'it runs')
    assert.equal(child.exitCode, null, output)
  }

  /** A did:plc whose document says where the feed generator is. */
  async function plcDid(serviceEndpoint: string): Promise<string> {
    const services = {bsky_fg: {type: 'BskyFeedGenerator', endpoint: serviceEndpoint}}
    const key = testKey(7)
    const data = {rotationKeys: [key.didKey], verificationMethods: {}, alsoKnownAs: [], services}
    const {did, operation} = createIdentity(data, key)
    const response = await fetch(`${urlOf(ports.plc)}/${did}`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(operation),
    })
    assert.equal(response.status, 200, await response.text())
    return did
  }

  async function isRead(did: string): Promise<void> {
    const {data} = await agent.com.atproto.repo.putRecord({
      repo: agent.assertDid,
      collection: 'app.bsky.feed.generator',
      rkey: 'whats-alf',
      record: {did, displayName: 'Alf', createdAt: new Date().toISOString()},
    })
    const post = await agent.post({text: 'alf is here'})
    const read = async () => (await agent.app.bsky.feed.getFeed({feed: data.uri})).data.feed.map(one => one.post.uri)
    await until(async () => (await read().catch((): string[] => [])).includes(post.uri), 'the feed has the post')
    const {data: generator} = await agent.app.bsky.feed.getFeedGenerator({feed: data.uri})
    assert.deepEqual([generator.isOnline, generator.isValid, generator.view.did], [true, true, did])
  }

  for (const [what, hostname] of [
    ['a hostname and port', (port: number) => `localhost:${port}`],
    ['them as a did:web has them', (port: number) => `localhost%3A${port}`],
  ] as const) {
    test(`is read by the did:web that it gives itself of ${what}`, async () => {
      const {web: port} = await freePorts()
      await start(port, {FEEDGEN_HOSTNAME: hostname(port)})
      await isRead(`did:web:${hostname(port)}`)
    })
  }

  test('is read by a did:plc', async () => {
    const {web: port} = await freePorts()
    const did = await plcDid(`http://localhost:${port}`)
    await start(port, {FEEDGEN_HOSTNAME: `localhost:${port}`, FEEDGEN_SERVICE_DID: did})
    await isRead(did)
  })
})
