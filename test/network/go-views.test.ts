/**
 * The Go programs that read a relay, unchanged, on ours, and ours on the Go relay: what they tell is the very same. The
 * names of the binaries, which whoever runs this builds, are in WHOLESKY_GO_RELAY (cmd/relay of bluesky-social/indigo) and
 * WHOLESKY_GO_JETSTREAM (bluesky-social/jetstream); what is not named is left out aloud. The Go tap: `tap.test.ts`.
 */
import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {Tap} from '@atproto/tap'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, spawnWholesky, startNetwork, type NetworkProcess} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const limitMs = 60_000
const {WHOLESKY_GO_RELAY: relayFile = '', WHOLESKY_GO_JETSTREAM: jetstreamFile = ''} = process.env
const noRelay = !existsSync(relayFile) && 'WHOLESKY_GO_RELAY names no binary of cmd/relay of bluesky-social/indigo'
const noJetstream = !existsSync(jetstreamFile) && 'WHOLESKY_GO_JETSTREAM names no binary of bluesky-social/jetstream'

/** What a Tap told of records, each acknowledged; members may stand in any order. */
function tapped(port: number): {readonly told: string[]; readonly socket: WebSocket} {
  const told: string[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${port}/channel`)
  socket.addEventListener('message', ({data}) => {
    const {id, record} = JSON.parse(String(data)) as {id: number; record?: object}
    socket.send(JSON.stringify({type: 'ack', id}))
    if (record) told.push(sorted(record))
  })
  return {told, socket}
}

/** What a Jetstream told of commits, from the beginning. */
function streamed(port: number): {readonly told: string[]; readonly socket: WebSocket} {
  const told: string[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${port}/subscribe?cursor=1&wantedCollections=app.bsky.feed.*`)
  socket.addEventListener('message', ({data}) => {
    const {did, kind, commit} = JSON.parse(String(data)) as {did: string; kind: string; commit?: object}
    if (commit) told.push(sorted({did, kind, commit}))
  })
  return {told, socket}
}

