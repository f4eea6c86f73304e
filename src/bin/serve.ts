/** What every main of a service does: read the configuration, open the service, listen, and end it in good order. */
import {once} from 'node:events'
import {createServer} from 'node:net'
import {resolve} from 'node:path'
import {isatty} from 'node:tty'
import {
  choice,
  ConfigError,
  configHelp,
  configSchema,
  duration,
  environmentFrom,
  environmentOf,
  flag,
  list,
  port,
  readConfig,
  text,
  type ConfigOf,
  type ConfigSchema,
} from '#std/config.ts'
import {createLog, humanLine, jsonLine, logLevels, type Log, type LogLevel, type LogLine} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {realWorld, type World} from '#std/world.ts'
import {exitCodes} from '#cli/shell/exit.ts'
import {version} from '#cli/version.ts'
import {k256Checkers, useNativeCrypto} from '#engines/crypto/native.ts'
import {DamagedLog} from '#engines/event-log/damaged-log.ts'
import {InUse} from '#engines/exclusive.ts'
import {UnknownEngine} from '#engines/open.ts'
import {DataLost} from '#engines/seq-mark.ts'
import {givingBack} from '#engines/spare-memory.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {metricsService, withHealth} from '#runtime/health/health.ts'
import {listen} from '#runtime/http/listener.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {runServices, type Service} from '#runtime/service.ts'
import {stopSignal} from '#runtime/stop-signal.ts'
import {watchdog} from '#runtime/health/watchdog.ts'
import {strangerWorld} from '#runtime/strangers/stranger-fetch.ts'
import type {Offer, ServiceRow} from '#services/service-row.ts'
import {checkAnswers} from '#xrpc/answer-check.ts'
import {addressOf, metricsAddressOf, type Address} from './address.ts'
import {LiveTable} from './live-table.ts'

const userAgent = `wholesky/${version}`

/** Whether a person reads what the program writes. A thread cannot ask its `process.stdout`. */
const isForPeople = isatty(1)

/** Writes for a person on a terminal, and as JSON lines into anything else. */
export const processSink = (line: LogLine): void =>
  void process.stdout.write(`${isForPeople ? humanLine(line) : jsonLine(line)}\n`)

export const processLog = (level: LogLevel, sink = processSink): Log => createLog({level, now: realWorld.now, sink})

/**
 * The two ways out. What strangers name is asked within the limits for strangers' servers; `development` lets them name
 * loopback addresses, for a network that lives there.
 */
export function openOutside(
  development: boolean,
  metrics: Metrics,
): {world: World; guarded: World; close(): Promise<void>} {
  const world = nodeWorld({userAgent})
  const guarded = nodeWorld({userAgent, guard: createGuard({allowLoopback: development})})
  return {
    world,
    guarded: strangerWorld(guarded, metrics),
    close: async () => {
      await Promise.all([world.close(), guarded.close()])
    },
  }
}

/** What every program takes beside the settings of its services. */
export const programConfig = configSchema(
  {name: 'the program', envPrefix: 'WHOLESKY', about: 'What goes for the whole program.'},
  {
    data: text({
      env: 'WHOLESKY_DATA',
      default: 'data',
      help: 'The folder for all data, in place of ./data; what has a setting of its own goes where that says.',
    }),
    logLevel: choice(logLevels, {
      env: 'LOG_LEVEL',
      default: 'info',
      help: 'The lowest level that is logged to standard output.',
    }),
    trustedProxies: list({
      env: 'TRUSTED_PROXIES',
      default: ['127.0.0.1', '::1'],
      help: 'Addresses and ranges of reverse proxies whose X-Forwarded-For header is trusted.',
    }),
    metricsHost: text({env: 'METRICS_HOST', default: '127.0.0.1', help: 'The address to serve metrics on.'}),
    metricsPort: port({
      env: 'METRICS_PORT',
      optional: true,
      help: 'The port of GET /metrics, for Prometheus; off unless set. Keep it private.',
    }),
    watchdogReport: duration({
      env: 'WATCHDOG_REPORT',
      default: '3s',
      help: 'When the event loop has been blocked for this long, log where it is stuck.',
    }),
    watchdogEnd: duration({
      env: 'WATCHDOG_END',
      optional: true,
      help: 'When the event loop has been blocked for this long, kill the process (SIGKILL), for its supervisor to restart it; off unless set.',
    }),
    k256Checks: choice(k256Checkers, {
      env: 'K256_CHECKS',
      default: 'own',
      help: 'What verifies secp256k1 signatures: `own` is our own code, twice as fast; `library` is the C library alone.',
    }),
    checkAnswers: flag({
      env: 'CHECK_ANSWERS',
      default: false,
      help: 'Whether to check each response against its lexicon and log violations: for development, as responses then cost two to three times as much.',
    }),
  },
)

