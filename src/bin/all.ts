/** `npm start`, `wholesky up`: the network in one process, on loopback, and a table of what runs where. */
import {runServices} from '#runtime/service.ts'
import {stopSignal} from '#runtime/stop-signal.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openNetwork} from './network.ts'
import {configured, listening, listeningMetrics, openOutside, processLog, programConfig, refuseStart} from './serve.ts'

const offers: Readonly<Record<string, string>> = {
  plc: 'PLC directory: the identities',
  pds: 'PDS: accounts, repositories, blobs',
  relay: 'relay: one verified firehose, at /xrpc/com.atproto.sync.subscribeRepos',
  jetstream: 'Jetstream: the same as JSON, at /subscribe',
  web: 'home page, app, explorer',
}

export async function main(): Promise<void> {
  useNativeCrypto()
  const program = configured(programConfig, [], {METRICS_PORT: '2581', ...process.env})
  const log = processLog('warn')
  const outside = openOutside(true)
  try {
    const {members, metrics} = await openNetwork(process.env, {...outside, log})
    const services = members.map(({service, host, port}) => listening(service, {host, port}, log, metrics))
    services.push(...listeningMetrics(program, metrics, log))
    const rows = members.map(({service, port}) => `  http://localhost:${port}   ${offers[service.name]}\n`)
    const up = `\nWholesky is up. Ctrl-C ends it.\n\n${rows.join('')}\n`
    await runServices(services, stopSignal(), log, () => process.stdout.write(up))
  } catch (error) {
    refuseStart(error)
  } finally {
    await outside.close()
  }
}
