/** `sim --serve`: a seeded network on ports of this machine. */
import {silentLog} from '#std/log.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {ServedCrowd} from '#sim/crowd/served.ts'
import {exitCodes, Failed, type ExitCode} from '../shell/exit.ts'
import type {Shell} from '../shell/shell.ts'
import {version} from '../version.ts'
import {untilStopped} from './stopped.ts'

export interface ServeOptions {
  readonly accounts: number
  readonly events: number
  readonly seed: number
  readonly hosts: number
  readonly port: number
  readonly rate: number
  readonly relay: boolean
  /** Ends it, beside Ctrl-C. */
  readonly signal?: AbortSignal
}

export async function serve(options: ServeOptions, shell: Shell): Promise<ExitCode> {
  const {accounts, events, seed, hosts, port, rate, relay} = options
  using stopped = untilStopped()
  const signal = options.signal ? AbortSignal.any([options.signal, stopped.signal]) : stopped.signal
  await using world = nodeWorld({userAgent: `wholesky/${version}`})
  await using served = await ServedCrowd.open({
    accounts,
    events,
    seed,
    hosts,
    port,
    relay,
    world,
    log: silentLog,
  }).catch((error: unknown) => {
    const {code, message} = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') throw error
    throw new Failed('port-in-use', `${message}: --port chooses another one, and --port 0 any that are free.`, 3)
  })
  const {crowd, plcUrl, relayUrl, hostUrls} = served
  const document = {
    seed,
    accounts: crowd.joined,
    events: crowd.ops,
    commits: crowd.commits,
    plc: plcUrl,
    relay: relayUrl,
    hosts: hostUrls,
  }
  await shell.live(
    document,
    [
      `seed ${seed}: ${crowd.joined} accounts, ${crowd.ops} events in ${crowd.commits} commits`,
      shell.fields({
        'PLC directory': plcUrl,
        relay:
          relayUrl && `${relayUrl}  (${relayUrl.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=0)`,
        servers: hostUrls.join(' '),
        truth: `${hostUrls[0]}/truth?did=${crowd.members[0].did}`,
      }),
      rate > 0 ? `People go on, ${rate} changes a second. Ctrl-C ends it.` : 'Nothing more happens. Ctrl-C ends it.',
    ].join('\n'),
  )
  if (rate > 0) await served.live(rate, signal)
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), {once: true})
  })
  return exitCodes.ok
}
