/** What every store of preferences keeps to. */
import {deepEqual} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {alice, bob, carol, newAccount, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {Preference} from './preference-store.ts'

/** `open` gives stores without accounts. */
export function testPreferenceStore(engine: string, open: OpenStores): void {
  suite(`preference store by ${engine}`, () => {
    test('preferences are put in the place of those of their account, namespace and kind', async context => {
      const {preferences, accounts} = await withTwo(open, context)
      const put = (did: Did, namespace: string, types: string[], keep: string[] = []): Promise<void> =>
        preferences.putPreferences(
          did,
          namespace,
          types.map($type => ({$type})),
          keep,
        )
      const kept = async (did: Did, namespace: string): Promise<string[]> =>
        (await preferences.preferences(did, namespace)).map(({$type}) => $type)
      await put(alice, 'app.bsky', ['a', 'b', 'c'])
      await put(alice, 'other', ['x'])
      await put(bob, 'app.bsky', ['y'])
      await put(alice, 'app.bsky', ['d'], ['b'])
      deepEqual(await kept(alice, 'app.bsky'), ['b', 'd'])
      deepEqual(await kept(alice, 'other'), ['x'])
      deepEqual(await kept(bob, 'app.bsky'), ['y'])
      deepEqual([await preferences.countPreferences(alice), await preferences.countPreferences(bob)], [3, 1])
      await accounts.create(newAccount(carol))
      deepEqual([await preferences.countPreferences(carol), await kept(carol, 'app.bsky')], [0, []])
    })

    test('a preference comes back as it was put, in its order', async context => {
      const {preferences} = await withTwo(open, context)
      const all: Preference[] = [
        {$type: 'app.bsky.b', words: ['é', {n: -1, none: null}], on: true},
        {$type: 'app.bsky.a', bytes: Uint8Array.of(0, 255)},
      ]
      await preferences.putPreferences(alice, 'app.bsky', all, [])
      deepEqual(await preferences.preferences(alice, 'app.bsky'), all)
    })
  })
}
