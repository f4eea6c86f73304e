/**
 * The network with each service in a process of its own, reaching the others over sockets, as on machines of their own:
 * what `wholesky up` hides, because there they call each other without any. A test may ask, stop, kill and start each.
 */
import {addresses} from '../src/bin/network.ts'
import {serviceNames, type ServiceName} from '../src/bin/services.ts'
import {killNetwork, spawnWholesky, stopNetwork, type NetworkProcess} from './network-process.ts'

export interface SeparateNetwork {
  /** Those that were started last, by name. */
  readonly running: ReadonlyMap<ServiceName, NetworkProcess>
  /** Starts one, or starts it again, and waits until it listens. `more` is set beside what all of them are given. */
  start(name: ServiceName, more?: Readonly<Record<string, string>>): Promise<NetworkProcess>
  /** Asks one, or all, to stop. Resolves with the exit codes, or names of signals, in the order of `serviceNames`. */
  stop(...names: ServiceName[]): Promise<(number | string)[]>
  /** Ends one, or all, as a crash does. */
  kill(...names: ServiceName[]): Promise<void>
  /** What all of them have written. */
  output(): string
}

/** One service alone. `env` must hold its port; `METRICS_PORT` where its numbers are to be shown. Up once both are open. */
export function spawnService(name: ServiceName, env: Readonly<Record<string, string>>): NetworkProcess {
  const ports = [env[`${name.toUpperCase()}_PORT`], env.METRICS_PORT].filter(Boolean)
  return spawnWholesky([name], {LOG_LEVEL: 'info', ...env}, output => {
    const listening = output.split('\n').filter(line => line.includes('"listening"'))
    return ports.every(port => listening.some(line => line.includes(`:${port}"`)))
  })
}

/** Opens nothing yet. `env` as `networkEnv` gives it: each finds the others by their ports. */
export function separateNetwork(env: Readonly<Record<string, string>>): SeparateNetwork {
  const {METRICS_PORT: _, ...own} = env
  const shared = {...addresses(env), ...own}
  const running = new Map<ServiceName, NetworkProcess>()
  const chosen = (names: readonly ServiceName[]): NetworkProcess[] =>
    serviceNames.flatMap(name => (names.length === 0 || names.includes(name) ? (running.get(name) ?? []) : []))
  return {
    running,
    async start(name, more = {}) {
      const started = spawnService(name, {...shared, ...more})
      running.set(name, started)
      await started.up
      return started
    },
    stop: (...names) => Promise.all(chosen(names).map(one => stopNetwork(one, 'SIGTERM'))),
    async kill(...names) {
      await Promise.all(chosen(names).map(killNetwork))
    },
    output: () => [...running].map(([name, {output}]) => `${name}:\n${output()}`).join('\n'),
  }
}

/** Each is there before those that follow it, so that none waits for its next try; tests of that start them by hand. */
const waves: readonly (readonly ServiceName[])[] = [
  ['plc', 'pds'],
  ['relay', 'web'],
  ['jetstream', 'tap', 'appview', 'feeds'],
]

/** Starts all of them; the numbers of the PDS are shown at the port for numbers. */
export async function startSeparately(env: Readonly<Record<string, string>>): Promise<SeparateNetwork> {
  const network = separateNetwork(env)
  const numbers = env.METRICS_PORT ? {METRICS_PORT: env.METRICS_PORT} : undefined
  try {
    for (const wave of waves) {
      await Promise.all(wave.map(name => network.start(name, name === 'pds' ? numbers : undefined)))
    }
  } catch (error) {
    await network.kill()
    throw error
  }
  return network
}
