import {deepEqual, equal, fail, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cborToJsonLenient} from '#atp/data/cbor-json.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {concatBytes, fromHex} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import type {Call} from '#xrpc/endpoint.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {runSeed, seeded} from '../../../../../../../test/random.ts'
import {randomMap} from '../../../../../../../test/values.ts'
import type {Account} from '../../../../store/accounts/account-store.ts'
import {readsHere} from '../../../../store/reads/reads.ts'
import {JoinedRecords} from '../../../../store/repos/joined-records.ts'
import {endpoint} from './listRecords.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const collection = 'app.bsky.feed.post'
const account = {did, takedownRef: null, deactivatedMs: null}

const stored = (rkey: string, value: ValueMap) => {
  const bytes = encodeCbor(value)
  return {path: `${collection}/${rkey}`, cid: cidOf(codecs.cbor, bytes), bytes}
}
const picture = cidOf(codecs.raw, Uint8Array.of(1, 2, 3))
const values: Record<string, ValueMap> = {
  '3jui7kd54zh2z': {
    $type: collection,
    text: 'a “quoted” \u{1f30d} line\n',
    langs: ['de'],
    createdAt: '2026-01-01T00:00:00Z',
  },
  '3jui7kd54zh2y': {
    $type: collection,
    embed: {ref: picture, hash: Uint8Array.of(0, 255)},
    'odd"name': {},
    n: -3,
    none: null,
  },
  'self~a.b:c_d-e': {},
}
const records = Object.entries(values).map(([rkey, value]) => stored(rkey, value))

/** As the store has them. */
function joined(records: readonly ReturnType<typeof stored>[]): JoinedRecords {
  const parts = records.flatMap(({path, cid, bytes}) => [toUtf8(`${path} ${bytes.length} `), cid.bytes, bytes])
  return new JoinedRecords(concatBytes(parts), records.length)
}

/** What the endpoint answers to `params`, with `found` in the store; `asked` hears what the store is asked. */
async function answer(
  params: object,
  found = records,
  who: object | null = account,
  asked?: (page: object) => void,
  isCut = false,
) {
  return (await replyTo(params, found, who, asked, isCut)).json() as Promise<{records: object[]; cursor?: string}>
}

async function replyTo(
  params: object,
  found: typeof records,
  who: object | null = account,
  asked?: (page: object) => void,
  isCut = false,
): Promise<Response> {
  const {run} = endpoint({
    accounts: {find: async () => (who ?? undefined) as Account | undefined},
    reads: readsHere({
      async records(of, page) {
        equal(of, did)
        asked?.(page)
        return {records: joined(found), isCut}
      },
      export: () => fail('a list is no export'),
    }),
  })
  const call = {params: {repo: did, collection, limit: 50, ...params}} as Call
  return (run as (call: Call) => Promise<Response>)(call)
}

test('each record is given with its URI, its CID and its value as JSON', async () => {
  deepEqual(
    (await answer({})).records,
    Object.entries(values).map(([rkey, value], i) => ({
      uri: `at://${did}/${collection}/${rkey}`,
      cid: records[i].cid.toString(),
      value: valueToJson(value),
    })),
  )
})

/** Records as they should not be, but stand in old repositories, and some whose JSON is far longer than they are. */
const odd = [
  ['a3 61 62 fb 3f f8 00 00 00 00 00 00 61 61 61 ff 61 63 d8 2a 58 25 00 01 70 12 20' + '00'.repeat(32)],
  ['a1 61 61 63 ed a0 80'],
  ['a1 61 61 1b 00 20 00 00 00 00 00 01'],
  ['a2 62 61 61 a0 61 62 80'],
  ['a1 60 78 30' + '1f'.repeat(48)],
  ['a1 61 61', '99 13 88', '40'.repeat(5_000)],
  ['a2 61 61', '99 4e 20', '40'.repeat(20_000), '61 62 fb 40 00 00 00 00 00 00 00'],
].map(parts => fromHex(parts.join('').replaceAll(' ', ''))!)

test('a page is byte for byte what its records give one by one, odd ones too', async () => {
  const random = seeded(runSeed)
  const given = [...odd, ...Array.from({length: 60}, () => encodeCbor(randomMap(random))), ...odd].map((bytes, i) => ({
    path: `${collection}/${i}`,
    cid: cidOf(i % 2 ? codecs.cbor : codecs.raw, bytes),
    bytes,
  }))
  const plain = given.map(({path, cid, bytes}) => {
    const value = fromUtf8(cborToJsonLenient(bytes))
    return `{"uri":"at://${did}/${path}","cid":"${cid}","value":${value}}`
  })
  for (const count of [0, 1, 2, given.length]) {
    const text = await (await replyTo({limit: 100}, given.slice(0, count))).text()
    equal(text, `{"records":[${plain.slice(0, count).join(',')}]}`, `SEED=${runSeed}`)
  }
  const one = await (await replyTo({limit: 1}, given.slice(-1))).text()
  equal(one, `{"records":[${plain.at(-1)}],"cursor":"${given.length - 1}"}`)
})

test('a record that nobody can read fails the page, and the next page is whole', async () => {
  const broken = {...records[0], bytes: Uint8Array.of(0xa1, 0x61)}
  await rejects(replyTo({}, [records[1], broken, records[2]]), Malformed)
  equal((await answer({})).records.length, records.length)
})

test('a page that is full gives its last key as the cursor, and one that is not gives none', async () => {
  equal((await answer({limit: 3})).cursor, 'self~a.b:c_d-e')
  equal((await answer({limit: 4})).cursor, undefined)
  deepEqual(await answer({}, []), {records: []})
  equal((await answer({limit: 100}, records, account, undefined, true)).cursor, 'self~a.b:c_d-e')
})

test('the store is asked for the page that the caller wants, the newest keys first', async () => {
  const asked: object[] = []
  await answer({limit: 7, cursor: '3j'}, [], account, page => asked.push(page))
  await answer({reverse: true}, [], account, page => asked.push(page))
  deepEqual(asked, [
    {collection, after: '3j', limit: 7, ascending: false},
    {collection, after: undefined, limit: 50, ascending: true},
  ])
})

for (const [name, who] of Object.entries({
  'is not here': null,
  'was taken down': {...account, takedownRef: 'a case'},
  'is deactivated': {...account, deactivatedMs: 1},
})) {
  test(`of an account that ${name} nothing is listed`, async () => {
    await rejects(
      answer({}, records, who),
      (error: unknown) => error instanceof XrpcError && error.error === 'InvalidRequest',
    )
  })
}
