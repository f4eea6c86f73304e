/**
 * What a Jetstream spends on its readers: a relay tells it 300 events a second for five seconds, and 1, 20 or 100
 * readers follow live, as texts or as zstd frames; and how many events it gives out a second, live to 100 readers while
 * the relay sends as fast as it can, and cold: from the oldest event, just after a start. Each Jetstream is a process of
 * its own, over real sockets, and all readers are in this one. `WHOLESKY_BEFORE` names a checkout of an older commit,
 * with its dependencies, and `WHOLESKY_GO_JETSTREAM` a binary of bluesky-social/jetstream, to be measured in turn with
 * this one.
 */
import {fork, spawn, type ChildProcess} from 'node:child_process'
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {vector} from '../test/vectors.ts'
import type {HostsReady, SendFrames} from './firehose-hosts.ts'
import {figure, median, ours} from './measure.ts'
import {replay} from './raw-http.ts'
import {answers, cliFile, cpuSeconds, ended, freePorts} from './servers.ts'

const {values} = parseArgs({
  options: {rounds: {type: 'string', default: '3'}, only: {type: 'string', default: ''}},
  strict: false,
})
const rounds = Number(values.rounds)
const perSecond = 300
const eventCount = 1_500
/** Of those that are sent as fast as they are taken. */
const liveCount = 50_000
const accountCount = 50
/** The first two commits of an account hold all of these; they come before anything is measured. */
const firstEvents = accountCount * 300
/**
 * From the last of the first events on: who has that has his place, and misses nothing of what comes. One who comes live has
 * his where the server is a moment after it has answered him: Go's has come as far as the next commit by then, now and then.
 */
const fromLastFirst = `cursor=${firstEvents}`
const loads = [1, 20, 100].flatMap(readers => [false, true].map(zstd => ({readers, zstd})))
const dictionary = vector('jetstream/v1.zdict')
const older = process.env.WHOLESKY_BEFORE
const before = 'the commit before'
const go = 'the Go server'
const goFile = process.env.WHOLESKY_GO_JETSTREAM ?? ''

/** Where a Jetstream is to be, and whom it follows. */
interface Setup {
  readonly port: number
  readonly folder: string
  readonly relay: HostsReady
}
type Start = (setup: Setup) => ChildProcess

const startOf =
  (program: string): Start =>
  ({port, folder, relay}) => {
    const env = {
      ...process.env,
      JETSTREAM_PORT: `${port}`,
      JETSTREAM_UPSTREAM: `http://${relay.hosts[0]}`,
      ...(existsSync(dictionary) && {JETSTREAM_DICTIONARY: dictionary}),
    }
    return spawn(process.execPath, [program, 'jetstream'], {cwd: folder, env, stdio: 'ignore'})
  }
/** It tells of nobody before it has fetched all that is to be fetched: here, in vain, one account. */
const startGo: Start = ({port, folder, relay}) => {
  const env = {
    PATH: process.env.PATH,
    JETSTREAM_ADDR: `127.0.0.1:${port}`,
    JETSTREAM_DEBUG_ADDR: '127.0.0.1:0',
    JETSTREAM_RELAY_URL: `http://${relay.hosts[0]}`,
    JETSTREAM_PLC_URL: relay.plc,
    JETSTREAM_DATA_DIR: join(folder, 'go'),
    JETSTREAM_LOG_LEVEL: 'error',
    JETSTREAM_BACKFILL_REPOS: `did:plc:${'a'.repeat(24)}`,
  }
  return spawn(goFile, ['serve'], {cwd: folder, env, stdio: 'ignore'})
}
const sides: Record<string, Start> = {
  [ours]: startOf(cliFile),
  ...(older && {[before]: startOf(join(older, 'src/bin/wholesky.js'))}),
  ...(existsSync(goFile) && {[go]: startGo}),
}

for (const {readers, zstd} of loads) {
  const what = `${zstd ? 'zstd' : 'plain'}, ${readers} reader${readers === 1 ? '' : 's'}`
  if (!what.includes(String(values.only))) continue
  if (zstd && !existsSync(dictionary)) {
    console.error('The dictionary is not among the vectors: zstd is left out.')
    continue
  }
  const found: Record<string, number>[] = []
  for (let round = 0; round < rounds; round++) {
    const names = Object.keys(sides)
    const spent: Record<string, number> = {}
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length]
      spent[name] = await cpuOf(sides[name], readers, zstd)
    }
    found.push(spent)
  }
  for (const name of Object.keys(sides)) {
    figure(`${what}: CPU, ${name}`, median(found.map(spent => spent[name])), 's')
  }
  const ratioTo = (name: string): number => median(found.map(spent => spent[ours] / spent[name]))
  const isWorst = zstd && readers === 100
  if (older) figure(`${what}: ours ÷ before`, ratioTo(before), '', isWorst ? {atMost: 0.5} : {})
  if (sides[go]) figure(`${what}: ours ÷ Go's`, ratioTo(go), '', isWorst ? {atMost: 1} : {})
}
if ('throughput'.includes(String(values.only))) await throughput()

