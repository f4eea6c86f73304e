/**
 * The Go programs of the sync layer, unchanged, above and below ours, over real sockets: `relay`, `rainbow` and
 * `collectiondir` of bluesky-social/indigo. WHOLESKY_GO_RELAY, WHOLESKY_GO_RAINBOW and WHOLESKY_GO_COLLECTIONDIR name the
 * binaries, which whoever runs this builds; what is not named is left out aloud.
 */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {decodeFrame, type MessageFrame} from '#atp/sync/frame.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {checkedStream} from '#sdk/checked-stream.ts'
import {Identities} from '#sdk/identity.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, spawnWholesky, startNetwork, type NetworkProcess} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const limitMs = 60_000
const {
  WHOLESKY_GO_RELAY: relayFile,
  WHOLESKY_GO_RAINBOW: rainbowFile,
  WHOLESKY_GO_COLLECTIONDIR: directoryFile,
} = process.env
const skipped = (name: string, file: string | undefined): string | false =>
  file === undefined || !existsSync(file) ? `${name} names no binary: build it from indigo's cmd/` : false
const noRelay = skipped('WHOLESKY_GO_RELAY', relayFile)
const noRainbow = skipped('WHOLESKY_GO_RAINBOW', rainbowFile)
const noDirectory = skipped('WHOLESKY_GO_COLLECTIONDIR', directoryFile)

const world = nodeWorld({userAgent: 'test'})
const subscribeUrl = (url: string, cursor: number): string =>
  `${url}/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`

/** The frames of a firehose from its oldest on, until there is one of `did` that is a commit of `rev`. */
async function framesUntil(url: string, did: string, rev: string, cursor = 0): Promise<Buffer[]> {
  const stopping = AbortSignal.timeout(limitMs)
  const frames = await world.subscribe(new Request(subscribeUrl(url, cursor)), stopping)
  if (frames instanceof Response) throw new Error(`${url} answers ${frames.status}`)
  const found: Buffer[] = []
  for await (const frame of eachFrame(frames)) {
    found.push(Buffer.from(frame as Uint8Array))
    const {body} = decodeFrame(frame as Uint8Array) as MessageFrame
    if (body.repo === did && body.rev === rev) return found
  }
  throw new Error(`${url} ended`)
}

const holdersOf = async (host: string): Promise<unknown[]> => {
  const response = await fetch(`${host}/xrpc/com.atproto.sync.listReposByCollection?collection=app.bsky.feed.post`)
  return ((await response.json()) as {repos?: unknown[]}).repos ?? []
}

const seqsOf = (frames: readonly Buffer[]): unknown[] =>
  frames.map(frame => (decodeFrame(frame) as MessageFrame).body.seq)

