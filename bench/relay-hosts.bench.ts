/**
 * A relay as people run it, a process of its own, between eight servers and one consumer, over sockets: what it verifies a
 * second, what that costs, what it holds afterwards, and how much later than from its server an event comes from it at
 * 1,000 a second. `--events` of 1000000 and more is the long form, of more than a minute; to sign so many takes some
 * minutes before that, unless `--frames` names a folder that has them from a run before.
 */
import {fork, spawn} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {WebSocket} from 'ws'
import {decodeFrame, type MessageFrame} from '#atp/sync/frame.ts'
import type {HostsOptions, HostsReady, SendFrames} from './firehose-hosts.ts'
import {figure} from './measure.ts'
import {answers, cliFile, cpuSeconds, ended, freePorts, residentMiB} from './servers.ts'

const {values} = parseArgs({
  options: {events: {type: 'string', default: '60000'}, frames: {type: 'string'}},
  strict: false,
})
const flood = Number(values.events)
const paced = {count: 10_000, perSecond: 1_000} as const
const accounts = flood < 1_000_000 ? 400 : 2_000
const warming = 2 * accounts + 8_000
const folderKept = values.frames === undefined ? {} : {folder: String(values.frames)}
const options: HostsOptions = {hosts: 8, accounts, commits: warming + flood + 2 * paced.count, ...folderKept}
const patienceMs = 200_000
const windowMs = 10_000
/** As long as a relay waits until it gives back what the flood took. */
const restMs = 20_000

interface Arrival {
  atMs: number
  frame: Uint8Array
}

/** A subscriber that counts, and keeps what it is asked to. */
class Consumer {
  count = 0
  kept: Arrival[] | undefined
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  close(): void {
    this.#socket.terminate()
  }

  static async open(at: string): Promise<Consumer> {
    const socket = new WebSocket(`ws://${at}/xrpc/com.atproto.sync.subscribeRepos`, {perMessageDeflate: false})
    const consumer = new Consumer(socket)
    socket.on('message', (frame: Buffer) => {
      consumer.count++
      consumer.kept?.push({atMs: performance.now(), frame})
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return consumer
  }
}

const folder = mkdtempSync(join(tmpdir(), 'relay-hosts-bench-'))
const hosts = fork(fileURLToPath(new URL('firehose-hosts.ts', import.meta.url)), [JSON.stringify(options)])
const ready = await new Promise<HostsReady>((resolve, reject) => {
  hosts.once('message', message => resolve(message as HostsReady)).once('exit', reject)
})
const [port] = await freePorts(1)
const env = {
  ...process.env,
  RELAY_PORT: `${port}`,
  RELAY_PLC_URL: ready.plc,
  RELAY_HOSTS: ready.hosts.join(),
  RELAY_LOCAL_HOSTS: 'true',
}
const relay = spawn(process.execPath, [cliFile, 'relay'], {cwd: folder, env, stdio: 'ignore'})
const consumers: Consumer[] = []
try {
  await answers(`http://localhost:${port}`, [relay])
  const consumer = await Consumer.open(`localhost:${port}`)
  consumers.push(consumer)
  let sent = 0
  const send = async (count: number, perSecond: number): Promise<void> => {
    hosts.send({count: count / options.hosts, perSecond} satisfies SendFrames)
    sent += count
    for (const untilMs = performance.now() + patienceMs; consumer.count < sent;) {
      if (performance.now() > untilMs) throw new Error(`The consumer has ${consumer.count} of ${sent} events.`)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }
  await new Promise(resolve => setTimeout(resolve, 1_000))
  await send(warming, 0)

  const cpuBefore = cpuSeconds(relay)
  const beganMs = performance.now()
  const counts: number[] = []
  const counting = setInterval(() => counts.push(consumer.count), windowMs)
  await send(flood, 0)
  clearInterval(counting)
  const seconds = (performance.now() - beganMs) / 1_000
  const of = `commits from 8 servers through a relay to a consumer, for ${Math.round(seconds)} s`
  figure(of, flood / seconds, 'commits/s', {atLeast: 12_000})
  const inWindows = counts.map((count, i) => ((count - (counts[i - 1] ?? warming)) * 1_000) / windowMs)
  if (inWindows.length > 0) figure('in the slowest ten seconds of these', Math.min(...inWindows), 'commits/s')
  figure('CPU of the relay for 10,000 of them', ((cpuSeconds(relay) - cpuBefore) * 10_000) / flood, 's', {atMost: 1})
  figure(`resident as the last of ${sent} events goes out`, residentMiB(relay), 'MiB')
  await new Promise(resolve => setTimeout(resolve, restMs))
  figure(`resident ${restMs / 1_000} s after ${sent} events`, residentMiB(relay), 'MiB', {atMost: 150})

  const direct = await Promise.all(ready.hosts.map(at => Consumer.open(at)))
  consumers.push(...direct)
  const pacedBefore = cpuSeconds(relay)
  await send(paced.count, paced.perSecond)
  const pacedCpu = ((cpuSeconds(relay) - pacedBefore) * 10_000) / paced.count
  const kept: Arrival[] = []
  consumer.kept = kept
  for (const each of direct) each.kept = []
  await send(paced.count, paced.perSecond)
  const fromServers = new Map(direct.flatMap(each => each.kept ?? []).map(({atMs, frame}) => [nameOf(frame), atMs]))
  const laterMs = kept.map(({atMs, frame}) => atMs - (fromServers.get(nameOf(frame)) ?? NaN)).toSorted((a, b) => a - b)
  const part = (share: number): number => laterMs[Math.floor(laterMs.length * share)]
  figure('later from the relay than from its server, at 1,000 a second: p50', part(0.5), 'ms', {atMost: 4})
  figure('the same, p99', part(0.99), 'ms', {atMost: 20})
  figure('CPU of the relay for 10,000 events at 1,000 a second', pacedCpu, 's')
} finally {
  for (const each of consumers) each.close()
  await ended(relay, () => relay.kill('SIGTERM'))
  hosts.disconnect()
  rmSync(folder, {recursive: true, force: true})
}

/** What an event is known by, whatever its number: the account and its revision. */
function nameOf(frame: Uint8Array): string {
  const {body} = decodeFrame(frame) as MessageFrame
  return `${String(body.repo)} ${String(body.rev)}`
}
