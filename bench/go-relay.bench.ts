/**
 * Our relay beside the Go relay of the network (`cmd/relay` of bluesky-social/indigo), each a process of its own over
 * real sockets, both fed the same signed commits by the same hosts at once, then asked in turn. `WHOLESKY_GO_RELAY`
 * names the binary, built by whoever runs this; without it only ours is measured.
 */
import {fork, spawn, type ChildProcess} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import type {HostsOptions, HostsReady, SendFrames} from './firehose-hosts.ts'
import {compare, figure, ours} from './measure.ts'
import {replay} from './raw-http.ts'
import {cliFile, cpuSeconds, ended, freePorts, residentMiB} from './servers.ts'

const {values} = parseArgs({
  options: {rounds: {type: 'string', default: '5'}, events: {type: 'string', default: '60000'}},
  strict: false,
})
const rounds = Number(values.rounds)
/** Commits before, and those that go out to many at once while they come. */
const commits = Number(values.events)
const fanOut = {commits: 8_000, consumers: 100} as const
const options: HostsOptions = {hosts: 8, accounts: 400, commits: commits + fanOut.commits}
/** After so many the memory of both is looked at. */
const memoryAt = Math.min(50_000, commits)
const goRelay = process.env.WHOLESKY_GO_RELAY
const peer = 'the Go relay'

interface Running {
  child: ChildProcess
  url: string
}

const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const sides: Record<string, Running> = {}
const hosts = fork(fileURLToPath(new URL('firehose-hosts.ts', import.meta.url)), [JSON.stringify(options)])
try {
  const ready = await new Promise<HostsReady>((resolve, reject) => {
    hosts.once('message', message => resolve(message as HostsReady)).once('exit', reject)
  })
  const ports = await freePorts(2)
  const first = goRelay ? [() => startGo(goRelay, ready, ports[1])] : []
  for (const start of [() => startOurRelay(ready, ports[0]), ...first]) await start()
  // One side after the other takes the same frames, so that neither has the other beside it.
  const taken: Record<string, number> = {}
  const order = Object.keys(sides)
  const frames = commits
  const began = performance.now()
  await sendAll(frames)
  taken.both = (frames * 1000) / (performance.now() - began)
  figure('commits that all relays took at the same time', taken.both, 'commits/s')
  for (const name of order) {
    figure(`${name}: resident after ${memoryAt} commits`, residentMiB(sides[name].child), 'MiB', {
      ...(name === ours && {atMost: 150}),
    })
    figure(`${name}: CPU for all of them`, cpuSeconds(sides[name].child), 's')
  }
  for (const consumers of [1, 4]) {
    const found: Record<string, number>[] = []
    for (let round = 0; round < rounds; round++) {
      const rates: Record<string, number> = {}
      for (let i = 0; i < order.length; i++) {
        const name = order[(round + i) % order.length]
        rates[name] = await replayRate(sides[name].url, consumers)
      }
      found.push(rates)
    }
    compare({title: `replay to ${consumers}`, unit: 'frames', ...(goRelay && {claims: {[peer]: 1.5}})}, found)
  }
  for (const name of order) figure(`${name}: resident after replays`, residentMiB(sides[name].child), 'MiB')
  // Both would get the same commits, and stand in each other's way.
  const {[ours]: own, [peer]: other} = sides
  if (other) await ended(other.child, () => other.child.kill('SIGTERM'))
  const before = cpuSeconds(own.child)
  const rate = await fanOutRate(own)
  figure(`${ours}: to ${fanOut.consumers} consumers who get all`, rate, 'deliveries/s', {atLeast: 300_000})
  figure(`${ours}: CPU for that`, cpuSeconds(own.child) - before, 's')
  figure(`${ours}: resident after that`, residentMiB(own.child), 'MiB')
} finally {
  await Promise.all(Object.values(sides).map(({child}) => ended(child, () => child.kill('SIGTERM'))))
  hosts.disconnect()
  rmSync(folder, {recursive: true, force: true})
}

