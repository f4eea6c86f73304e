/**
 * A whole relay, its log and database on disk: how many commits a second go from a host's firehose to a consumer's,
 * each verified in full and durable, and how long one takes. Host and consumer are in the same process and beside no
 * socket, so what is measured is the relay.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {encodeEvent} from '#atp/sync/event.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openRelay} from '#services/relay/relay.ts'
import {relayConfig} from '#services/relay/config.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {readConfig} from '#std/config.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {silentLog} from '#std/log.ts'
import {TestRepo, testKey} from '../test/commits.ts'
import {accountCount, busyHost, likePath, recordsBefore} from '../test/busy-host.ts'
import {plcUrl} from '../test/firehose-network.ts'
import {figure, median} from './measure.ts'

useNativeCrypto()
const commitsEach = 200
const singleCount = 200
const warmingCount = 6_000
const floodEach = 60
const floodFirst = recordsBefore + commitsEach + singleCount
const hostname = 'pds.example.com'
const quietHostname = 'quiet.example.com'
const floodHostnames = Array.from({length: 10}, (_, i) => `flood${i}.example.com`)

const {network, host, repos, like, write, firsts: firstsOf, commits} = busyHost(hostname)
const firsts = firstsOf()
const many = commits(commitsEach)

const floodHosts = floodHostnames.map(name => network.host(name))
const quietHost = network.host(quietHostname)
const quiet = new TestRepo(`did:plc:${'q'.repeat(24)}`, testKey(200), network.nowMs - 86_400_000)
network.account(quiet.did, quiet.key.publicKey, quietHostname)
const writeQuiet = (): Uint8Array => encodeEvent(quiet.write({[likePath(quiet.seq)]: like(quiet.seq)}).event)

const folder = mkdtempSync(join(tmpdir(), 'relay-bench-'))
const env = {
  RELAY_DATABASE: `sqlite:${join(folder, 'relay.sqlite')}`,
  RELAY_LOG: `file:${join(folder, 'log')}`,
  RELAY_PLC_URL: plcUrl,
  RELAY_HOSTS: [hostname, quietHostname, ...floodHostnames].join(),
}
const metrics = new Metrics()
const relay = await openRelay(
  readConfig(relayConfig, {env, args: []}),
  network.world,
  network.world,
  silentLog,
  metrics,
)
try {
  await relay.start()
  const stopping = new AbortController()
  const frames = relay.frames(
    new Request('http://relay/xrpc/com.atproto.sync.subscribeRepos?cursor=0'),
    stopping.signal,
  )
  if (frames instanceof Response) throw new Error('The relay refuses its consumer.')
  const consumer = eachFrame(frames)
  const receive = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await consumer.next()
  }

  host.send(...firsts)
  await receive(firsts.length)
  // The other cores' compilers are not what is measured.
  const warming = many.splice(0, warmingCount)
  host.send(...warming)
  await receive(warming.length)
  const startMs = performance.now()
  host.send(...many)
  await receive(many.length)
  const seconds = (performance.now() - startMs) / 1000
  figure('commits through a relay, each verified and durable', many.length / seconds, 'commits/s', {atLeast: 6000})

  const latencies: number[] = []
  for (let n = 0; n < singleCount; n++) {
    const frame = write(repos[n % accountCount], recordsBefore + commitsEach + Math.floor(n / accountCount))
    const sentMs = performance.now()
    host.send(frame)
    await receive(1)
    latencies.push(performance.now() - sentMs)
  }
  figure('one commit through a quiet relay', median(latencies), 'ms', {atMost: 20})

  // The accounts move to ten hosts. All their commits are there from the start, so that each host is as fast as the relay
  // lets it be.
  network.nowMs += 20_000
  const floods: Uint8Array[][] = floodHosts.map(() => [])
  for (const [i, repo] of repos.entries()) {
    network.account(repo.did, repo.key.publicKey, floodHostnames[i % floodHosts.length])
    for (let n = 0; n < floodEach; n++) floods[i % floodHosts.length].push(write(repo, floodFirst + n))
  }
  for (const [i, flood] of floods.entries()) floodHosts[i].send(...flood)
  const floodCount = floodEach * accountCount
  const beside: number[] = []
  const standing: number[] = []
  for (let flooded = 0; flooded < floodCount;) {
    const frame = writeQuiet()
    const floodedBefore = flooded
    const sentMs = performance.now()
    quietHost.send(frame)
    for (;;) {
      const {value} = await consumer.next()
      if (Buffer.from(value as Uint8Array).includes(quiet.did)) break
      flooded++
    }
    beside.push(performance.now() - sentMs)
    standing.push(flooded - floodedBefore)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  figure('one commit of a quiet host beside ten that flood', median(beside), 'ms', {atMost: 120})
  figure('the slowest of these', Math.max(...beside), 'ms')
  // What a consumer had yet to take is among them.
  figure('events of the flood that went out before it, at most', Math.max(...standing), 'events', {atMost: 1536})
  stopping.abort()
  await consumer.return(undefined)
} finally {
  await relay.stop()
  rmSync(folder, {recursive: true})
}