/** CPU seconds of a Jetstream, from when its readers are there until they have got everything. */
async function cpuOf(start: Start, readers: number, zstd: boolean): Promise<number> {
  await using relay = await openRelay(eventCount)
  await using jetstream = await openJetstream(start, relay)
  await tellFirst(relay, jetstream)
  const following = await follow(jetstream, readers, `${fromLastFirst}&compress=${zstd}`, 1 + eventCount)
  const began = cpuSeconds(jetstream.child)
  relay.send(eventCount, perSecond)
  await following.ended
  return cpuSeconds(jetstream.child) - began
}

/** How many events a second this Jetstream gives out: live, and from its log after a start. */
async function throughput(): Promise<void> {
  const many = 100
  await using relay = await openRelay(liveCount)
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  try {
    {
      await using jetstream = await openJetstream(sides[ours], relay, folder)
      await tellFirst(relay, jetstream)
      const following = await follow(jetstream, many, fromLastFirst, 1 + liveCount)
      const began = performance.now()
      const cpu = cpuSeconds(jetstream.child)
      relay.send(liveCount, 0)
      await following.ended
      rate('live, plain, 100 readers', (liveCount * many * 1_000) / (performance.now() - began), 400_000)
      figure(
        'live, plain, 100 readers: CPU',
        ((cpuSeconds(jetstream.child) - cpu) * 1e6) / (liveCount * many),
        'µs/delivery',
      )
    }
    const all = firstEvents + liveCount
    for (const [zstd, atLeast] of [
      [false, 2e6],
      [true, 600_000],
    ] as const) {
      if (zstd && !existsSync(dictionary)) continue
      for (const count of [1, many]) {
        await using jetstream = await openJetstream(sides[ours], relay, folder)
        const began = performance.now()
        const cpu = cpuSeconds(jetstream.child)
        await (
          await follow(jetstream, count, `cursor=1&compress=${zstd}`, all)
        ).ended
        const what = `cold replay, ${zstd ? 'zstd' : 'plain'}, ${count} reader${count === 1 ? '' : 's'}`
        rate(what, (all * count * 1_000) / (performance.now() - began), count === 1 ? undefined : atLeast)
        figure(`${what}: CPU`, ((cpuSeconds(jetstream.child) - cpu) * 1e6) / (all * count), 'µs/delivery')
      }
    }
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function rate(what: string, perSecondNow: number, atLeast: number | undefined): void {
  figure(what, perSecondNow, 'deliveries/s', atLeast === undefined ? {} : {atLeast})
}

type Relay = Pick<Awaited<ReturnType<typeof openRelay>>, 'send'>

/** With the first commits of all accounts, and so many more. */
async function openRelay(more: number) {
  const options = {hosts: 1, accounts: accountCount, commits: accountCount * 2 + more}
  const relay = fork(fileURLToPath(new URL('firehose-hosts.ts', import.meta.url)), [JSON.stringify(options)])
  const ready = await new Promise<HostsReady>((resolve, reject) => {
    relay.once('message', message => resolve(message as HostsReady)).once('exit', reject)
  })
  return {
    ready,
    send: (count: number, perSecond: number): void => void relay.send({count, perSecond} satisfies SendFrames),
    [Symbol.asyncDispose]: async (): Promise<void> => relay.disconnect(),
  }
}

/** With its data in `folder`, or in one of its own. */
async function openJetstream(start: Start, relay: {readonly ready: HostsReady}, folder?: string) {
  const own = folder ?? mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  const [port] = await freePorts(1)
  const child = start({port, folder: own, relay: relay.ready})
  const stop = async (): Promise<void> => {
    await ended(child, () => child.kill('SIGTERM'))
    if (folder === undefined) rmSync(own, {recursive: true, force: true})
  }
  try {
    await answers(`http://127.0.0.1:${port}`, [child])
    // It answers 503 until it has something to tell.
    while ((await fetch(`http://127.0.0.1:${port}/subscribe`)).status === 503) await sleep(50)
  } catch (error) {
    await stop()
    throw error
  }
  return {child, url: `http://127.0.0.1:${port}/subscribe`, [Symbol.asyncDispose]: stop}
}

/** Tells the first commits of all accounts; resolves once the Jetstream has all of them. */
async function tellFirst(relay: Relay, jetstream: {readonly url: string}): Promise<void> {
  relay.send(accountCount * 2, perSecond)
  let had = 0
  for (const until = performance.now() + 30_000; had < firstEvents && performance.now() < until;) {
    had = (await replay(`${jetstream.url}?cursor=1`, firstEvents)).frames
  }
  if (had < firstEvents) throw new Error(`The Jetstream has ${had} of the first ${firstEvents} events.`)
}

/** Readers that have got something; `ended` rejects when one of them does not get `count` events. */
async function follow(jetstream: {readonly url: string}, readers: number, query: string, count: number) {
  const following = Array.from({length: readers}, () => {
    const open = Promise.withResolvers<void>()
    return {open: open.promise, got: replay(`${jetstream.url}?${query}`, count, 20_000, {onFirst: open.resolve})}
  })
  await Promise.all(following.map(({open}) => open))
  const complete = async (): Promise<void> => {
    const got = await Promise.all(following.map(one => one.got))
    const missed = got.find(({frames}) => frames < count)
    if (missed) throw new Error(`A reader got ${missed.frames} of ${count} events.`)
  }
  return {ended: complete()}
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
