/**
 * The settings of a whole network on ports of its own, with all its data in one folder: what tests that start it beside
 * others, or start it again, give to `wholesky up` or to `openNetwork`.
 */
import {createServer, type AddressInfo, type Server} from 'node:net'
import {dataIn} from '../src/bin/data-folder.ts'
import {serviceNames, type ServiceName} from '../src/bin/services.ts'

const services = [...serviceNames, 'metrics'] as const
export type Ports = Readonly<Record<ServiceName | 'metrics', number>>

/**
 * Below those that systems give to outgoing connections, one of which could else take a port before its service does. Each
 * process of `npm test` has its own, and gives none twice: what is killed to be started again finds its port free.
 */
const portMin = 12_000
const portsPerPart = 5_000
const part = Number(process.env.TEST_PART ?? 3)
const given = new Set<number>()

async function freePort(): Promise<Server> {
  for (;;) {
    const server = createServer()
    const port = portMin + part * portsPerPart + Math.floor(Math.random() * portsPerPart)
    if (given.has(port)) continue
    given.add(port)
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (isFree) return server
  }
}

/** Ports that are free just now. All are held until the last is found, so that no two are the same. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(services.map(freePort))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return Object.fromEntries(services.map((service, i) => [service, ports[i]])) as Ports
}

/** One more, for what stands beside the services. */
export async function onePort(): Promise<number> {
  const server = await freePort()
  const {port} = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

export const urlOf = (port: number): string => `http://localhost:${port}`

/** The rest follows from the ports and the folder, as for anyone who sets no more than those. */
export function networkEnv(folder: string, ports: Ports): Record<string, string> {
  const env = dataIn(folder)
  for (const service of services) env[`${service.toUpperCase()}_PORT`] = String(ports[service])
  return env
}
