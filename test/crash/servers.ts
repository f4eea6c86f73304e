/** What the crash test kills and starts again: the network as one process, or each service in a process of its own. */
import assert from 'node:assert/strict'
import {killNetwork, spawnNetwork, stopNetwork, type NetworkProcess} from '../network-process.ts'
import {serviceNames, type ServiceName} from '../../src/bin/services.ts'
import {separateNetwork} from '../separate-processes.ts'

export interface Servers {
  /** Those that may be killed apart from the others. */
  readonly names: readonly string[]
  /** Starts these and waits until they listen. Rejects with `EndedEarly`. */
  start(names: readonly string[]): Promise<void>
  /** Starts these and waits for nothing. */
  begin(names: readonly string[]): void
  /** Ends these as a crash does. */
  kill(names: readonly string[]): Promise<void>
  /** Asks all of them to stop: the exit codes, or names of signals. */
  stop(): Promise<(number | string)[]>
  /** Fails when one of them has ended by itself. */
  areUp(): void
  /** What those that were started last have written. */
  output(): string
}

type Env = Readonly<Record<string, string>>

export function togetherServers(env: Env): Servers {
  let network: NetworkProcess | undefined
  const running = (): NetworkProcess => network!
  return {
    names: ['network'],
    async start(names) {
      if (names.length === 0) return
      network = spawnNetwork(env)
      await network.up
    },
    begin: () => (network = spawnNetwork(env)),
    async kill() {
      await killNetwork(running())
    },
    stop: async () => [await stopNetwork(running())],
    areUp: () => isUp('the network', running()),
    output: () => running().output(),
  }
}

export function separateServers(env: Env): Servers {
  const network = separateNetwork(env)
  return {
    names: serviceNames,
    async start(names) {
      await Promise.all(names.map(name => network.start(name as ServiceName)))
    },
    begin(names) {
      for (const name of names) void network.start(name as ServiceName).catch(() => {})
    },
    async kill(names) {
      await Promise.all(names.map(name => network.kill(name as ServiceName)))
    },
    stop: () => network.stop(),
    areUp() {
      for (const [name, service] of network.running) isUp(name, service)
    },
    output: () => network.output(),
  }
}

function isUp(name: string, {child, output}: NetworkProcess): void {
  const end = child.exitCode ?? child.signalCode
  assert.equal(end, null, `${name} has ended by itself with ${end}:\n${output().slice(-3_000)}`)
}
