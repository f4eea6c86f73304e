/** The whole network in this process, in memory, until the test ends. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'node:test'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {openNetwork} from '../../src/bin/network.ts'

export async function openLoop(context: TestContext): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-network-'))
  const kept = (name: string): string => join(folder, name)
  const env = {
    PLC_DATABASE: 'memory:',
    PDS_DATABASE: 'memory:',
    PDS_BLOBS: `file:${kept('blobs')}`,
    PDS_SECRETS: kept('secrets.json'),
    RELAY_DATABASE: 'memory:',
    RELAY_LOG: 'memory:',
    JETSTREAM_LOG: 'memory:',
    APPVIEW_DATABASE: 'memory:',
  }
  const {members, world} = await openNetwork(env, {world: realWorld, guarded: realWorld, log: silentLog})
  for (const {service} of members) await service.start()
  context.after(async () => {
    for (const {service} of members.toReversed()) await service.stop()
    rmSync(folder, {recursive: true})
  })
  return world
}
