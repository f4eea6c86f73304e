/**
 * The list of services, in the order in which they start: who reads the events of another stands below it. To add one,
 * add its folder and its line here. Each row is loaded when it is asked for.
 */
import {ConfigError} from '#std/config.ts'
import type {ServiceRow} from '#services/service-row.ts'

const services = {
  plc: async () => (await import('#services/plc/service.ts')).service,
  pds: async () => (await import('#services/pds/service.ts')).service,
  relay: async () => (await import('#services/relay/service.ts')).service,
  jetstream: async () => (await import('#services/jetstream/service.ts')).service,
  tap: async () => (await import('#services/tap/service.ts')).service,
  appview: async () => (await import('#services/appview/service.ts')).service,
  feeds: async () => (await import('#services/feeds/service.ts')).service,
  web: async () => (await import('#services/web/service.ts')).service,
} satisfies Readonly<Record<string, () => Promise<ServiceRow>>>

export type ServiceName = keyof typeof services
export const serviceNames = Object.keys(services) as readonly ServiceName[]
export const isService = (name: string): name is ServiceName => Object.hasOwn(services, name)

/** The row of a service, loaded. Throws `ConfigError` where it is listed by another name than its own. */
export async function rowOf(
  name: string,
  list: Readonly<Record<string, () => Promise<ServiceRow>>> = services,
): Promise<ServiceRow> {
  const row = await list[name]()
  if (row.name === name) return row
  throw new ConfigError(name, [
    `The list of services has "${name}", and its row is of "${row.name}": make it one name.`,
  ])
}
