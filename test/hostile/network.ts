/**
 * The network that strangers are let loose on, in either form: each service in a process of its own, or all of them as
 * `npm start` runs them. With a few people on it, and servers of strangers that lie.
 */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {AtpAgent} from '@atproto/api'
import {networkEnv, freePorts, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, startNetwork, stopNetwork, type NetworkProcess} from '../network-process.ts'
import {serviceNames, type ServiceName} from '../../src/bin/services.ts'
import {startSeparately} from '../separate-processes.ts'
import {until} from '../until.ts'

/** `apart`: each service a process of its own. `together`: all in one. */
export type Form = 'apart' | 'together'

export const password = 'correct horse'

export interface HostileNetwork {
  readonly form: Form
  readonly ports: Ports
  /** Where a service is, without a slash. */
  url(name: ServiceName): string
  /** Accounts that nothing may happen to. */
  readonly alice: AtpAgent
  readonly bob: AtpAgent
  /** A new account, to do anything with. */
  newcomer(): Promise<AtpAgent>
  /** What is wrong with the processes: those that ended, and what they wrote of faults of their own since last asked. */
  faults(): string[]
  /** Memory of each process, in bytes. */
  memory(): Map<string, number>
  stop(): Promise<void>
}

export async function openHostileNetwork(form: Form, folder: string): Promise<HostileNetwork> {
  const ports = await freePorts()
  const env = {...networkEnv(folder, ports), ...loose}
  const processes = await start(form, env)
  let people = 0
  const newcomer = async (): Promise<AtpAgent> => {
    const agent = new AtpAgent({service: urlOf(ports.pds)})
    const handle = `person${people++}.test`
    await agent.createAccount({handle, email: `${handle}@example.com`, password})
    return agent
  }
  const told = new Map<string, number>()
  try {
    const [alice, bob] = [await newcomer(), await newcomer()]
    await alice.upsertProfile(profile => ({...profile, displayName: 'Alice'}))
    await bob.upsertProfile(profile => ({...profile, displayName: 'Bob'}))
    await alice.post({text: 'hello'})
    const profile = `${urlOf(ports.appview)}/xrpc/app.bsky.actor.getProfile?actor=`
    for (const {did} of [alice, bob]) await until(async () => (await fetch(profile + did)).ok, 'the AppView knows them')
    return {
      form,
      ports,
      url: name => urlOf(ports[name]),
      alice,
      bob,
      newcomer,
      faults: () => [...processes].flatMap(([name, running]) => faultsOf(name, running, told)),
      memory: () => new Map([...processes].map(([name, {child}]) => [name, residentBytes(child.pid!)])),
      async stop() {
        const ends = await Promise.all([...processes.values()].map(process => stopNetwork(process)))
        assert.deepEqual(new Set(ends), new Set([0]), 'each ends in good order')
      },
    }
  } catch (error) {
    await Promise.all([...processes.values()].map(killNetwork))
    throw error
  }
}

/** Bounds that a test would meet long before anybody is hurt. */
const loose = {
  PDS_BLOB_SIZE_MAX: '2MB',
  PDS_IMPORT_SIZE_MAX: '2MB',
  CHECK_ANSWERS: 'true',
  PDS_RATE_LIMITS: 'true',
  TAP_REPLAY_WINDOW: '1h',
}

async function start(form: Form, env: Record<string, string>): Promise<Map<string, NetworkProcess>> {
  if (form === 'together') return new Map([['wholesky up', await startNetwork(env)]])
  const {running} = await startSeparately(env)
  return new Map(serviceNames.map(name => [name, running.get(name)!]))
}

function faultsOf(name: string, {child, output}: NetworkProcess, told: Map<string, number>): string[] {
  const all = output()
  const fresh = all.slice(told.get(name) ?? 0)
  told.set(name, all.length)
  const end = child.exitCode ?? child.signalCode
  const faults = fresh.match(/^.*"level":"error".*$/gm) ?? []
  return [
    ...(end === null ? [] : [`${name} has ended with ${end}: ${fresh.slice(-2_000)}`]),
    ...faults.map(line => `${name} tells of a fault of its own: ${line.slice(0, 2_000)}`),
  ]
}

const residentBytes = (pid: number): number =>
  Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], {encoding: 'utf8'}).stdout) * 1_024
