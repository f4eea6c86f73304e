/**
 * What relays are measured with: some servers with accounts, and the directory that knows them, over real sockets and
 * in a process of their own, so that a relay's figures hold nothing but the relay. All commits are signed before
 * anything is measured. A parent tells it over the channel of `fork` how much of them to send. Run by hand with a folder
 * it makes the commits there, and ends.
 */
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Duplex} from 'node:stream'
import {WebSocketServer} from 'ws'
import {formatMultikey} from '#atp/crypto/key.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {TestRepo, testKey} from '../test/commits.ts'
import {SpilledFrames} from './spilled-frames.ts'

export interface HostsOptions {
  hosts: number
  accounts: number
  /** Commits in all. Each account's first holds its first records, so that proofs have the depth of a real one. */
  commits: number
  /** Where the commits are kept for another run, and found if they are there already; else they go with this one. */
  folder?: string
}

export interface HostsReady {
  plc: string
  /** As `localhost:2583`. */
  hosts: string[]
  /** Bytes of all frames. */
  size: number
}

/** Sends the next `count` frames of each host, at `perSecond` in all; 0 for as fast as they are taken. */
export interface SendFrames {
  count: number
  perSecond: number
}

const recordsBefore = 300
const letters = 'abcdefghijklmnopqrstuvwxyz'

interface Host {
  frames: SpilledFrames
  sockets: Set<Duplex>
  at: string
}

const path = (n: number): string => `app.bsky.feed.like/3l${(n * 7919).toString(36).padStart(11, '2')}`
const like = (n: number) => ({
  $type: 'app.bsky.feed.like',
  createdAt: '2026-01-02T03:04:05.678Z',
  subject: {uri: `at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3l${n}`},
})

async function serve({hosts: hostCount, accounts, commits, folder}: HostsOptions): Promise<void> {
  useNativeCrypto()
  const documents = new Map<string, string>()
  const spilled = folder ?? mkdtempSync(join(tmpdir(), 'firehose-hosts-'))
  // Before anything else can end it.
  if (folder === undefined) process.on('exit', () => rmSync(spilled, {recursive: true, force: true}))
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))
  const kept = join(spilled, `${hostCount}-${accounts}-${commits}`)
  mkdirSync(kept, {recursive: true})
  const hosts: Host[] = []
  for (let i = 0; i < hostCount; i++) hosts.push(await openHost(new SpilledFrames(join(kept, `host-${i}`))))
  const repos = Array.from({length: accounts}, (_, i) => {
    const did = `did:plc:${'a'.repeat(21)}${letters[Math.floor(i / 676)]}${letters[Math.floor(i / 26) % 26]}${letters[i % 26]}`
    const repo = new TestRepo(did, testKey((i % 250) + 1), Date.now() - 30 * 86_400_000)
    documents.set(did, documentOf(did, repo, hosts[i % hostCount].at))
    return repo
  })
  const seqs = hosts.map(() => 0)
  const write = (n: number, first: number, count: number): void => {
    const writes = Object.fromEntries(Array.from({length: count}, (_, i) => [path(first + i), like(first + i)]))
    const host = n % hostCount
    hosts[host].frames.add(encodeEvent({...repos[n].write(writes).event, seq: ++seqs[host]}))
  }
  if (hosts.every(({frames}) => frames.count === 0)) {
    for (let n = 0; n < accounts; n++) write(n, 0, 150)
    for (let n = 0; n < accounts; n++) write(n, 150, recordsBefore - 150)
    for (let n = accounts * 2; n < commits; n++) write(n % accounts, recordsBefore + Math.floor(n / accounts), 1)
    for (const {frames} of hosts) frames.finish()
  }
  if (!process.send) return process.exit(0)

  const directory = createServer((request, response) => {
    const document = documents.get(decodeURIComponent((request.url ?? '/').slice(1)))
    response.writeHead(document ? 200 : 404, {'content-type': 'application/did+ld+json'}).end(document ?? '{}')
  })
  await new Promise<void>(resolve => directory.listen(0, '127.0.0.1', resolve))
  const size = hosts.reduce((sum, {frames}) => sum + frames.size, 0)
  process.on('message', ({count, perSecond}: SendFrames) => void send(hosts, count, perSecond))
  process.on('disconnect', () => process.exit(0))
  process.send({
    plc: `http://localhost:${(directory.address() as AddressInfo).port}`,
    hosts: hosts.map(({at}) => at),
    size,
  } satisfies HostsReady)
}

async function openHost(frames: SpilledFrames): Promise<Host> {
  const server = createServer((request, response) => {
    const known = request.url?.startsWith('/xrpc/com.atproto.server.describeServer')
    const body = known ? {did: 'did:web:localhost', availableUserDomains: []} : {error: 'NotFound'}
    response.writeHead(known ? 200 : 404, {'content-type': 'application/json'}).end(JSON.stringify(body))
  })
  const host: Host = {frames, sockets: new Set(), at: ''}
  // What was sent before a relay came is what it missed: both relays begin with what comes from then on.
  const webSockets = new WebSocketServer({noServer: true})
  server.on('upgrade', (request, socket: Duplex, head) => {
    // It answers pings, while frames go to the socket as they are.
    webSockets.handleUpgrade(request, socket, head, reader => reader.on('error', () => {}))
    host.sockets.add(socket)
    socket.on('close', () => host.sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, resolve))
  host.at = `localhost:${(server.address() as AddressInfo).port}`
  return host
}

function documentOf(did: string, {key}: TestRepo, at: string): string {
  return JSON.stringify({
    '@context': ['https://www.w3.org/ns/did/v1'],
    id: did,
    alsoKnownAs: [],
    verificationMethod: [
      {id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: formatMultikey(key.publicKey)},
    ],
    service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: `http://${at}`}],
  })
}

/** Each host in turn, so that all come to their end together. Waits for somebody to follow, and for sockets that are behind. */
async function send(hosts: readonly Host[], count: number, perSecond: number): Promise<void> {
  while (hosts.some(({sockets}) => sockets.size === 0)) await new Promise(resolve => setTimeout(resolve, 10))
  const started = performance.now()
  const atOnce = perSecond > 0 ? 1 : 32
  for (let sent = 0; sent < count; sent += atOnce) {
    for (const {frames, sockets} of hosts) {
      const {bytes} = frames.next(Math.min(atOnce, count - sent))
      if (bytes.length > 0) for (const socket of sockets) socket.write(bytes)
    }
    const behind = hosts.some(({sockets}) => [...sockets].some(({writableLength}) => writableLength > 2 ** 20))
    const aheadMs = perSecond > 0 ? started + ((sent + 1) * hosts.length * 1000) / perSecond - performance.now() : 0
    if (behind || aheadMs > 0) await new Promise(resolve => setTimeout(resolve, behind ? 1 : aheadMs))
  }
}

if (import.meta.main) await serve(JSON.parse(process.argv[2]) as HostsOptions)