suite('Go programs of the sync layer', {timeout: 4 * limitMs}, () => {
  const folder = temporaryFolder('go-relays')
  const children: ChildProcess[] = []
  let ports: Ports
  let more: Ports
  let network: NetworkProcess
  let agent: AtpAgent

  before(async () => {
    if (noRelay && noRainbow && noDirectory) return
    useNativeCrypto()
    ports = await freePorts()
    more = await freePorts()
    network = await startNetwork(networkEnv(join(folder, 'data'), ports))
    agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'gerda.test', email: 'gerda@example.com', password: 'correct horse'})
  })
  after(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
    if (network) await killNetwork(network)
  })

  const post = async (text: string): Promise<string> => {
    const {data} = await agent.com.atproto.repo.createRecord({
      repo: agent.assertDid,
      collection: 'app.bsky.feed.post',
      record: {text, createdAt: new Date().toISOString()},
    })
    return data.commit?.rev ?? ''
  }

  const start = async (
    file: string,
    args: string[],
    env: Record<string, string>,
    url: string,
  ): Promise<ChildProcess> => {
    const child = spawn(file, args, {cwd: folder, env: {PATH: process.env.PATH, ...env}, stdio: 'ignore'})
    children.push(child)
    const answers = (): Promise<boolean> =>
      fetch(url).then(
        () => true,
        () => false,
      )
    await until(async () => child.exitCode !== null || (await answers()), `${file} answers`, limitMs)
    equal(child.exitCode, null, `${file} runs`)
    return child
  }

  /** It takes no host of a private address by its API: its table is filled between two starts. */
  const startGoRelay = async (): Promise<string> => {
    const database = join(folder, 'go-relay.sqlite')
    const url = urlOf(more.relay)
    const args = ['serve', '--bind', `127.0.0.1:${more.relay}`, '--persist-dir', join(folder, 'go-persist')]
    const env = {
      RELAY_PLC_HOST: urlOf(ports.plc),
      RELAY_ADMIN_PASSWORD: 'word',
      DATABASE_URL: `sqlite://${database}`,
      RELAY_METRICS_LISTEN: '127.0.0.1:0',
      LOG_LEVEL: 'error',
    }
    const first = await start(relayFile ?? '', args, env, `${url}/xrpc/_health`)
    first.kill('SIGTERM')
    await once(first, 'exit')
    const tables = new DatabaseSync(database)
    tables
      .prepare(
        `INSERT INTO host (created_at, updated_at, hostname, no_ssl, account_limit, trusted, status, last_seq, account_count)
         VALUES (datetime(), datetime(), ?, 1, 1000000, 1, 'active', 0, 0)`,
      )
      .run(`localhost:${ports.pds}`)
    tables.close()
    await start(relayFile ?? '', args, env, `${url}/xrpc/_health`)
    return url
  }

  test(
    'the Go relay follows our PDS, ours gives its firehose out again, and our reader verifies all of it',
    {skip: noRelay},
    async () => {
      const goRelay = await startGoRelay()
      const rev = await post('by way of the Go relay')
      const {assertDid: did} = agent
      const theirs = await framesUntil(goRelay, did, rev)
      const env = {
        RELAY_FAN_OUT_OF: goRelay.replace('http', 'ws'),
        RELAY_PORT: String(more.pds),
        WHOLESKY_DATA: join(folder, 'fan-out'),
        RELAY_LOG: `file:${join(folder, 'fan-out-log')}`,
      }
      const fanOut = spawnWholesky(['relay'], env, output => output.includes('upstream connected'))
      children.push(fanOut.child)
      await fanOut.up
      const next = await post('by way of both')
      const both = await framesUntil(goRelay, did, next)
      const again = await framesUntil(urlOf(more.pds), did, next)
      ok(again.length > 0)
      deepEqual(again, both.slice(-again.length), 'to the byte')
      ok(both.length > theirs.length)
      const identities = new Identities({world, plcUrl: urlOf(ports.plc), txt: async () => []})
      const stopping = new AbortController()
      let proven = 0
      const stream = checkedStream({world, identities, service: goRelay, cursor: 0, signal: stopping.signal})
      for await (const some of stream) {
        for (const checked of some) {
          ok(checked.kind !== 'dropped', JSON.stringify(checked))
          if (checked.kind === 'proven') proven++
          if (checked.kind === 'proven' && 'rev' in checked.verified.event && checked.verified.event.rev === next)
            stopping.abort()
        }
      }
      ok(proven >= 2)
    },
  )

  test('rainbow gives our firehose out again', {skip: noRainbow}, async () => {
    const url = urlOf(more.jetstream)
    const env = {
      ATP_RELAY_HOST: urlOf(ports.relay),
      RAINBOW_DB_PATH: join(folder, 'rainbow.db'),
      RAINBOW_CURSOR_PATH: join(folder, 'rainbow-cursor'),
      RAINBOW_API_LISTEN: `127.0.0.1:${more.jetstream}`,
      RAINBOW_METRICS_LISTEN: '127.0.0.1:0',
    }
    await start(rainbowFile ?? '', [], env, `${url}/xrpc/_health`)
    let theirs: Buffer[] = []
    let rev = ''
    await until(
      async () => {
        rev = await post('by way of rainbow')
        theirs = await framesUntil(url, agent.assertDid, rev)
        return new Set(seqsOf(theirs)).size > 1
      },
      'rainbow tells of commits',
      limitMs,
    )
    const ours = await framesUntil(urlOf(ports.relay), agent.assertDid, rev)
    // Where it goes over from what is past to what comes, it tells some events twice.
    const told = [...new Set(seqsOf(theirs))]
    deepEqual(seqsOf(ours).slice(-told.length), told)
    const status = await fetch(`${url}/xrpc/com.atproto.sync.listHosts`)
    equal(status.status, 200, 'what is asked of it beside comes from our relay')
  })

  test('collectiondir knows from our firehose who has records of a collection', {skip: noDirectory}, async () => {
    const url = urlOf(more.tap)
    const env = {
      COLLECTIONS_UPSTREAM: urlOf(ports.relay).replace('http', 'ws'),
      COLLECTIONS_API_LISTEN: `127.0.0.1:${more.tap}`,
      COLLECTIONS_METRICS_LISTEN: '127.0.0.1:0',
      COLLECTIONS_ADMIN_TOKEN: 'word',
    }
    const args = ['serve', '--pebble', join(folder, 'collections'), '--dau-directory', join(folder, 'dau')]
    await start(directoryFile ?? '', args, env, `${url}/_health`)
    await until(
      async () => {
        await post('for the index')
        return (await holdersOf(url)).length > 0
      },
      'the account is in its index',
      limitMs,
    )
    deepEqual(await holdersOf(url), await holdersOf(urlOf(ports.relay)))
  })
})