/** A text that is the same whatever the order of members. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ok}) => ok,
    () => false,
  )

suite('Taps and Jetstreams on relays', {timeout: 4 * limitMs, skip: noRelay && noJetstream}, () => {
  const folder = temporaryFolder('go-views')
  const ended: (() => unknown)[] = []
  let ports: Ports
  let agent: AtpAgent
  let written = 0

  before(async () => {
    ports = await freePorts()
    const network = await startNetwork(networkEnv(join(folder, 'data'), ports))
    ended.push(() => killNetwork(network))
    agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'gerda.test', email: 'gerda@example.com', password: 'correct horse'})
    await write('one')
  })
  after(async () => {
    for (const end of ended.toReversed()) await end()
  })

  /** A post with a like, and one that is gone again: four events. */
  async function write(text: string): Promise<void> {
    const {uri, cid} = await agent.post({text})
    await agent.like(uri, cid)
    await agent.deletePost((await agent.post({text: `not ${text}`})).uri)
    written += 4
  }

  async function start(file: string, args: string[], env: Record<string, string>, health: string) {
    const child: ChildProcess = spawn(file, args, {cwd: folder, env: {PATH: process.env.PATH, ...env}, stdio: 'ignore'})
    ended.push(() => child.kill('SIGKILL'))
    await until(async () => child.exitCode !== null || (await answers(health)), `${file} answers`, limitMs)
    assert.equal(child.exitCode, null, `${file} runs`)
    return child
  }

  /** It takes no host of a private address by its API: its table is filled between two starts. */
  async function startGoRelay(port: number): Promise<string> {
    const database = join(folder, 'go-relay.sqlite')
    const args = ['serve', '--bind', `127.0.0.1:${port}`, '--persist-dir', join(folder, 'go-persist')]
    const env = {
      RELAY_PLC_HOST: urlOf(ports.plc),
      RELAY_ADMIN_PASSWORD: 'word',
      DATABASE_URL: `sqlite://${database}`,
      RELAY_METRICS_LISTEN: '127.0.0.1:0',
      LOG_LEVEL: 'error',
    }
    const health = `${urlOf(port)}/xrpc/_health`
    const first = await start(relayFile, args, env, health)
    first.kill('SIGTERM')
    await once(first, 'exit')
    const tables = new DatabaseSync(database)
    const insert = `INSERT INTO host
      (created_at, updated_at, hostname, no_ssl, account_limit, trusted, status, last_seq, account_count)
      VALUES (datetime(), datetime(), ?, 1, 1000000, 1, 'active', 0, 0)`
    tables.prepare(insert).run(`localhost:${ports.pds}`)
    tables.close()
    await start(relayFile, args, env, health)
    return urlOf(port)
  }

  async function startOurs(name: 'tap' | 'jetstream', env: Record<string, string>): Promise<NetworkProcess> {
    const all = {WHOLESKY_DATA: join(folder, `own-${name}`), ...env}
    const started = spawnWholesky([name], all, output => output.includes('"message":"listening"'))
    ended.push(() => killNetwork(started))
    await started.up
    return started
  }

  const opened = <T extends {readonly socket: WebSocket}>(one: T): T => {
    ended.push(() => one.socket.close())
    return one
  }

  test('our Tap and our Jetstream tell of the Go relay what they tell of ours', {skip: noRelay}, async () => {
    const more = await freePorts()
    const relay = await startGoRelay(more.relay)
    await startOurs('tap', {
      TAP_PORT: `${more.tap}`,
      TAP_RELAY_URL: relay,
      TAP_PLC_URL: urlOf(ports.plc),
      TAP_HANDLE_RESOLVER: urlOf(ports.pds),
      TAP_LOCAL_HOSTS: 'true',
    })
    await startOurs('jetstream', {
      JETSTREAM_PORT: `${more.jetstream}`,
      JETSTREAM_UPSTREAM: relay,
      JETSTREAM_PLC_URL: urlOf(ports.plc),
    })
    const taps = [more.tap, ports.tap].map(port => opened(tapped(port)))
    const jetstreams = [more.jetstream, ports.jetstream].map(port => opened(streamed(port)))
    const before = written
    for (const port of [more.tap, ports.tap]) await new Tap(urlOf(port)).addRepos([agent.assertDid])
    await until(() => taps.every(({told}) => told.length >= 2), 'both Taps have what was there')
    await write('two')
    await until(() => taps.every(({told}) => told.length === 2 + 4), 'both Taps have what has happened', limitMs)
    // The Go relay begins with what a host tells when it comes to know it.
    const [theirs, ours] = jetstreams.map(({told}) => told)
    await until(() => theirs.length === 4 && ours.length === before + 4, 'and both Jetstreams', limitMs)
    assert.deepEqual(taps[0].told.slice(2), taps[1].told.slice(2))
    assert.deepEqual(taps[0].told.toSorted(), taps[1].told.toSorted())
    assert.deepEqual(theirs, ours.slice(before))
  })

  test('the Go Jetstream tells of our relay what ours tells', {skip: noJetstream}, async () => {
    const more = await freePorts()
    const env = {
      JETSTREAM_ADDR: `127.0.0.1:${more.jetstream}`,
      JETSTREAM_RELAY_URL: urlOf(ports.relay),
      JETSTREAM_PLC_URL: urlOf(ports.plc),
      JETSTREAM_DATA_DIR: join(folder, 'go-jetstream'),
      JETSTREAM_LOG_LEVEL: 'error',
      // It fetches from no server of this machine, and tells of nobody before it has fetched all: here, in vain, this one.
      JETSTREAM_BACKFILL_REPOS: agent.assertDid,
    }
    const url = urlOf(more.jetstream)
    await start(jetstreamFile, ['serve'], env, `${url}/`)
    const isSteady = async (): Promise<boolean> => (await fetch(`${url}/subscribe`)).status === 426
    await until(isSteady, 'it has seen to all that is to be fetched', limitMs)
    const [theirs, ours] = [more.jetstream, ports.jetstream].map(port => opened(streamed(port)).told)
    const before = written
    await until(() => ours.length === before, 'ours has what was there')
    await write('three')
    await until(() => theirs.length >= 4 && ours.length === before + 4, 'both have what has happened', limitMs)
    assert.deepEqual(theirs.slice(-4), ours.slice(before))
  })
})
