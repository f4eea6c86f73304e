/** The network of a crowd on its machines: its servers, and around them what every network of a simulation has. */
import type {Prng} from '#std/prng.ts'
import type {Ground, Machine} from '../ground/machine.ts'
import {addresses, makeMachines, openersAround, type Layout, type Resident} from '../house.ts'
import type {Crowd} from './crowd.ts'
import {hostService, type HostLog} from './host.ts'

const firstHostPort = 2_601
export const hostUrl = (number: number): string => `http://localhost:${firstHostPort + number}`
export const hostName = (number: number): string => `host${number + 1}`
/** All of them know every handle; two are enough to ask. */
const resolversMax = 2
const pagesSize = '32MB'

/** `isTogether`: the relay and its views in one process, where they are handed what the relay has verified. */
export function crowdLayout(hosts: number, isTogether: boolean): Layout {
  const views = ['relay', 'jetstream', 'tap', 'appview']
  const servers = Array.from({length: hosts}, (_, i) => hostName(i))
  return Object.fromEntries([
    ['plc', ['plc']],
    ...servers.map(name => [name, [name]] as const),
    ...(isTogether ? [['hub', views] as const] : views.map(name => [name, [name]] as const)),
  ])
}

/** All machines, none of them started, and by which hosts they are reached. */
export function crowdMachines(
  layout: Layout,
  {ground, prng, crowd, logs}: {ground: Ground; prng: Prng; crowd: Crowd; logs: readonly HostLog[]},
): {machines: Readonly<Record<string, Machine>>; hosts: Map<string, Machine>} {
  const servers = logs.map((_, i) => hostUrl(i))
  const around = openersAround({
    servers,
    resolvers: servers.slice(0, resolversMax),
    settings: {APPVIEW_CACHE_SIZE: pagesSize},
  })
  const all: Record<string, Resident> = {}
  for (const [name, open] of Object.entries(around)) all[name] = {url: addresses[name as keyof typeof around], open}
  for (const [i, log] of logs.entries()) {
    const at = new URL(servers[i]).host
    all[hostName(i)] = {url: servers[i], open: async () => hostService({log, crowd, at})}
  }
  return makeMachines(layout, ground, prng, all)
}
