/** A PDS with a PLC directory, in this process and in memory, and other services beside them where a test needs some. */
import {ok} from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {useNativeCrypto} from '../src/engines/crypto/native.ts'
import {withHosts} from '../src/runtime/in-process.ts'
import {Metrics} from '../src/runtime/health/metrics.ts'
import type {Service} from '../src/runtime/service.ts'
import {pdsConfig} from '../src/services/pds/config.ts'
import {openPds, type Pds} from '../src/services/pds/pds.ts'
import {plcConfig} from '../src/services/plc/config.ts'
import {openPlc} from '../src/services/plc/plc.ts'
import {readConfig} from '../src/std/config.ts'
import {silentLog} from '../src/std/log.ts'
import {realWorld, type World} from '../src/std/world.ts'
import {quickHash} from './quick-hash.ts'
import {until} from './until.ts'

useNativeCrypto()

export interface PdsNetwork {
  pds: Pds
  world: World
  /** Services by host and port; more may join at any time. */
  hosts: Map<string, Service>
  /** Files of the server: its secrets. */
  folder: string
  /** A client of the PDS, or of another service. */
  agent(service?: string): AtpAgent
  /** The code in the newest mail to this address; of those that were not read yet, if there are some. */
  mailedCode(to: string): string
  /** The same of a mail that nobody waits for, and that was not read yet. */
  mailedSoon(to: string): Promise<string>
  /** One more PDS, at `localhost:<port>`. */
  join(port: number, settings?: Record<string, string>): Promise<Pds>
}

/** The first PDS is at `localhost:2583`, the directory at `localhost:2582`. `settings` are those of the PDS. */
export async function pdsNetwork(context: TestContext, settings: Record<string, string> = {}): Promise<PdsNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-pds-'))
  const hosts = new Map<string, Service>()
  const world = withHosts({...realWorld, slowHash: quickHash}, hosts)
  const stops: (() => Promise<void>)[] = []
  context.after(async () => {
    for (const stop of stops.toReversed()) await stop()
    rmSync(folder, {recursive: true})
  })
  const start = async (port: number, service: Service): Promise<void> => {
    hosts.set(`localhost:${port}`, service)
    stops.push(() => service.stop())
    await service.start()
  }
  const joinPds = async (port: number, more: Record<string, string> = {}): Promise<Pds> => {
    const env = {
      PDS_DATABASE: 'memory:',
      PDS_BLOBS: 'memory:',
      PDS_SECRETS: join(folder, `secrets-${port}.json`),
      PDS_MAIL_FOLDER: join(folder, 'mail'),
      PDS_PUBLIC_URL: `http://localhost:${port}`,
      ...more,
    }
    const pds = await openPds(readConfig(pdsConfig, {env, args: []}), world, world, silentLog, new Metrics())
    await start(port, pds)
    return pds
  }
  const plc = await openPlc(readConfig(plcConfig, {env: {PLC_DATABASE: 'memory:'}, args: []}), world, silentLog)
  await start(2582, plc)
  const pds = await joinPds(2583, settings)
  const fetch: typeof globalThis.fetch = (input, init) => world.fetch(new Request(input, init))
  const agent = (service = 'http://localhost:2583'): AtpAgent => new AtpAgent({service, fetch})
  const read = new Set<string>()
  const mailsTo = (to: string): string[] =>
    readdirSync(join(folder, 'mail'))
      // Each is there as text and for browsers, one written after the other.
      .filter(name => name.includes(`Z-${to}-`) && name.endsWith('.txt'))
      .toSorted()
  const mailedCode = (to: string): string => {
    const all = mailsTo(to)
    // Two mails of one millisecond are in no order.
    const newest = all.findLast(name => !read.has(name)) ?? all.at(-1) ?? ''
    const [code] = /[A-Z2-7]{5}-[A-Z2-7]{5}/.exec(readFileSync(join(folder, 'mail', newest), 'utf8')) ?? []
    ok(code)
    for (const name of all) read.add(name)
    return code
  }
  const mailedSoon = (to: string): Promise<string> =>
    until(() => {
      try {
        return mailsTo(to).some(name => !read.has(name)) ? mailedCode(to) : undefined
      } catch {
        return undefined
      }
    }, 'a code is mailed')
  return {mailedCode, mailedSoon, pds, world, hosts, folder, agent, join: joinPds}
}

export const password = 'correct horse'

/** Makes an account `<name>.test`, whose session the agent then has. Gives its DID. */
export async function signUp(agent: AtpAgent, name: string): Promise<string> {
  await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password})
  return agent.assertDid
}
