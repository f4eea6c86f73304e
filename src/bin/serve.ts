/** What every main of a service does: read the configuration, open the service, listen, and end it in good order. */
import {ConfigError, configHelp, readConfig, type ConfigOf, type ConfigSchema} from '#std/config.ts'
import {createLog, humanLine, jsonLine, type Log, type LogLevel} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {exitCodes} from '#cli/exit.ts'
import {version} from '#cli/version.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {createGuard} from '#runtime/guard.ts'
import {withHealth} from '#runtime/health.ts'
import {listen} from '#runtime/http-listener.ts'
import {Metrics} from '#runtime/metrics.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {runServices, type Service} from '#runtime/service.ts'
import {stopSignal} from '#runtime/stop-signal.ts'

export interface Outside {
  /** For URLs that the configuration names. */
  world: World
  /** For URLs that strangers name: private addresses are refused. */
  guarded: World
  log: Log
  metrics: Metrics
}

const userAgent = `wholesky/${version}`

/** Logs for a person on a terminal, and as JSON lines into anything else. */
export const processLog = (level: LogLevel = 'info'): Log =>
  createLog({
    level,
    now: realWorld.now,
    sink: line => process.stdout.write(`${process.stdout.isTTY ? humanLine(line) : jsonLine(line)}\n`),
  })

/** The two ways out. `development` lets strangers name loopback addresses, for a network that lives there. */
export function openOutside(development: boolean): {world: World; guarded: World; close(): Promise<void>} {
  const world = nodeWorld({userAgent})
  const guarded = nodeWorld({userAgent, guard: createGuard({allowLoopback: development})})
  return {
    world,
    guarded,
    close: async () => {
      await Promise.all([world.close(), guarded.close()])
    },
  }
}

export interface Address {
  host: string
  port: number
}

/** A service and its port as one: it starts before the port opens, and the port closes before it stops. */
export function listening(service: Service, {host, port}: Address, log: Log): Service {
  const healthy = withHealth(service, {version})
  let listener: Awaited<ReturnType<typeof listen>> | undefined
  return {
    name: service.name,
    ended: service.ended,
    fetch: request => healthy.fetch(request),
    async start() {
      await service.start()
      listener = await listen(healthy, {host, port, log})
      log.info('listening', {url: listener.url})
    },
    async stop() {
      await listener?.stop()
      await service.stop()
    },
  }
}

/** Answers `--help`, and ends the process with a sentence when the configuration is wrong. */
function configured<C extends ConfigSchema>(schema: C, args: readonly string[]): ConfigOf<C> {
  if (args.includes('--help')) {
    process.stdout.write(`${configHelp(schema)}\n`)
    process.exit(exitCodes.ok)
  }
  try {
    return readConfig(schema, {env: process.env, args}) as ConfigOf<C>
  } catch (error) {
    return refuseConfig(error)
  }
}

/** Ends the process with a sentence when the configuration is wrong; any other error goes on. */
export function refuseConfig(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(exitCodes.usage)
}

/** Runs one service alone until Ctrl-C. */
export async function serve<C extends ConfigSchema>(
  schema: C,
  args: readonly string[],
  open: (config: ConfigOf<C>, outside: Outside) => Promise<Service>,
): Promise<void> {
  const config = configured(schema, args)
  useNativeCrypto()
  const log = processLog().with({service: schema.name})
  const outside = openOutside(isLoopback((config as unknown as Address).host))
  try {
    const service = await open(config, {...outside, log, metrics: new Metrics()})
    await runServices([listening(service, config as unknown as Address, log)], stopSignal(), log)
  } finally {
    await outside.close()
  }
}

/** A server that only this machine reaches may itself reach this machine: that is a network on a laptop. */
const isLoopback = (host: string): boolean => /^(127\.|localhost$|::1$)/.test(host)
