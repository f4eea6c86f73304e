/** A Tap over a real socket, with a relay, a PDS and a directory behind it in this process. */
import type {TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {silentLog} from '#std/log.ts'
import {readConfig} from '#std/config.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {listen} from '#runtime/http/listener.ts'
import {tapConfig} from '#services/tap/config.ts'
import {openTap} from '#services/tap/tap.ts'
import {openLoopNetwork} from './loop.ts'

export const adminPassword = 'correct horse battery'

type Before = (agent: AtpAgent, fetch: (url: string) => Promise<Response>) => Promise<unknown>

/** `before` is done before there is a Tap. */
export async function openTapNetwork(
  context: TestContext,
  env: Record<string, string> = {},
  before: Before = async () => {},
) {
  const {world, streams} = await openLoopNetwork(context)
  const agent = new AtpAgent({
    service: 'http://localhost:2583',
    fetch: (input, init) => world.fetch(new Request(input, init)),
  })
  await before(agent, url => world.fetch(new Request(url)))
  const config = readConfig(tapConfig, {
    env: {
      TAP_RELAY_URL: 'http://localhost:2470',
      TAP_PLC_URL: 'http://localhost:2582',
      TAP_HANDLE_RESOLVER: 'http://localhost:2583',
      TAP_DATABASE_URL: 'memory:',
      TAP_ADMIN_PASSWORD: adminPassword,
      ...env,
    },
  })
  const outside = {world, guarded: world, log: silentLog, metrics: new Metrics(), offers: async () => new Map()}
  const service = await openTap(config, {...outside, streams})
  await service.start()
  const listener = await listen(service, {host: '127.0.0.1', port: 0, log: silentLog})
  context.after(async () => {
    await listener.stop()
    await service.stop()
  })
  return {agent, world, url: listener.url}
}
