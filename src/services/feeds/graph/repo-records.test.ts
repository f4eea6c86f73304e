/** The records of an account, as its server lists them. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {Places} from '#std/waiting/places.ts'
import {recordPlaces, RepoRecords} from './repo-records.ts'

const alice = 'did:web:alice.test' as Did
const {signal} = new AbortController()
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const follow = 'app.bsky.graph.follow'

function setUp(
  pages: Readonly<Record<string, {keys: readonly string[]; cursor?: string}>>,
  pds: string | undefined = 'https://pds.test',
) {
  const asked: string[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const {origin, pathname, searchParams} = new URL(request.url)
    asked.push(`${origin}${pathname} ${searchParams.get('cursor') ?? ''}`.trim())
    const page = pages[searchParams.get('cursor') ?? '']
    const records = page?.keys.map(rkey => ({
      uri: `at://${alice}/${follow}/${rkey}`,
      cid,
      value: {$type: follow, rkey},
    }))
    return pathname.endsWith('getRecord')
      ? Response.json({uri: `at://${alice}/${follow}/one`, cid, value: {$type: follow, rkey: 'one'}})
      : Response.json({records, cursor: page?.cursor})
  }
  const account = async () => ({ok: true, value: {pds}}) as never
  const records = new RepoRecords({identities: {account}, guarded: {fetch}, places: new Places(recordPlaces)})
  return {asked, records}
}

const endless = {'': {keys: ['one', 'two'], cursor: 'a'}, a: {keys: ['three'], cursor: 'a'}}

for (const [what, pages, countMax, expected] of [
  ['all pages of them', {'': {keys: ['one'], cursor: 'a'}, a: {keys: ['two']}}, 10, ['one', 'two']],
  ['no more than are wanted', {'': {keys: ['one', 'two'], cursor: 'a'}}, 1, ['one']],
  ['those of a server that says the same place twice', endless, 10, ['one', 'two', 'three']],
  ['those of a server that has no more to say', {'': {keys: [], cursor: 'a'}}, 10, []],
] as const) {
  test(`gives ${what}`, async () => {
    const {records} = setUp(pages)
    const found = await records.list(alice, follow, countMax, signal)
    deepEqual(
      found.map(({rkey}) => rkey),
      expected,
    )
  })
}

test('gives one record, from the server of its account', async () => {
  const {asked, records} = setUp({})
  deepEqual(await records.get(alice, follow, 'one', signal), {$type: follow, rkey: 'one'})
  deepEqual(asked, ['https://pds.test/xrpc/com.atproto.repo.getRecord'])
})

test('asks nobody for an account without a server', async () => {
  const {asked, records} = setUp({}, '')
  await rejects(records.list(alice, follow, 1, signal))
  equal(asked.length, 0)
})
