/** The rows of all services, for whatever runs or lists all of them. */
import {readConfig} from '#std/config.ts'
import type {ServiceRow} from '#services/service-row.ts'
import {addressOf} from './address.ts'
import {rowOf, serviceNames} from './services.ts'

export const rows: readonly ServiceRow[] = await Promise.all(serviceNames.map(name => rowOf(name)))

export type Env = Readonly<Record<string, string | undefined>>

/** Where a service listens. Only its port is read: what else of its settings is wrong comes to light when it is opened. */
export function portOf({config: {settings, ...schema}}: ServiceRow, env: Env): number {
  const {port, bind, host} = settings
  return addressOf(readConfig({...schema, settings: {host, port, ...(bind && {bind})}}, {env})).port
}
