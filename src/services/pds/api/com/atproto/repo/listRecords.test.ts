import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {ValueMap} from '#atp/data/value.ts'
import type {Call} from '#xrpc/endpoint.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Account} from '../../../../store/account-store.ts'
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

/** What the endpoint answers to `params`, with `found` in the store; `asked` hears what the store is asked. */
async function answer(
  params: object,
  found = records,
  who: object | null = account,
  asked?: (page: object) => void,
  isCut = false,
) {
  const {run} = endpoint({
    accounts: {find: async () => (who ?? undefined) as Account | undefined},
    store: {
      async records(of, page) {
        equal(of, did)
        asked?.(page)
        return {records: found, isCut}
      },
    },
  })
  const call = {params: {repo: did, collection, limit: 50, ...params}} as Call
  const given = await (run as (call: Call) => Promise<unknown>)(call)
  return (given as Response).json() as Promise<{records: object[]; cursor?: string}>
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