/** Turns on the check of what is answered, where the configuration asks for it. Each wrong answer is an error in the log. */
export function checkAnswersAs(
  {checkAnswers: isOn}: Pick<ConfigOf<typeof programConfig>, 'checkAnswers'>,
  log: Log,
): void {
  if (isOn) checkAnswers((nsid, fault) => log.error('an answer is not as its lexicon says', {nsid, fault}))
}

export type WatchdogConfig = Pick<ConfigOf<typeof programConfig>, 'watchdogReport' | 'watchdogEnd'>

/** Looks from now on whether this thread of the program still turns. Nothing waits for it. */
export const watching = ({watchdogReport, watchdogEnd}: WatchdogConfig, name: string, log: Log): Disposable =>
  watchdog({
    name,
    reportMs: watchdogReport,
    endMs: watchdogEnd,
    isForPeople,
    failed: error => log.error('the watchdog has ended, nothing looks whether the event loop turns', {error}),
  })

/** The metrics of the program on a port of their own, so that who reaches a service does not reach them. */
export function listeningMetrics(
  config: Pick<ConfigOf<typeof programConfig>, 'metricsHost' | 'metricsPort'>,
  metrics: Metrics,
  log: Log,
): Service[] {
  const address = metricsAddressOf(config)
  return address ? [listening(metricsService(metrics), address, log)] : []
}

/** A service and its port as one: it starts before the port opens, and the port closes before it stops. */
export function listening(
  service: Service,
  {host, port}: Address,
  log: Log,
  metrics?: Metrics,
  trustedProxies: readonly string[] = [],
): Service {
  const healthy = withHealth(service, {version})
  let listener: Awaited<ReturnType<typeof listen>> | undefined
  return {
    name: service.name,
    ended: service.ended,
    fetch: request => healthy.fetch(request),
    async start() {
      await service.start()
      listener = await listen(healthy, {host, port, log, metrics, trustedProxies}).catch((error: unknown) => {
        throw portFault(error, service.name, `Port ${port} of ${host}`) ?? error
      })
      log.info('listening', {url: listener.url})
    },
    async stop() {
      await listener?.stop()
      await service.stop()
    },
  }
}

/** Why a port cannot be had, as a fault of the configuration. */
function portFault(error: unknown, service: string, port: string): ConfigError | undefined {
  const {code} = error as NodeJS.ErrnoException
  const why =
    code === 'EADDRINUSE'
      ? 'is in use by another program'
      : code === 'EACCES'
        ? 'needs permissions that this process does not have'
        : undefined
  return why && new ConfigError(service, [`${port} ${why}. ${service.toUpperCase()}_PORT chooses another one.`])
}

/**
 * Tries the ports of a program that has several, before anything starts: else whoever moves one is told of the next at
 * the next start. Throws `ConfigError` with every one that cannot be had.
 */
export async function tryPorts(places: readonly (Address & {name: string})[]): Promise<void> {
  const tried = await Promise.all(
    places.map(async ({name, host, port}) => {
      const server = createServer()
      try {
        await once(server.listen({host, port, exclusive: true}), 'listening')
        return undefined
      } catch (error) {
        return portFault(error, name, `Port ${port} of ${host}`)
      } finally {
        await new Promise(resolve => server.close(resolve))
      }
    }),
  )
  const faults = tried.filter(fault => fault !== undefined)
  if (faults.length === 1) throw faults[0]
  if (faults.length > 1) {
    throw new ConfigError(
      'the network',
      faults.flatMap(fault => fault.faults),
    )
  }
}

/** What `wholesky <server> --help` prints: how it is run, its settings, and how it ends, as for any command. */
export function serverHelp(schema: ConfigSchema, command = `wholesky ${schema.name}`): string {
  return `Usage: ${command} [--<setting> <value> …]

${configHelp(schema)}
Each setting is read from the environment, too; one on the command line goes before that.

Examples:
  ${command}
  WHOLESKY_DATA=/srv/wholesky ${command}

Exit codes:
  0   it was stopped, by Ctrl-C or SIGTERM
  1   it ended by a fault, which the log tells
  2   it did not start: a setting is wrong, a port is taken, or the data is in use or damaged`
}

/** Answers `--help`, and ends the process with a sentence when the configuration is wrong. */
export function configured<C extends ConfigSchema>(
  schema: C,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
  command?: string,
): ConfigOf<C> {
  if (args.includes('--help')) {
    process.stdout.write(`${serverHelp(schema, command)}\n`)
    process.exit(exitCodes.ok)
  }
  try {
    return readConfig(schema, {env, args}) as ConfigOf<C>
  } catch (error) {
    return refuseStart(error)
  }
}

/** Those of the settings that are texts, by their names in the environment. */
export const settingsOf = (schema: ConfigSchema, config: Settings): Record<string, string> =>
  environmentFrom(
    schema,
    Object.fromEntries(
      Object.keys(schema.settings).flatMap(key => {
        const value = config[key]
        return typeof value === 'string' ? [[key, value]] : []
      }),
    ),
  )

/** What a thread of the program says that whoever started it can mend. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** What whoever starts a program can mend. */
const mendable = [ConfigError, InUse, UnknownEngine, DamagedLog, DataLost, OutOfSpace, Refused]

