/** The directory over its HTTP face: what it takes, what it refuses and in which words, and what it says of an identity. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {suite, test} from 'node:test'
import {createLog, type LogLine} from '#std/log.ts'
import {genesisDid, operationCid, signOperation, type PlcOperation, type PlcTombstone} from '#atp/plc/operation.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {hourMs, linesOf, operation, strong, testDirectory, weak} from '../../../test/plc-directory.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {packOperation} from './store/packed-operation.ts'
import {plcMigrations} from './store/schema.ts'

const unknownDid = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const adminSecret = 'a long secret'

test('an identity begins, changes, and shows its document, its data and its history', async context => {
  const {get, json, post, take} = await testDirectory(context)
  const first = operation('alice.test')
  const did = await take(first)
  const second = operation('alice.example', first, weak)
  const taken = await post(did, second)
  assert.deepEqual([taken.status, await taken.text()], [200, 'OK'])

  const document = await get(`/${did}`)
  assert.equal(document.headers.get('content-type'), 'application/did+ld+json; charset=utf-8')
  assert.deepEqual(await document.json(), {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/multikey/v1',
      'https://w3id.org/security/suites/ecdsa-2019/v1',
    ],
    id: did,
    alsoKnownAs: ['at://alice.example'],
    verificationMethod: [
      {id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: weak.didKey.slice(8)},
    ],
    service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}],
  })
  const {type: _, prev: __, sig: ___, ...data} = second
  assert.deepEqual(await json(`/${did}/data`), {did, ...data})
  assert.deepEqual(await json(`/${did}/log`), [first, second])
  assert.deepEqual(await json(`/${did}/log/last`), second)
  assert.deepEqual(await json(`/${encodeURIComponent(did)}/log/audit/`), [
    {did, operation: first, cid: operationCid(first), nullified: false, createdAt: '2026-01-01T00:00:00.000Z'},
    {did, operation: second, cid: operationCid(second), nullified: false, createdAt: '2026-01-01T00:00:00.001Z'},
  ])
})

suite('what is asked for and is not there', () => {
  const rows: [path: string, status: number, message: RegExp, init?: RequestInit][] = [
    ...['', '/data', '/log', '/log/audit', '/log/last'].map((view): [string, number, RegExp] => [
      `/${unknownDid}${view}`,
      404,
      /^DID not registered: did:plc:a{24}$/,
    ]),
    ['/did:web:example.com', 404, /^DID not registered: did:web:example.com$/],
    ['/did:plc:UPPER', 404, /^DID not registered/],
    [`/${'x'.repeat(3_000)}`, 404, /^DID not registered: x{100}$/],
    [`/${unknownDid}/nonsense`, 404, /^No such page/],
    [`/${unknownDid}/log/audit/more`, 404, /^No such page/],
    ['/_replica', 404, /follows no other/],
    ['/%E0%A4%A', 400, /not well encoded/],
    ['/export?count=0', 400, /^Invalid count parameter$/],
    ['/export?count=-1', 400, /^Invalid count parameter$/],
    ['/export?count=many', 400, /^Invalid count parameter$/],
    ['/export?after=yesterday', 400, /^Invalid after parameter$/],
    ['/export?after=-1x', 400, /^Invalid after parameter$/],
    ['/export/stream', 426, /^upgrade required$/],
    [`/${unknownDid}`, 405, /GET or POST/, {method: 'PUT', body: '{}'}],
    ['/nothing', 400, /did:plc/, {method: 'POST', body: '{}'}],
    ['/', 400, /did:plc/, {method: 'POST', body: '{}'}],
    ['/admin/other', 400, /did:plc/, {method: 'POST', body: '{}'}],
  ]
  for (const [path, status, message, init] of rows) {
    test(`${init?.method ?? 'GET'} ${path.slice(0, 60)}: ${status}`, async context => {
      const {get} = await testDirectory(context)
      const response = await get(path, init)
      assert.equal(response.status, status)
      assert.match(((await response.json()) as {message: string}).message, message)
      assert.equal(response.headers.get('access-control-allow-origin'), '*')
      assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
    })
  }
})

test('pages of other origins may read and post', async context => {
  const {get, plc} = await testDirectory(context)
  const preflight = await get(`/${unknownDid}`, {method: 'OPTIONS'})
  assert.equal(preflight.status, 204)
  assert.deepEqual(
    ['origin', 'methods', 'headers'].map(name => preflight.headers.get(`access-control-allow-${name}`)),
    ['*', 'GET, HEAD, POST', '*'],
  )
  assert.equal(preflight.headers.get('access-control-max-age'), '86400')
  const about = await get('/')
  assert.match(await about.text(), /PLC directory/)
  assert.equal(about.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.equal(about.headers.get('x-content-type-options'), 'nosniff')
  assert.equal((await get('/', {method: 'HEAD'})).status, 200)
  assert.deepEqual(await plc.health(), {})
  await plc.stop()
  await assert.rejects(plc.health())
})

suite('recovery', () => {
  test('a stronger key strikes out what a weaker one did, 72 hours later and not a millisecond more', async context => {
    for (const [waitMs, status] of [
      [72 * hourMs, 200],
      [72 * hourMs + 1, 400],
    ] as const) {
      const {post, json, take, clock} = await testDirectory(context)
      const first = operation('a.test')
      const did = await take(first)
      clock.ms += 1_000
      const stolen = operation('thief.test', first, weak)
      await take(stolen, did)
      await take(operation('thief2.test', stolen, weak), did)
      clock.ms += waitMs
      const response = await post(did, operation('back.test', first, strong))
      assert.equal(response.status, status)
      const audit = (await json(`/${did}/log/audit`)) as {nullified: boolean}[]
      const isBack = status === 200
      assert.deepEqual(
        audit.map(({nullified}) => nullified),
        isBack ? [false, true, true, false] : [false, false, false],
      )
      assert.equal(((await json(`/${did}/log`)) as unknown[]).length, isBack ? 2 : 3)
      if (isBack) continue
      const said = (await response.json()) as {message: string}
      assert.match(said.message, /^Recovery operation occurred outside of the allowed 72 hr recovery window/)
    }
  })

  test('what was struck out can be followed by nothing, nor come again', async context => {
    const {post, take} = await testDirectory(context)
    const first = operation('a.test')
    const did = await take(first)
    const stolen = operation('thief.test', first, weak)
    await take(stolen, did)
    await take(operation('back.test', first, strong), did)
    const reasons = async (body: unknown): Promise<string> =>
      ((await (await post(did, body)).json()) as {reason: string}).reason
    assert.equal(await reasons(operation('thief2.test', stolen, weak)), 'prev-nullified')
    assert.equal(await reasons(stolen), 'recovery-by-weaker-key')
  })

  test('a tombstone ends an identity, is followed by nothing, and can be taken back', async context => {
    const {get, post, take, json, clock} = await testDirectory(context)
    const first = operation('a.test')
    const did = await take(first)
    const end = signOperation<PlcTombstone>({type: 'plc_tombstone', prev: operationCid(first)}, weak)
    await take(end, did)
    for (const view of ['', '/data']) {
      const gone = await get(`/${did}${view}`)
      assert.deepEqual(
        [gone.status, ((await gone.json()) as {message: string}).message],
        [404, `DID not available: ${did}`],
      )
    }
    assert.deepEqual(await json(`/${did}/log/last`), end)
    assert.deepEqual(await json(`/${did}/log`), [first, end])
    const after = operation('b.test', null, strong, {prev: operationCid(end)})
    assert.equal(((await (await post(did, after)).json()) as {reason: string}).reason, 'prev-tombstoned')
    clock.ms += hourMs
    await take(operation('back.test', first, strong), did)
    assert.equal((await get(`/${did}`)).status, 200)
  })
})

suite('the export', () => {
  const firsts = ['a.test', 'b.test', 'c.test'].map(handle => operation(handle))
  const sequenced = firsts.map((first, i) => ({
    did: genesisDid(first),
    operation: first,
    cid: operationCid(first),
    createdAt: `2026-01-01T00:00:0${i}.000Z`,
    seq: i + 1,
    type: 'sequenced_op',
  }))
  const older = sequenced.map(({did, operation: one, cid, createdAt}) => {
    return {did, operation: one, cid, nullified: false, createdAt}
  })

  const rows: [query: string, lines: object[]][] = [
    ['', older],
    ['?after=', older],
    ['?count=', older],
    ['?count=2', older.slice(0, 2)],
    ['?count=5000', older],
    ['?after=2026-01-01T00:00:01.000Z', older.slice(2)],
    ['?after=2026-01-01T00:00:00.999Z&count=1', older.slice(1, 2)],
    ['?after=2025', older],
    ['?after=2027-01-01', []],
    ['?after=0', sequenced],
    ['?after=0&count=1', sequenced.slice(0, 1)],
    ['?after=1', sequenced.slice(1)],
    ['?after=3', []],
    ['?after=99999999999999999999', []],
  ].map(([query, lines]) => [query === '?after=2025' ? '?after=2025-01-01' : query, lines] as [string, object[]])
  for (const [query, expected] of rows) {
    test(`/export${query}`, async context => {
      const {get, take, clock} = await testDirectory(context)
      for (const first of firsts) {
        await take(first)
        clock.ms += 1_000
      }
      const response = await get(`/export${query}`)
      assert.equal(response.headers.get('content-type'), 'application/jsonlines')
      assert.deepEqual(await linesOf(response), expected)
    })
  }

  test('tells what was struck out in the older form, and everything in the newer', async context => {
    const {get, take} = await testDirectory(context)
    const did = await take(firsts[0])
    await take(operation('thief.test', firsts[0], weak), did)
    await take(operation('back.test', firsts[0], strong), did)
    assert.deepEqual(
      (await linesOf(await get('/export'))).map(({nullified}) => nullified),
      [false, true, false],
    )
    assert.deepEqual(
      (await linesOf(await get('/export?after=0'))).map(({nullified, seq}) => [nullified, seq]),
      [
        [undefined, 1],
        [undefined, 2],
        [undefined, 3],
      ],
    )
  })
})

test('concurrent submissions for one identity leave one line of history', async context => {
  const {post, take, json} = await testDirectory(context)
  const first = operation('a.test')
  const did = await take(first)
  const names = Array.from({length: 20}, (_, i) => `n${i}.test`)
  const answers = await Promise.all(names.map(name => post(did, operation(name, first, strong))))
  assert.equal(answers.filter(answer => answer.status === 200).length, 1)
  assert.equal(((await json(`/${did}/log`)) as unknown[]).length, 2)
})

test('the valid histories of the vectors are taken when each comes in its time', needVectors, async context => {
  for (const name of ['log_nullification', 'log_nullification_at_exactly_72h']) {
    const {post, json, clock} = await testDirectory(context, {PLC_LIMITS: 'directory'})
    const log: {did: string; operation: PlcOperation; nullified: boolean; createdAt: string}[] = JSON.parse(
      readFileSync(vector(`plc/valid/${name}.json`), 'utf8'),
    )
    clock.ms = 0
    for (const entry of log) {
      clock.ms = Date.parse(entry.createdAt)
      assert.equal((await post(entry.did, entry.operation)).status, 200, name)
    }
    assert.deepEqual(await json(`/${log[0].did}/log/audit`), log, name)
  }
})

suite('/admin/removeInvalidOps', () => {
  const first = operation('a.test')
  const second = operation('b.test', first)
  const third = operation('c.test', second)
  const did = genesisDid(first)
  const invalid = {...second, sig: third.sig}
  const later = operation('d.test', invalid)

  /** A directory in whose database somebody has put an operation that never should have been: first, invalid, later. */
  async function broken(context: Parameters<typeof testDirectory>[0], nullified = 0) {
    const folder = temporaryFolder('plc-admin')
    const sql = openSqlite(`${folder}/plc.sqlite`, {migrations: plcMigrations})
    const {packDid} = await import('./store/packed-operation.ts')
    await sql.write(tx => {
      for (const [i, one] of [first, invalid, later].entries()) {
        const mark = i === 0 ? nullified : 0
        const values = [i + 1, packDid(did), i || null, mark, 1_000 + i, packOperation(one)] as const
        tx.run('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)', ...values)
      }
      tx.run('INSERT INTO identity VALUES (?, 3, 3)', packDid(did))
    })
    await sql.close()
    const lines: LogLine[] = []
    const log = createLog({sink: line => void lines.push(line), now: () => 0})
    const settings = {PLC_DATABASE: `sqlite:${folder}/plc.sqlite`, PLC_ADMIN_SECRET: adminSecret}
    return {...(await testDirectory(context, settings, {log})), lines}
  }
  const cid = operationCid(invalid)
  const rows: [name: string, body: unknown, status: number, message: RegExp][] = [
    ['a wrong secret', {adminSecret: 'a long secreT', did, cid}, 401, /^invalid admin secret$/],
    ['no secret', {did, cid}, 401, /^invalid admin secret$/],
    ['a secret that is no text', {adminSecret: [adminSecret], did, cid}, 401, /^invalid admin secret$/],
    ['null', null, 401, /^invalid admin secret$/],
    ['no DID', {adminSecret, cid}, 400, /^did does not exist$/],
    ['an unknown DID', {adminSecret, did: unknownDid, cid}, 400, /^did does not exist$/],
    ['no CID', {adminSecret, did}, 400, /^operation does not exist$/],
    ['an unknown CID', {adminSecret, did, cid: 'bafy'}, 400, /^operation does not exist$/],
    [
      'an operation that is valid',
      {adminSecret, did, cid: operationCid(first)},
      400,
      /^valid operations cannot be removed$/,
    ],
  ]
  for (const [name, body, status, message] of rows) {
    test(`${name}: ${status}`, async context => {
      const {post, json} = await broken(context)
      const response = await post('admin/removeInvalidOps', body)
      assert.equal(response.status, status)
      assert.match(((await response.json()) as {message: string}).message, message)
      assert.equal(((await json(`/${did}/log`)) as unknown[]).length, 3)
    })
  }

  test('takes away an operation that is not valid and what came after it, and says so', async context => {
    const {post, json, get, lines} = await broken(context)
    const response = await post('admin/removeInvalidOps', {adminSecret, did, cid})
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), [invalid, later])
    assert.deepEqual(await json(`/${did}/log`), [first])
    assert.equal((await linesOf(await get('/export?after=0'))).length, 1)
    assert.equal((await post(did, second)).status, 200)
    const said = lines.find(({level}) => level === 'warn')
    assert.deepEqual(said?.fields, {did, cid, operations: 2})
    assert.ok(!JSON.stringify(lines).includes(adminSecret))
  })

  test('is not for histories in which something was struck out before', async context => {
    const {post} = await broken(context, 1)
    const response = await post('admin/removeInvalidOps', {adminSecret, did, cid})
    assert.equal(response.status, 400)
    assert.match(await response.text(), /prior nullifications/)
  })

  test('is for nobody where there is no secret, and who guesses it is stopped', async context => {
    const without = await testDirectory(context)
    const refused = await without.post('admin/removeInvalidOps', {adminSecret: '', did, cid})
    assert.deepEqual([refused.status, await refused.json()], [401, {message: 'admin secret has not been configured'}])
    const {post} = await broken(context)
    for (let i = 0; i < 12; i++)
      assert.equal((await post('admin/removeInvalidOps', {adminSecret, did, cid: 'x'})).status, 400)
    for (let i = 0; i < 10; i++) {
      assert.equal((await post('admin/removeInvalidOps', {adminSecret: `guess ${i}`, did, cid})).status, 401)
    }
    assert.equal((await post('admin/removeInvalidOps', {adminSecret, did, cid})).status, 429)
    assert.equal((await post('admin/removeInvalidOps', 'x'.repeat(40_000))).status, 429)
  })

  test('takes no body that is too large', async context => {
    const {post} = await broken(context)
    assert.equal((await post('admin/removeInvalidOps', 'x'.repeat(40_000))).status, 413)
  })
})
