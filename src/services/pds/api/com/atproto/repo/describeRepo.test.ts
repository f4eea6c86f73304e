import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Call} from '#xrpc/endpoint.ts'
import {accountOf} from '../../../../../../../test/pds-endpoints.ts'
import {endpoint} from './describeRepo.ts'

test('an answer is made anew when the account, its document or its collections are others', async () => {
  const {did} = accountOf()
  const documents = ['alice.test', 'other.test'].map(handle => ({id: did, alsoKnownAs: [`at://${handle}`]}))
  const collections = [['a.b.post'], ['a.b.post', 'a.b.like']] as Nsid[][]
  const found = {
    account: accountOf({handle: 'alice.test' as Handle}),
    document: documents[0],
    collections: collections[0],
  }
  const {run} = endpoint({
    accounts: {find: async () => found.account},
    didDocs: {document: async () => found.document},
    known: {collections: async () => found.collections},
  })
  const answer = async () => {
    const response = await (run as (call: Call) => Promise<Response>)({params: {repo: did}} as Call)
    const {handle, handleIsCorrect, collections} = (await response.json()) as Record<string, unknown>
    return [handle, handleIsCorrect, (collections as unknown[]).length]
  }
  assert.deepEqual(await answer(), ['alice.test', true, 1])
  assert.deepEqual(await answer(), ['alice.test', true, 1])
  found.document = documents[1]
  assert.deepEqual(await answer(), ['alice.test', false, 1])
  found.collections = collections[1]
  assert.deepEqual(await answer(), ['alice.test', false, 2])
  found.account = accountOf({handle: 'other.test' as Handle})
  assert.deepEqual(await answer(), ['other.test', true, 2])
})