export const isMendable = (error: unknown): error is Error => mendable.some(kind => error instanceof kind)

/**
 * What is said of it. Where data is held by another process, that is also where it can be put instead: by WHOLESKY_DATA,
 * or by the one of `settings` that says where it is.
 */
export function refusal(error: Error, settings: Readonly<Record<string, string>> = {}): string {
  if (!(error instanceof InUse)) return error.message
  const {path} = error
  const own = Object.entries(settings).find(([, value]) => resolve(value.replace(/^\w+:/, '')) === resolve(path))
  const how = own ? `${own[0]}, or WHOLESKY_DATA where that is not set, names` : 'WHOLESKY_DATA names'
  return `${error.message} ${how} another one.`
}

/** Ends the process with a sentence when whoever started it can mend what is wrong; any other error goes on. */
export function refuseStart(error: unknown, settings?: Readonly<Record<string, string>>): never {
  if (!isMendable(error)) throw error
  process.stderr.write(`${refusal(error, settings)}\n`)
  process.exit(exitCodes.usage)
}

/** What puts in `<folder>/…` what a service has in `data/…` by default: of its settings those that `given` leaves open. */
export function putIn(
  folder: string,
  schema: ConfigSchema,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, {defaultText}] of environmentOf(schema)) {
    if (given[name] || defaultText === undefined || !/^(\w+:)?data\//.test(defaultText)) continue
    env[name] = defaultText.replace(/^(\w+:)?data\//, (_, scheme = '') => `${scheme}${folder}/`)
  }
  return env
}

/** What each service offers, by its name. All rows are loaded for it. */
export async function offers(): Promise<ReadonlyMap<string, Offer>> {
  const {rows} = await import('./rows.ts')
  return new Map(rows.map(row => [row.name, row.offers]))
}

/** Runs one service alone until Ctrl-C. `isReady` is called when it answers; `command` is how it was started. */
export async function serve(
  {config: schema, open}: ServiceRow,
  args: readonly string[],
  isReady: () => void = () => {},
  command?: string,
): Promise<void> {
  // A service may have names of its own for what every program takes.
  const all = {...schema, settings: {...programConfig.settings, ...schema.settings}}
  const {data} = configured(all, args, process.env, command) as ConfigOf<typeof programConfig>
  const config = configured(all, args, {...process.env, ...putIn(data, schema, process.env)})
  const program = config as ConfigOf<typeof programConfig>
  useNativeCrypto(program.k256Checks)
  const metrics = new Metrics()
  // A table that is drawn again and again is nothing for a file.
  using screen = isForPeople ? new LiveTable(process.stdout) : undefined
  const sink = screen ? (line: LogLine): void => screen.print(humanLine(line)) : processSink
  const log = processLog(program.logLevel, sink).with({service: schema.name})
  checkAnswersAs(program, log)
  const outside = openOutside(isDevelopment(config), metrics)
  const stop = stopSignal()
  using _watchdog = watching(program, schema.name, log)
  using _memory = await givingBack()
  try {
    const service = await open(config, {...outside, log, metrics, streams: [], offers})
    const services = [listening(service, addressOf(config), log, metrics, program.trustedProxies)]
    const ready = (): void => {
      if (service.table) screen?.start(() => service.table?.() ?? Promise.resolve([]))
      isReady()
      stop.ready()
    }
    await runServices([...services, ...listeningMetrics(program, metrics, log)], stop.signal, log, ready)
  } catch (error) {
    refuseStart(error, settingsOf(schema, config))
  } finally {
    await outside.close()
    leaveSoon()
  }
}

/** What a stop has left behind may not keep the process. */
export function leaveSoon(): void {
  setTimeout(() => process.exit(), leaveMs).unref()
}
const leaveMs = 2_000

/**
 * Whether a server may itself reach this machine at a stranger's word: only where it says that its network lives on
 * this machine, and all that it is told of does, as on a laptop. A server says so by its public URL, and a relay, which
 * has none, by following servers of this machine. That it listens on loopback says nothing, for behind a reverse proxy
 * it does; nor does a PLC directory on this machine, which may be a mirror.
 */
export const isDevelopment = (config: Settings): boolean => saysItIsHere(config) && isHere(config)

type Settings = Readonly<Record<string, unknown>>

export const saysItIsHere = ({publicUrl, hosts, localHosts}: Settings): boolean =>
  publicUrl !== undefined || localHosts === true || (Array.isArray(hosts) && hosts.some(isLocalHost))

export function isHere(settings: Settings): boolean {
  const {publicUrl, plcUrl} = settings
  const {host} = addressOf(settings)
  const urls = [publicUrl, plcUrl].filter(url => typeof url === 'string').map(url => new URL(url).hostname)
  return [host, ...urls].every(isLocalHost)
}

const isLocalHost = (name: unknown): boolean =>
  typeof name === 'string' && /^(127\.|localhost(:|$)|\[?::1\]?$)/.test(name)
