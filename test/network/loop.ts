/** The whole network until a test ends: in this process and in memory, or each service in a process of its own. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'node:test'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {dataIn} from '../../src/bin/data-folder.ts'
import {openNetwork, type Network} from '../../src/bin/network.ts'
import {portOf, rows} from '../../src/bin/rows.ts'
import {freePorts, networkEnv, type Ports} from '../network-env.ts'
import type {ServiceName} from '../../src/bin/services.ts'
import {startSeparately} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'

export const openLoop = async (context: TestContext): Promise<World> => (await openLoopNetwork(context)).world

/** As `openLoop`, with its numbers and the stream that its views read. */
export async function openLoopNetwork(context: TestContext): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-network-'))
  const env = {
    // What has no place in memory, or none yet that is named here, is kept in the folder and never in that of the checkout.
    ...dataIn(folder),
    PLC_DATABASE: 'memory:',
    PDS_DATABASE: 'memory:',
    RELAY_DATABASE: 'memory:',
    RELAY_LOG: 'memory:',
    JETSTREAM_LOG: 'memory:',
    APPVIEW_DATABASE: 'memory:',
    WEB_DATABASE: 'memory:',
  }
  const network = await openNetwork(env, {world: realWorld, guarded: realWorld, log: silentLog})
  const {members} = network
  for (const {service} of members) await service.start()
  context.after(async () => {
    for (const {service} of members.toReversed()) await service.stop()
    rmSync(folder, {recursive: true})
  })
  return network
}

/** The same by sockets. Whatever would be asked of a service's usual port is asked of the one that it has here. */
export async function openSeparateLoop(context: TestContext): Promise<World> {
  const ports = await freePorts()
  const network = await startSeparately(networkEnv(temporaryFolder('separate'), ports))
  context.after(() => network.kill())
  return separateWorld(ports)
}

/** The real network, with the usual ports of the services leading to theirs. */
export function separateWorld(ports: Ports): World {
  const moved = new Map(
    rows.map(row => [`localhost:${portOf(row, {})}`, `localhost:${ports[row.name as ServiceName]}`]),
  )
  const there = (request: Request): Request => {
    const url = new URL(request.url)
    url.host = moved.get(url.host) ?? url.host
    return new Request(url, request)
  }
  const outside = nodeWorld({userAgent: 'test'})
  return {
    ...outside,
    fetch: request => outside.fetch(there(request)),
    subscribe: (request, signal, outgoing) => outside.subscribe(there(request), signal, outgoing),
  }
}
