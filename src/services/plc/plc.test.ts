/** The directory over its HTTP face: what it takes, what it refuses, and what it says of an identity. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test, type TestContext} from 'node:test'
import {silentLog} from '#std/log.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {directoryLimits} from '#atp/plc/limits.ts'
import {genesisDid, operationCid, signOperation, type PlcOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {Directory} from './directory.ts'
import {plcMigrations, sqliteOperationStore} from './store/operation-store.sqlite.ts'
import {Plc} from './plc.ts'

const hourMs = 3_600_000
const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size))
const strong = Keypair.generate('k256', random)
const weak = Keypair.generate('p256', random)

class Clock {
  ms = Date.parse('2026-01-01T00:00:00.000Z')
  now = (): number => this.ms
}

async function directory(context: TestContext, clock = new Clock()): Promise<Plc> {
  const store = sqliteOperationStore(await openSqlite(undefined, {migrations: plcMigrations}))
  const plc = new Plc(store, new Directory(store, clock, directoryLimits), silentLog)
  context.after(() => plc.stop())
  return plc
}

const operation = (handle: string, prev: PlcOperation | null, signer = strong): PlcUpdate =>
  signOperation<PlcUpdate>(
    {
      type: 'plc_operation',
      rotationKeys: [strong.didKey, weak.didKey],
      verificationMethods: {atproto: weak.didKey},
      alsoKnownAs: [`at://${handle}`],
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'https://pds.example.com'}},
      prev: prev && operationCid(prev),
    },
    signer,
  )

const get = (plc: Plc, path: string): Promise<Response> => plc.fetch(new Request(`http://plc${path}`))
const post = (plc: Plc, did: string, body: unknown): Promise<Response> =>
  plc.fetch(new Request(`http://plc/${did}`, {method: 'POST', body: JSON.stringify(body)}))
const lines = (text: string): {seq?: number; did: string; cid: string; createdAt: string}[] =>
  text === '' ? [] : text.split('\n').map(line => JSON.parse(line))

test('an identity begins, changes, and shows its document, its data and its history', async context => {
  const plc = await directory(context)
  const first = operation('alice.test', null)
  const did = genesisDid(first)
  assert.equal((await get(plc, `/${did}`)).status, 404)
  assert.equal((await post(plc, did, first)).status, 200)
  const second = operation('alice.example', first, weak)
  assert.equal((await post(plc, did, second)).status, 200)

  const document = await get(plc, `/${did}`)
  assert.equal(document.headers.get('content-type'), 'application/did+ld+json; charset=utf-8')
  assert.deepEqual((await document.json()).alsoKnownAs, ['at://alice.example'])
  assert.equal((await (await get(plc, `/${did}/data`)).json()).did, did)
  assert.deepEqual(await (await get(plc, `/${did}/log`)).json(), [first, second])
  assert.deepEqual(await (await get(plc, `/${did}/log/last`)).json(), second)
  const audit = await (await get(plc, `/${encodeURIComponent(did)}/log/audit`)).json()
  assert.deepEqual(audit[0], {
    did,
    operation: first,
    cid: operationCid(first),
    nullified: false,
    createdAt: audit[0].createdAt,
  })
})

test('a stronger key strikes out what a weaker one did, within 72 hours', async context => {
  const clock = new Clock()
  const plc = await directory(context, clock)
  const first = operation('a.test', null)
  const did = genesisDid(first)
  await post(plc, did, first)
  const stolen = operation('thief.test', first, weak)
  assert.equal((await post(plc, did, stolen)).status, 200)
  clock.ms += 71 * hourMs
  assert.equal((await post(plc, did, operation('back.test', first, strong))).status, 200)
  const audit = await (await get(plc, `/${did}/log/audit`)).json()
  assert.deepEqual(
    audit.map((entry: {nullified: boolean}) => entry.nullified),
    [false, true, false],
  )

  clock.ms += 73 * hourMs
  const late = await post(plc, did, operation('late.test', first, strong))
  assert.equal(late.status, 400)
  assert.match((await late.json()).message, /72 hours|above the one/)
})

test('what is not signed, not JSON, too big or of another identity is refused in words', async context => {
  const plc = await directory(context)
  const first = operation('a.test', null)
  const did = genesisDid(first)
  const outsider = Keypair.generate('k256', random)
  assert.match((await (await post(plc, did, operation('a.test', null, outsider))).json()).message, /rotation keys/)
  assert.match((await (await post(plc, genesisDid(operation('b.test', null)), first)).json()).message, /begins/)
  assert.equal((await plc.fetch(new Request(`http://plc/${did}`, {method: 'POST', body: '{"type":'}))).status, 400)
  assert.equal((await post(plc, did, {pad: 'x'.repeat(40_000)})).status, 413)
  assert.equal(
    (await post(plc, did, {...first, alsoKnownAs: Array.from({length: 11}, (_, i) => `at://a${i}.test`)})).status,
    400,
  )
  assert.equal((await get(plc, '/did:web:example.com')).status, 400)
  assert.equal((await get(plc, `/${did}/nonsense`)).status, 404)
  assert.equal((await get(plc, '/%E0%A4%A')).status, 400)
})

test('the eleventh change within an hour waits, and a recovery does not', async context => {
  const clock = new Clock()
  const plc = await directory(context, clock)
  const first = operation('a0.test', null)
  const did = genesisDid(first)
  let last = first
  await post(plc, did, first)
  for (let i = 1; i < 10; i++)
    assert.equal((await post(plc, did, (last = operation(`a${i}.test`, last, weak)))).status, 200)
  assert.match((await (await post(plc, did, operation('b.test', last, weak))).json()).message, /Too many/)
  assert.equal((await post(plc, did, operation('c.test', first, strong))).status, 200)
  clock.ms += hourMs + 1
})

test('the export gives every operation once, by seq or by time', async context => {
  const clock = new Clock()
  const plc = await directory(context, clock)
  const firsts = ['a.test', 'b.test', 'c.test'].map(handle => operation(handle, null))
  for (const first of firsts) {
    await post(plc, genesisDid(first), first)
    clock.ms += 1000
  }
  const byTime = lines(await (await get(plc, '/export?count=2')).text())
  const rest = lines(await (await get(plc, `/export?after=${byTime[1].createdAt}`)).text())
  assert.deepEqual(
    [...byTime, ...rest].map(line => line.cid),
    firsts.map(operationCid),
  )
  const bySeq = lines(await (await get(plc, '/export?after=1')).text())
  assert.deepEqual(
    bySeq.map(line => line.seq),
    [2, 3],
  )
  assert.equal((await get(plc, '/export?after=yesterday')).status, 400)
})

test('the stream replays from a cursor and goes on live', async context => {
  const plc = await directory(context)
  const [a, b] = [operation('a.test', null), operation('b.test', null)]
  await post(plc, genesisDid(a), a)
  const stopping = new AbortController()
  const frames = await plc.frames(new Request('http://plc/export/stream?cursor=0'), stopping.signal)
  assert.ok(!(frames instanceof Response))
  const seen: string[] = []
  for await (const some of frames) {
    for (const frame of [some].flat()) seen.push((JSON.parse(frame as string) as {cid: string}).cid)
    if (seen.length === 1) await post(plc, genesisDid(b), b)
    else stopping.abort()
  }
  assert.deepEqual(seen, [operationCid(a), operationCid(b)])
  const future = await plc.frames(new Request('http://plc/export/stream?cursor=9'), stopping.signal)
  assert.equal((future as Response).status, 400)
})

test('concurrent submissions for one identity leave one line of history', async context => {
  const plc = await directory(context)
  const first = operation('a.test', null)
  const did = genesisDid(first)
  await post(plc, did, first)
  const answers = await Promise.all(
    ['b', 'c', 'd'].map(name => post(plc, did, operation(`${name}.test`, first, strong))),
  )
  assert.equal(answers.filter(answer => answer.status === 200).length, 1)
  assert.equal((await (await get(plc, `/${did}/log`)).json()).length, 2)
})

test('the valid histories of the vectors are taken when each comes in its time', needVectors, async context => {
  for (const name of ['log_nullification', 'log_nullification_at_exactly_72h']) {
    const clock = new Clock()
    const plc = await directory(context, clock)
    const log: {did: string; operation: PlcOperation; nullified: boolean; createdAt: string}[] = JSON.parse(
      readFileSync(vector(`plc/valid/${name}.json`), 'utf8'),
    )
    for (const entry of log) {
      clock.ms = Date.parse(entry.createdAt)
      assert.equal((await post(plc, entry.did, entry.operation)).status, 200, name)
    }
    const audit = await (await get(plc, `/${log[0].did}/log/audit`)).json()
    assert.deepEqual(audit, log, name)
  }
})
