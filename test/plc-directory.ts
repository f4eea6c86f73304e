/** A PLC directory in memory, with a clock that tests move by hand, and people who submit operations to it. */
import type {TestContext} from 'node:test'
import {realWorld, type World} from '#std/world.ts'
import {readConfig} from '#std/config.ts'
import {silentLog, type Log} from '#std/log.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {genesisDid, operationCid, signOperation, type PlcOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {plcConfig} from '../src/services/plc/config.ts'
import {openPlc, type Plc} from '../src/services/plc/plc.ts'

export const hourMs = 3_600_000
export const startMs = Date.parse('2026-01-01T00:00:00.000Z')

/** Rotation keys of all identities here, the most powerful first. */
export const strong = Keypair.generate('k256', realWorld.random)
export const weak = Keypair.generate('p256', realWorld.random)
export const outsider = Keypair.generate('k256', realWorld.random)

/** An operation that gives a handle, after `prev`. */
export const operation = (
  handle: string,
  prev: PlcOperation | null = null,
  signer = strong,
  more: Partial<PlcUpdate> = {},
): PlcUpdate =>
  signOperation<PlcUpdate>(
    {
      type: 'plc_operation',
      rotationKeys: [strong.didKey, weak.didKey],
      verificationMethods: {atproto: weak.didKey},
      alsoKnownAs: [`at://${handle}`],
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'https://pds.example.com'}},
      prev: prev && operationCid(prev),
      ...more,
    },
    signer,
  )

export class PlcClock {
  ms = startMs
  readonly now = (): number => this.ms
}

export interface TestDirectory {
  readonly plc: Plc
  readonly clock: PlcClock
  readonly metrics: Metrics
  get(path: string, init?: RequestInit): Promise<Response>
  json(path: string): Promise<unknown>
  post(did: string, body: unknown): Promise<Response>
  /** Submits an operation that must be taken; its DID unless it is a first one. */
  take(operation: PlcOperation, did?: Did): Promise<Did>
}

export async function testDirectory(
  context: Pick<TestContext, 'after'>,
  settings: Record<string, string> = {},
  {world = {}, log = silentLog, clock = new PlcClock()}: {world?: Partial<World>; log?: Log; clock?: PlcClock} = {},
): Promise<TestDirectory> {
  const env = {PLC_DATABASE: 'memory:', ...settings}
  const metrics = new Metrics()
  const plc = await openPlc(readConfig(plcConfig, {env}), {...realWorld, now: clock.now, ...world}, log, metrics)
  context.after(() => plc.stop())
  await plc.start()
  const get = (path: string, init?: RequestInit): Promise<Response> =>
    plc.fetch(new Request(`http://plc.test${path}`, init))
  const post = (did: string, body: unknown): Promise<Response> =>
    get(`/${did}`, {method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body)})
  return {
    plc,
    clock,
    metrics,
    get,
    post,
    json: async path => (await get(path)).json(),
    async take(submitted, did = genesisDid(submitted)) {
      const response = await post(did, submitted)
      if (response.status !== 200) throw new Error(await response.text())
      return did
    },
  }
}

/** The JSON of each line of an export. */
export const linesOf = async (response: Response): Promise<Record<string, unknown>[]> => {
  const text = await response.text()
  return text === '' ? [] : text.split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
}
