/** What a PDS makes of the answers of the PLC directory. */
import {deepEqual, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {realWorld, type World} from '#std/world.ts'
import {PlcOperations} from './plc-operations.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did

const operations = (fetch: World['fetch'], sleep = realWorld.sleep): PlcOperations =>
  new PlcOperations({
    world: {...realWorld, fetch, sleep},
    directory: 'http://plc.test/',
    rotationKey: Keypair.generate('k256', realWorld.random),
    recoveryKey: undefined,
    publicUrl: 'https://pds.test',
  })

test('what the directory refuses is refused in its words, and a fault of its own is none of the caller', async () => {
  const cases: [Response, string, RegExp][] = [
    [Response.json({message: 'Not a valid operation'}, {status: 400}), 'directory-refused', /Not a valid operation/],
    [new Response(null, {status: 507}), 'directory-failed', /out of order/],
    [new Response('Bad Gateway', {status: 502}), 'directory-failed', /out of order/],
    [new Response('no JSON'), 'directory-failed', /did not answer as it should/],
  ]
  for (const [response, reason, message] of cases) {
    const parts = operations(async () => response)
    await rejects(parts.changeHandle(did, 'alice.test' as Handle), {reason, message})
  }
  const away = operations(() => Promise.reject(new TypeError('fetch failed')))
  await rejects(away.changeHandle(did, 'alice.test' as Handle), {reason: 'directory-failed'})
})

test(
  'a directory that does not answer, or not to the end, is given up by the clock of the World',
  {timeout: 5_000},
  async () => {
    const endless = new ReadableStream({start: controller => controller.enqueue(new TextEncoder().encode('{'))})
    const asked: number[] = []
    const sleep = async (ms: number): Promise<void> => {
      asked.push(ms)
      await new Promise(setImmediate)
    }
    for (const fetch of [() => new Promise<Response>(() => {}), async () => new Response(endless)]) {
      await rejects(operations(fetch, sleep).changeHandle(did, 'alice.test' as Handle), {reason: 'directory-failed'})
    }
    deepEqual(asked, [10_000, 10_000])
  },
)
