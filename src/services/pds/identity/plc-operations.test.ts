/** What a PDS makes of the answers of the PLC directory. */
import {deepEqual, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {realWorld, type World} from '#std/world.ts'
import {PlcOperations, type PlcOperationsOptions} from './plc-operations.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did

type Garbage = PlcOperationsOptions['garbage']

const operations = (fetch: World['fetch'], sleep = realWorld.sleep, garbage?: Garbage): PlcOperations =>
  new PlcOperations({
    ...(garbage && {garbage}),
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
  {timeout: 60_000},
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

test('what the directory does not say that it has taken is believed once it is there', async () => {
  const {operation} = operations(async () => Response.json({})).begin('alice.test' as Handle, 'did:key:zQ3sh')
  const {operation: another} = operations(async () => Response.json({})).begin('bob.test' as Handle, 'did:key:zQ3sh')
  const rows: [said: Response, last: Response | undefined, isTaken: boolean][] = [
    [new Response('OK'), undefined, true],
    [new Response('OK\n'), undefined, true],
    [new Response(null, {status: 204}), Response.json(operation), true],
    [Response.json({}), Response.json(operation), true],
    [Response.json({}), Response.json(another), false],
    [new Response(''), new Response(''), false],
    [new Response('<h1>Welcome</h1>'), Response.json({message: 'DID not registered'}), false],
    [new Response('OK'.repeat(3_000)), Response.json(operation), false],
  ]
  for (const [n, [said, last, isTaken]] of rows.entries()) {
    const asked: string[] = []
    const parts = operations(async ({method, url}) => {
      asked.push(`${method} ${new URL(url).pathname}`)
      return method === 'POST' ? said : last!
    })
    const submitted = parts.submit(did, operation)
    if (isTaken) await submitted
    else await rejects(submitted, {reason: 'directory-failed'}, `row ${n}`)
    deepEqual(asked[0], `POST /${did}`)
    deepEqual(asked.slice(1), last && n < 7 ? [`GET /${did}/log/last`] : [], `row ${n}`)
  }
})

test('what a request leaves is told of, whatever came of it', async () => {
  let left = 0
  const garbage = {passed: (size: number) => void (left += size)}
  const answers = [async () => new Response('OK'), () => Promise.reject<Response>(new TypeError('fetch failed'))]
  for (const answer of answers) {
    const parts = operations(answer, realWorld.sleep, garbage)
    const {operation} = parts.begin('alice.test' as Handle, 'did:key:zQ3sh')
    const before = left
    await parts.submit(did, operation).catch(() => {})
    ok(left > before)
  }
})
