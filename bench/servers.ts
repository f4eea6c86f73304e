/**
 * The servers that the benches load, ours and the official ones, each in processes of its own, as people run them. They
 * get free ports and a folder that goes with them, and end with the bench, however that ends.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {addresses as networkAddresses} from '../src/bin/network.ts'
import {freePorts as networkPorts, networkEnv} from '../test/network-env.ts'

export interface Servers {
  /** Addresses, as `http://localhost:2583`. */
  plc: string
  pds: string
  /** The parts of a whole network. */
  relay?: string
  appview?: string
  appviewDid?: string
  /** Where the official PDS has its data. */
  folder?: string
  /** From the first process begun to the last server answering. */
  startMs: number
  /** Of all processes of ours; of the official ones, those of Node only. */
  pids: number[]
  stop(): Promise<void>
}

const peersFolder = fileURLToPath(new URL('peers/', import.meta.url))
export const cliFile = fileURLToPath(new URL('../src/bin/wholesky.js', import.meta.url))
const startTimeoutMs = 60_000

/** Whether the official servers are installed: see `bench/peers/README.md`. */
export const hasPeers = existsSync(join(peersFolder, 'node_modules', '@atproto', 'dev-env'))

const address = (port: number): string => `http://localhost:${port}`

/**
 * `pds` is a PLC directory and a PDS, one process each; `network` is what `npm start` runs; `apart` is a network too, but
 * each service a process of its own, which reaches the others by sockets.
 */
export async function startOurs(what: 'pds' | 'network' | 'apart'): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  const ports = await networkPorts()
  const {plc, pds, relay, appview} = ports
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...networkEnv('data', ports),
    PDS_PUBLIC_URL: `http://localhost:${pds}`,
    PDS_PLC_URL: `http://localhost:${plc}`,
  }
  if (what !== 'network') env.METRICS_PORT = ''
  const began = performance.now()
  const names = {pds: ['plc', 'pds'], network: ['up'], apart: ['plc', 'pds', 'relay', 'appview']}[what]
  const known = what === 'apart' ? {...networkAddresses(env), ...env} : env
  const children = names.map(name =>
    spawn(process.execPath, [cliFile, name], {cwd: folder, env: known, stdio: 'ignore'}),
  )
  const addresses = what === 'pds' ? [plc, pds] : [plc, pds, relay, appview]
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(child => ended(child, () => child.kill('SIGTERM'))))
    rmSync(folder, {recursive: true, force: true})
  }
  try {
    await Promise.all(addresses.map(port => answers(address(port), children)))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    plc: address(plc),
    pds: address(pds),
    ...(what !== 'pds' && {
      relay: address(relay),
      appview: address(appview),
      appviewDid: `did:web:localhost%3A${appview}`,
    }),
    startMs: performance.now() - began,
    pids: children.map(child => child.pid ?? 0),
    stop,
  }
}

/** Whether the official PLC directory is installed. */
export const hasPlcPeer = existsSync(join(peersFolder, 'node_modules', '@did-plc', 'server'))

/**
 * `pds` is the official PLC directory and PDS in one process; `network` is all of `@atproto/dev-env` in one; `plc` is the
 * directory alone, on Postgres as it is run in earnest. `quickHashes`: its passwords cost nothing, and leave nothing in
 * memory, so what is measured of that is rather too little.
 */
export async function startOfficial(
  what: 'pds' | 'network' | 'plc',
  {quickHashes = false}: {quickHashes?: boolean} = {},
): Promise<Servers> {
  const args = ['start.js', what, ...(quickHashes ? ['--quick-hashes'] : [])]
  const child = spawn(process.execPath, args, {cwd: peersFolder, stdio: ['pipe', 'pipe', 'ignore']})
  const began = performance.now()
  const stop = (): Promise<void> => ended(child, () => child.stdin.end())
  for await (const line of createInterface({input: child.stdout})) {
    if (!line.startsWith('{')) continue
    const addresses = JSON.parse(line) as Omit<Servers, 'pids' | 'stop'>
    child.stdout.resume()
    return {...addresses, startMs: performance.now() - began, pids: [child.pid ?? 0], stop}
  }
  throw new Error(`The official servers do not start: run "node start.js ${what}" in bench/peers to see why.`)
}

export async function ended(child: ChildProcess, tell: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  tell()
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exit
  clearTimeout(patience)
}

/** Waits until a server answers anything at all. */
export async function answers(url: string, children: readonly ChildProcess[]): Promise<void> {
  for (const until = performance.now() + startTimeoutMs; performance.now() < until;) {
    if (children.some(child => child.exitCode !== null)) throw new Error(`A server ended before ${url} answered.`)
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  throw new Error(`${url} does not answer.`)
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({length: count}, () => createServer())
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>(resolve =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
        ),
    ),
  )
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

/** User and system time that a process has had, in seconds. Linux only. */
export function cpuSeconds({pid}: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** What of a process is in memory now, in MiB. Linux only. */
export const residentMiB = ({pid}: Pick<ChildProcess, 'pid'>): number => statusMiB(pid ?? 0, 'VmRSS')

/** What of that is its own, and what the pages of files, which the system can take back. In MiB; Linux only. */
export const residentPartsMiB = (pid: number): {own: number; ofFiles: number} => ({
  own: statusMiB(pid, 'RssAnon'),
  ofFiles: statusMiB(pid, 'RssFile'),
})

/** Lets the high-water mark begin again at what is in memory now: that of a start lies above most of what follows. */
export const beginHighWater = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** The most that of a process has been in memory, in MiB. Linux only. */
export const highWaterMiB = (pid: number): number => statusMiB(pid, 'VmHWM')

function statusMiB(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
}
