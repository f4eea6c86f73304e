/** Preferences: kept as they are put, and the birth date for the account's owner alone. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {realWorld} from '#std/world.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {sqlitePreferenceStore} from '../store/accounts/preference-store.sqlite.ts'
import type {Preference} from '../store/accounts/preference-store.ts'
import {Preferences} from './preferences.ts'
import {pdsMigrations} from '../store/schema.ts'

test('the official client sets its preferences and finds them again', async context => {
  const agent = (await pdsNetwork(context)).agent()
  await signUp(agent, 'alice')
  await agent.setAdultContentEnabled(true)
  await agent.addMutedWord({value: 'spoiler', targets: ['content'], actorTarget: 'all'})
  await agent.setPersonalDetails({birthDate: '1990-05-01T00:00:00.000Z'})
  const found = await agent.getPreferences()
  assert.equal(found.moderationPrefs.adultContentEnabled, true)
  assert.equal(found.moderationPrefs.mutedWords[0].value, 'spoiler')
  assert.equal(found.birthDate?.getUTCFullYear(), 1990)
  const {preferences} = (await agent.app.bsky.actor.getPreferences()).data
  assert.deepEqual(preferences.at(-1), {
    $type: 'app.bsky.actor.defs#declaredAgePref',
    isOverAge13: true,
    isOverAge16: true,
    isOverAge18: true,
  })
  const strange = [{$type: 'com.example.defs#pref'}]
  await assert.rejects(agent.app.bsky.actor.putPreferences({preferences: strange}), {error: 'InvalidRequest'})
})

test('an app password neither sees the birth date nor sets it, and leaves it as it is', async () => {
  await using sql = {db: openSql('memory:', {migrations: pdsMigrations}), [Symbol.asyncDispose]: () => sql.db.close()}
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
  await sql.db.write(tx => void tx.run('INSERT INTO account (did, createdMs) VALUES (?, 0)', did))
  const preferences = new Preferences(sqlitePreferenceStore(sql.db), {...realWorld, now: () => Date.UTC(2026, 0, 1)})
  const full = {did, scope: 'com.atproto.access'} as const
  const app = {did, scope: 'com.atproto.appPass'} as const
  const birthDate: Preference = {$type: 'app.bsky.actor.defs#personalDetailsPref', birthDate: '2010-01-02T00:00:00Z'}
  const tags: Preference = {$type: 'app.bsky.actor.defs#interestsPref', tags: ['art']}
  const age = {$type: 'app.bsky.actor.defs#declaredAgePref', isOverAge13: true, isOverAge16: false, isOverAge18: false}

  await preferences.put(full, 'app.bsky', [birthDate])
  await assert.rejects(preferences.put(app, 'app.bsky', [birthDate]), {reason: 'bad-preference'})
  await preferences.put(app, 'app.bsky', [tags, age])
  assert.deepEqual(await preferences.list(app, 'app.bsky'), [tags, age])
  assert.deepEqual(await preferences.list(full, 'app.bsky'), [birthDate, tags, age])
})

test('the owner’s own login replaces all of a namespace, the birth date too', async () => {
  const kept = new Map<string, Preference>()
  const store = {
    preferences: async () => [...kept.values()],
    async putPreferences(_: Did, __: string, all: readonly Preference[], keep: readonly string[]) {
      for (const $type of kept.keys()) if (!keep.includes($type)) kept.delete($type)
      for (const one of all) kept.set(one.$type, one)
    },
    countPreferences: async () => kept.size,
  }
  const preferences = new Preferences(store, {now: () => 0})
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
  const full = {did, scope: 'com.atproto.access'} as const
  const birthDate: Preference = {$type: 'app.bsky.actor.defs#personalDetailsPref', birthDate: '2010-01-02T00:00:00Z'}
  await preferences.put(full, 'app.bsky', [birthDate])
  await preferences.put(full, 'app.bsky', [])
  assert.deepEqual(await preferences.list(full, 'app.bsky'), [])
  await preferences.put(full, 'app.bsky', [birthDate])
  await preferences.put({did, scope: 'com.atproto.appPass'}, 'app.bsky', [])
  assert.equal(kept.size, 1)
})

test('an age is passed on the birthday, and told as the steps that apps ask for', async () => {
  const birthDate = '2008-02-29T00:00:00Z'
  const stored: Preference = {$type: 'app.bsky.actor.defs#personalDetailsPref', birthDate}
  const agesAt = async (now: number): Promise<unknown[]> => {
    const store = {
      preferences: async () => [stored],
      putPreferences: async () => {},
      countPreferences: async () => 1,
    }
    const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
    const all = await new Preferences(store, {now: () => now}).list({did, scope: 'com.atproto.appPass'}, 'app.bsky')
    const [{isOverAge13, isOverAge16, isOverAge18}] = all
    return [isOverAge13, isOverAge16, isOverAge18]
  }
  assert.deepEqual(await agesAt(Date.UTC(2021, 1, 28)), [false, false, false])
  assert.deepEqual(await agesAt(Date.UTC(2021, 2, 1)), [true, false, false])
  assert.deepEqual(await agesAt(Date.UTC(2024, 1, 29)), [true, true, false])
  assert.deepEqual(await agesAt(Date.UTC(2026, 1, 28)), [true, true, false])
  assert.deepEqual(await agesAt(Date.UTC(2026, 2, 1)), [true, true, true])
})
