/**
 * Whole networks, as `npm start` runs them, that follow the same made-up host over sockets at the same time: ours and,
 * if `WHOLESKY_OLD` names a checkout of an earlier commit with its `node_modules`, that one. What a commit costs each is the
 * processor time of all its threads. A busy machine makes all that runs on it dearer, by a half and more; at the same
 * time it does so to both.
 */
import {fork, spawn, type ChildProcess} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {freePorts, networkEnv} from '../test/network-env.ts'
import type {HostsReady, HostsOptions, SendFrames} from './firehose-hosts.ts'
import {ours} from './measure.ts'
import {answers, cliFile, cpuSeconds, ended} from './servers.ts'

export const old = 'the old commit'
const accounts = 100
const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

interface Side {
  child: ChildProcess
  metrics: string
}

export interface Sides {
  /** Sends so many commits at that rate (0: as fast as they are taken); processor milliseconds for 1,000 of each side. */
  cost(count: number, perSecond: number): Promise<Record<string, number>>
  stop(): Promise<void>
}

/** `commits` is how many can be sent in all. Resolves when all sides have the accounts with their first records. */
export async function startSides(commits: number): Promise<Sides> {
  const folder = mkdtempSync(join(tmpdir(), 'one-stream-bench-'))
  const options: HostsOptions = {hosts: 1, accounts, commits: commits + 2 * accounts}
  const hosts = fork(fileURLToPath(new URL('firehose-hosts.ts', import.meta.url)), [JSON.stringify(options)])
  const sides: Record<string, Side> = {}
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(sides).map(({child}) => ended(child, () => child.kill('SIGTERM'))))
    hosts.disconnect()
    rmSync(folder, {recursive: true, force: true})
  }
  try {
    const ready = await new Promise<HostsReady>((resolve, reject) => {
      hosts.once('message', message => resolve(message as HostsReady)).once('exit', reject)
    })
    const checkout = process.env.WHOLESKY_OLD
    const files = {[ours]: cliFile, ...(checkout && {[old]: join(checkout, 'src/bin/wholesky.js')})}
    for (const [name, file] of Object.entries(files)) sides[name] = await start(file, join(folder, name), ready)
    let sent = 0
    const send = async (count: number, perSecond: number): Promise<void> => {
      hosts.send({count, perSecond} satisfies SendFrames)
      sent += count
      if (perSecond > 0) await sleep((count * 1000) / perSecond)
      await Promise.all(Object.values(sides).map(side => untilIndexed(side, sent)))
    }
    // The host gives what comes once it is followed.
    await Promise.all(Object.values(sides).map(untilConnected))
    await send(2 * accounts, 0)
    return {
      async cost(count, perSecond) {
        const before = Object.entries(sides).map(([name, {child}]) => [name, cpuSeconds(child)] as const)
        await send(count, perSecond)
        return Object.fromEntries(
          before.map(([name, seconds]) => [name, ((cpuSeconds(sides[name].child) - seconds) * 1e6) / count]),
        )
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(file: string, folder: string, {plc, hosts}: HostsReady): Promise<Side> {
  const ports = await freePorts()
  const env = {
    ...process.env,
    ...networkEnv(folder, ports),
    RELAY_HOSTS: hosts.join(),
    RELAY_LOCAL_HOSTS: 'true',
    RELAY_PLC_URL: plc,
    APPVIEW_PLC_URL: plc,
  }
  const child = spawn(process.execPath, [file, 'up'], {env, stdio: 'ignore'})
  await answers(`http://localhost:${ports.appview}`, [child])
  return {child, metrics: `http://localhost:${ports.metrics}/metrics`}
}

/** The sum of a number of a server, over its labels. */
async function numberOf({metrics}: Side, name: string): Promise<number> {
  const text = await (await fetch(metrics)).text()
  const found = text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))
  return found.reduce((sum, [, value]) => sum + Number(value), 0)
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (const untilMs = performance.now() + 120_000; !(await what()); await sleep(50))
    if (performance.now() > untilMs) throw new Error('A side does not come on.')
}

const untilConnected = (side: Side): Promise<void> =>
  until(async () => (await numberOf(side, 'relay_hosts_connected')) > 0)

const untilIndexed = (side: Side, seq: number): Promise<void> =>
  until(
    async () =>
      (await numberOf(side, 'appview_indexed_seq')) >= seq && (await numberOf(side, 'jetstream_events_total')) >= seq,
  )
