/**
 * `npm start`, `wholesky up`: the network in one process, on loopback. Each service is the one that also runs alone;
 * here they reach each other within the process, by the addresses that the outside reaches them by.
 */
import {withHosts} from '#runtime/in-process.ts'
import {runServices, type Service} from '#runtime/service.ts'
import {stopSignal} from '#runtime/stop-signal.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {openPds} from '#services/pds/pds.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {configured, listening, openOutside, processLog} from './serve.ts'

export async function main(): Promise<void> {
  const [plcSettings, pdsSettings] = [configured(plcConfig, []), configured(pdsConfig, [])]
  useNativeCrypto()
  const log = processLog()
  const outside = openOutside(true)
  const hosts = new Map<string, Service>()
  const world = withHosts(outside.world, hosts)
  const guarded = withHosts(outside.guarded, hosts)
  const plcLog = log.with({service: 'plc'})
  const pdsLog = log.with({service: 'pds'})
  try {
    const plc = await openPlc(plcSettings, world, plcLog)
    const pds = await openPds(pdsSettings, world, guarded, pdsLog)
    hosts.set(`localhost:${plcSettings.port}`, plc)
    hosts.set(`localhost:${pdsSettings.port}`, pds)
    const services = [listening(plc, plcSettings, plcLog), listening(pds, pdsSettings, pdsLog)]
    await runServices(services, stopSignal(), log)
  } finally {
    await outside.close()
  }
}
