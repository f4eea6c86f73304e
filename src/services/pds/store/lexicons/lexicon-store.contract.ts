/** What every store of lexicons keeps to. */
import {deepEqual} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {alice, type OpenStores} from '../../../../../test/pds-stores.ts'
import type {LexiconStore, StoredLexicon} from './lexicon-store.ts'

const sizeMax = 100
const lexicon = (name: string, fetchedMs: number, text = 'x'): StoredLexicon => {
  return {nsid: `com.example.${name}` as Nsid, did: alice, cid: 'bafy', text, fetchedMs}
}
const names = ['a', 'b', 'c', 'd']
const kept = async (store: LexiconStore): Promise<string[]> => {
  const found = await Promise.all(names.map(name => store.lexicon(lexicon(name, 0).nsid)))
  return found.flatMap(one => one?.nsid.at(-1) ?? [])
}

/** `open` gives stores without accounts. */
export function testLexiconStore(engine: string, open: OpenStores): void {
  suite(`lexicon store by ${engine}`, () => {
    test('a lexicon comes back as it was put last', async context => {
      const {lexicons} = await open(context)
      deepEqual(await lexicons.lexicon(lexicon('a', 0).nsid), undefined)
      await lexicons.put(lexicon('a', 1), sizeMax)
      await lexicons.put(lexicon('a', 2, '{"é": 1}'), sizeMax)
      deepEqual({...(await lexicons.lexicon(lexicon('a', 0).nsid))}, lexicon('a', 2, '{"é": 1}'))
    })

    test('those fetched longest ago make room, and what is put stays', async context => {
      const {lexicons} = await open(context)
      for (const [i, name] of names.entries()) await lexicons.put(lexicon(name, 10 - i, 'é'.repeat(20)), sizeMax)
      deepEqual(await kept(lexicons), ['a', 'b'])
      await lexicons.put(lexicon('d', 10, 'x'.repeat(60)), sizeMax)
      deepEqual(await kept(lexicons), ['a', 'd'])
    })

    test('what is too old is thrown away', async context => {
      const {lexicons} = await open(context)
      await lexicons.put(lexicon('a', 1), sizeMax)
      await lexicons.put(lexicon('b', 2), sizeMax)
      await lexicons.expire(2)
      deepEqual(await kept(lexicons), ['b'])
    })
  })
}
