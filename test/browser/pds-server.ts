/** A PDS with its PLC directory over sockets, for browsers and the apps in them. */
import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {AtpAgent} from '@atproto/api'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {listen} from '#runtime/http/listener.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {openPds} from '#services/pds/pds.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {freePorts, urlOf} from '../network-env.ts'
import {temporaryFolder} from '../temporary-folder.ts'

export const password = 'correct horse'

export interface PdsServer extends AsyncDisposable {
  readonly url: string
  readonly plcUrl: string
  /** Makes an account `<name>.test`. */
  signUp(name: string): Promise<string>
  /** The code in the newest mail to this address. */
  mailedCode(to: string): string
}

export async function openPdsServer(settings: Record<string, string> = {}): Promise<PdsServer> {
  const ports = await freePorts()
  const folder = temporaryFolder('pds-pages')
  const [url, plcUrl] = [urlOf(ports.pds), urlOf(ports.plc)]
  const world = nodeWorld({userAgent: 'test'})
  const guarded = nodeWorld({userAgent: 'test', guard: createGuard({allowLoopback: true})})
  const plc = await openPlc(readConfig(plcConfig, {env: {PLC_DATABASE: 'memory:'}, args: []}), world, silentLog)
  const env = {
    PDS_DATABASE: 'memory:',
    PDS_BLOBS: 'memory:',
    PDS_SECRETS: join(folder, 'secrets.json'),
    PDS_MAIL_FOLDER: join(folder, 'mail'),
    PDS_PUBLIC_URL: url,
    PDS_PLC_URL: plcUrl,
    ...settings,
  }
  const pds = await openPds(readConfig(pdsConfig, {env, args: []}), world, guarded, silentLog, new Metrics())
  const services = [
    {service: plc, port: ports.plc},
    {service: pds, port: ports.pds},
  ]
  for (const {service} of services) await service.start()
  const listeners = await Promise.all(services.map(({service, port}) => listen(service, {port, log: silentLog})))
  return {
    url,
    plcUrl,
    async signUp(name) {
      const agent = new AtpAgent({service: url})
      await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password})
      const did = agent.assertDid
      await agent.logout()
      return did
    },
    mailedCode(to) {
      const [newest] = readdirSync(join(folder, 'mail'))
        .filter(name => name.includes(`Z-${to}-`))
        .toSorted()
        .toReversed()
      const [code] = /[A-Z2-7]{5}-[A-Z2-7]{5}/.exec(readFileSync(join(folder, 'mail', newest ?? ''), 'utf8')) ?? []
      return code ?? ''
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) await listener.stop()
      for (const {service} of services.toReversed()) await service.stop()
      await Promise.all([world.close(), guarded.close()])
    },
  }
}