/** Resolves once each side has `count` more events. */
async function sendAll(count: number): Promise<void> {
  hosts.send({count: Math.ceil(count / options.hosts), perSecond: 0} satisfies SendFrames)
  await Promise.all(Object.values(sides).map(side => untilTaken(side, count)))
}

async function untilTaken({url}: Running, count: number): Promise<void> {
  for (let seen = 0; seen < count;) {
    const {frames} = await replay(`${url}?cursor=${seen}`, count - seen, 5_000)
    if (frames === 0) throw new Error(`${url} has ${seen} of ${count} events, and no more come.`)
    seen += frames
  }
}

/** How many frames go out a second while the hosts send as fast as they may, to many of whom each is to get all of them. */
async function fanOutRate({url}: Running): Promise<number> {
  let open = 0
  const all = Array.from({length: fanOut.consumers}, () =>
    replay(`${url}?cursor=${commits}`, fanOut.commits, 10_000, {onOpen: () => open++}),
  )
  while (open < fanOut.consumers) await new Promise(resolve => setTimeout(resolve, 10))
  const began = performance.now()
  hosts.send({count: Math.ceil(fanOut.commits / options.hosts), perSecond: 0} satisfies SendFrames)
  const got = await Promise.all(all)
  return (1_000 * got.reduce((sum, {frames}) => sum + frames, 0)) / (performance.now() - began)
}

async function replayRate(url: string, consumers: number): Promise<number> {
  const all = await Promise.all(Array.from({length: consumers}, () => replay(`${url}?cursor=0`, commits, 2_000)))
  const frames = all.reduce((sum, one) => sum + one.frames, 0)
  return (frames * 1000) / Math.max(...all.map(({ms}) => ms))
}

async function startOurRelay({plc, hosts}: HostsReady, port: number): Promise<void> {
  const env = {
    ...process.env,
    RELAY_PORT: `${port}`,
    RELAY_PLC_URL: plc,
    RELAY_HOSTS: hosts.join(),
    RELAY_LOCAL_HOSTS: 'true',
  }
  const child = spawn(process.execPath, [cliFile, 'relay'], {cwd: folder, env, stdio: 'ignore'})
  await begun(ours, child, port)
}

/**
 * The Go relay takes no host of a private address by its API, so its table of hosts is filled between two starts, as
 * trusted hosts.
 */
async function startGo(binary: string, {plc, hosts}: HostsReady, port: number): Promise<void> {
  const args = ['serve', '--bind', `127.0.0.1:${port}`, '--persist-dir', join(folder, 'persist')]
  const database = join(folder, 'go-relay.sqlite')
  const env = {
    ...process.env,
    RELAY_PLC_HOST: plc,
    RELAY_ADMIN_PASSWORD: 'bench',
    RELAY_TRUSTED_DOMAINS: hosts.join(),
    DATABASE_URL: `sqlite://${database}`,
    RELAY_METRICS_LISTEN: '127.0.0.1:0',
    LOG_LEVEL: 'error',
  }
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(binary, args, {cwd: folder, env, stdio: 'ignore'})
    await begun(peer, child, port)
    return child
  }
  const child = await start()
  await ended(child, () => child.kill('SIGTERM'))
  const tables = new DatabaseSync(database)
  const insert = tables.prepare(
    `INSERT INTO host (created_at, updated_at, hostname, no_ssl, account_limit, trusted, status, last_seq, account_count)
     VALUES (datetime(), datetime(), ?, 1, 1000000, 1, 'active', 0, 0)`,
  )
  for (const hostname of hosts) insert.run(hostname)
  tables.close()
  await start()
}

async function begun(name: string, child: ChildProcess, port: number): Promise<void> {
  sides[name] = {child, url: `http://127.0.0.1:${port}/xrpc/com.atproto.sync.subscribeRepos`}
  for (const until = performance.now() + 20_000; performance.now() < until;) {
    if (child.exitCode !== null) throw new Error(`${name} ended before it answered.`)
    const answer = await fetch(`http://127.0.0.1:${port}/xrpc/_health`).catch(() => undefined)
    if (answer) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`${name} does not answer.`)
}
