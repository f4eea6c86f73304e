/**
 * The settings of a whole network on ports of its own, with all its data in one folder: what tests that start it beside
 * others, or start it again, give to `wholesky up` or to `openNetwork`.
 */
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'

const services = ['plc', 'pds', 'relay', 'jetstream', 'appview', 'web', 'metrics'] as const
export type Ports = Readonly<Record<(typeof services)[number], number>>

/** Ports that are free just now. All are held until the last is found, so that no two are the same. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(
    services.map(async () => {
      const server = createServer()
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return Object.fromEntries(services.map((service, i) => [service, ports[i]])) as Ports
}

export const urlOf = (port: number): string => `http://localhost:${port}`

export function networkEnv(folder: string, ports: Ports): Record<string, string> {
  const kept = (name: string): string => join(folder, name)
  const plcUrl = urlOf(ports.plc)
  const appviewDid = `did:web:localhost%3A${ports.appview}`
  return {
    PLC_PORT: String(ports.plc),
    PLC_DATABASE: `sqlite:${kept('plc.sqlite')}`,
    PDS_PORT: String(ports.pds),
    PDS_PUBLIC_URL: urlOf(ports.pds),
    PDS_PLC_URL: plcUrl,
    PDS_APPVIEW_URL: urlOf(ports.appview),
    PDS_APPVIEW_DID: appviewDid,
    PDS_DATABASE: `sqlite:${kept('pds.sqlite')}`,
    PDS_BLOBS: `file:${kept('blobs')}`,
    PDS_SECRETS: kept('secrets.json'),
    PDS_MAIL_FOLDER: kept('mail'),
    RELAY_PORT: String(ports.relay),
    RELAY_PLC_URL: plcUrl,
    RELAY_DATABASE: `sqlite:${kept('relay.sqlite')}`,
    RELAY_LOG: `file:${kept('relay-log')}`,
    JETSTREAM_PORT: String(ports.jetstream),
    JETSTREAM_UPSTREAM: urlOf(ports.relay),
    JETSTREAM_PLC_URL: plcUrl,
    JETSTREAM_LOG: `file:${kept('jetstream-log')}`,
    APPVIEW_PORT: String(ports.appview),
    APPVIEW_PUBLIC_URL: urlOf(ports.appview),
    APPVIEW_DID: appviewDid,
    APPVIEW_RELAYS: urlOf(ports.relay),
    APPVIEW_PLC_URL: plcUrl,
    APPVIEW_DATABASE: `sqlite:${kept('appview.sqlite')}`,
    WEB_PORT: String(ports.web),
    WEB_PUBLIC_URL: urlOf(ports.web),
    WEB_PDS_URL: urlOf(ports.pds),
    WEB_APPVIEW_URL: urlOf(ports.appview),
    WEB_PLC_URL: plcUrl,
    WEB_RELAY_URL: urlOf(ports.relay),
    WEB_JETSTREAM_URL: urlOf(ports.jetstream),
    WEB_DATABASE: `sqlite:${kept('web.sqlite')}`,
    METRICS_PORT: String(ports.metrics),
  }
}
