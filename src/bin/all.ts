/** `npm start`, `wholesky up`: the network in one process, on loopback, and a table of what runs where. */
import {configSchema, flag, list, text} from '#std/config.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {runServices} from '#runtime/service.ts'
import {stopSignal} from '#runtime/stop-signal.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {givingBack} from '#engines/spare-memory.ts'
import {pad} from '#cli/shell/columns.ts'
import {demoHandle, demoPassword} from '#demo/demo.ts'
import {dataIn} from './data-folder.ts'
import {demoThread} from './demo/thread.ts'
import {canHaveThread, isOnThisMachine, metricsPort, openNetwork, type Threads} from './network.ts'
import {exampleRows} from './examples.ts'
import {rows} from './rows.ts'
import type {ServiceName} from './services.ts'
import {serviceThread} from './thread/service-thread.ts'
import {
  checkAnswersAs,
  configured,
  leaveSoon,
  listening,
  listeningMetrics,
  openOutside,
  processLog,
  processSink,
  programConfig,
  refuseStart,
  tryPorts,
  watching,
} from './serve.ts'

/** What is set for each service is set by its own variables; `wholesky <service> --help` lists them. */
export const upConfig = configSchema(
  {
    name: 'up',
    envPrefix: 'WHOLESKY',
    about:
      'The whole network in one process, on loopback. Each service has its own variables: see wholesky pds --help.',
  },
  {
    data: text({default: 'data', help: 'The folder for all data.'}),
    demo: flag({default: false, help: 'Whether to add fifty made-up people, who post and talk.'}),
    // Some defaults are others than those of a service alone, and the help says them.
    logLevel: {...programConfig.settings.logLevel, defaultText: 'warn'},
    metricsHost: programConfig.settings.metricsHost,
    metricsPort: {
      ...programConfig.settings.metricsPort,
      help: `The port of GET /metrics, for Prometheus and the home page: ${metricsPort} unless set, off if empty.`,
    },
    with: list({
      default: [],
      help: 'Apps from the folder `examples` that run beside it, such as statusphere.',
    }),
    threads: list({
      default: [],
      help: `Services that run on threads of their own, of those that can: ${canHaveThread.join(', ')}. It costs more than it gains on two cores.`,
    }),
    watchdogReport: programConfig.settings.watchdogReport,
    watchdogEnd: programConfig.settings.watchdogEnd,
    k256Checks: programConfig.settings.k256Checks,
    checkAnswers: {...programConfig.settings.checkAnswers, defaultText: 'true'},
  },
)

export async function main(args: readonly string[]): Promise<void> {
  const program = configured(upConfig, args, {
    METRICS_PORT: String(metricsPort),
    ...process.env,
  })
  useNativeCrypto(program.k256Checks)
  const log = processLog(program.logLevel)
  checkAnswersAs(program, log)
  const all = [...rows, ...(await exampleRows(program.with))]
  const env = {...process.env, ...dataIn(program.data, process.env, all)}
  const metrics = new Metrics()
  const isHere = isOnThisMachine(env, all)
  const outside = openOutside(isHere, metrics)
  const {logLevel, checkAnswers, watchdogReport, watchdogEnd} = program
  const forThreads = {isHere, logLevel, checkAnswers, watchdogReport, watchdogEnd}
  const threads: Threads = {
    names: program.threads,
    open: ({name}, env, logs) =>
      serviceThread({...forThreads, name: name as ServiceName, env, logs}, metrics, processSink),
  }
  const stop = stopSignal()
  using _watchdog = watching(program, 'up', log)
  using _memory = await givingBack()
  try {
    const {members} = await openNetwork(env, {...outside, log, metrics, threads, all})
    const {metricsHost: host, metricsPort: port} = program
    const places = members.map(({service: {name}, host, port}) => ({name, host, port}))
    await tryPorts(port === undefined ? places : [...places, {name: 'metrics', host, port}])
    const services = members.map(({service, isOnThread, host, port}) =>
      isOnThread ? service : listening(service, {host, port}, log, metrics),
    )
    services.push(...listeningMetrics(program, metrics, log))
    const urlOf = (name: string): string =>
      `http://localhost:${members.find(({service}) => service.name === name)?.port}`
    if (program.demo) services.push(demoThread({pds: urlOf('pds'), jetstream: urlOf('jetstream')}, log))
    const table = pad(
      all.map(({name, offers: {title, about, path}}) => [
        `  ${urlOf(name)} `,
        title,
        `${about}${path === undefined ? '' : `, at ${path}`}`,
      ]),
    )
    const people = program.demo
      ? `  Fifty people live here, or are just moving in. Be one of them: ${demoHandle}, password ${demoPassword}\n\n`
      : ''
    const up = `\nWholesky is up. Press Ctrl-C to stop it.\n\n${table.join('\n')}\n\n${people}`
    await runServices(services, stop.signal, log, () => {
      stop.ready()
      process.stdout.write(up)
    })
  } catch (error) {
    refuseStart(error)
  } finally {
    await outside.close()
    leaveSoon()
  }
}
