import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {testKey} from '../../test/commits.ts'
import {accountKey, type KeySource, underNewKey} from './account-key.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const {publicKey} = testKey(1)
const away = {ok: false, reason: 'refused', detail: 'later', passing: true} as const
const signal = new AbortController().signal

/** Keys that are known after so many looks. */
function keysAfter(looksInVain: number, more: object = {}) {
  let looks = 0
  const slept: number[] = []
  const asked: (number | undefined)[] = []
  const identities = {
    keyOf: async () => undefined,
    account: async (_: Did, {maxAgeMs}: {maxAgeMs?: number} = {}) => {
      asked.push(maxAgeMs)
      return looks++ < looksInVain ? away : {ok: true, value: {document: {}, pds: undefined, key: publicKey}}
    },
    ...more,
  } as unknown as Pick<KeySource, 'keyOf' | 'account'>
  const sleep = async (ms: number): Promise<void> => void slept.push(ms)
  return {identities, world: {sleep}, slept, asked}
}

test('a key that is not to be had is looked for anew, for some minutes when nobody knows of the directory', async () => {
  const atHand = keysAfter(0)
  equal(await accountKey(did, atHand.identities, atHand.world, signal), publicKey)
  deepEqual([atHand.asked, atHand.slept], [[undefined], []])
  // One that is in doubt is given after it was looked for in vain.
  const doubted = keysAfter(1)
  equal(await accountKey(did, doubted.identities, doubted.world, signal), publicKey)
  deepEqual([doubted.asked, doubted.slept], [[undefined, undefined], []])
  const late = keysAfter(5)
  equal(await accountKey(did, late.identities, late.world, signal), publicKey)
  deepEqual(
    [late.asked, late.slept],
    [
      [undefined, undefined, 0, 0, 0, 0],
      [1_000, 2_000, 4_000],
    ],
  )
  // A stranger's host is not asked for each event.
  const web = keysAfter(99)
  equal(await accountKey('did:web:example.com' as Did, web.identities, web.world, signal), undefined)
  deepEqual([web.asked, web.slept], [[undefined, undefined], []])
  const never = keysAfter(99)
  equal(await accountKey(did, never.identities, never.world, signal), undefined)
  equal(never.slept.length, 8)
})

test('while the directory answers nobody the key is waited for, however long that is', async () => {
  let waits = 0
  const directory = {hasGivenUp: () => false, answers: async () => ++waits > 1_000, giveUp: () => {}}
  const late = keysAfter(500, {directory})
  equal(await accountKey(did, late.identities, late.world, signal), publicKey)
  deepEqual([waits, late.slept], [498, []])
})

test('whoever stops waits no longer', async () => {
  const {identities} = keysAfter(99)
  const world = {sleep: () => Promise.reject(new Error('stopped'))}
  await rejects(accountKey(did, identities, world, signal), /stopped/)
})

test('a signature by a new key is checked once more, and by no key twice', async () => {
  const bad = {ok: false, reason: 'bad-signature', detail: ''} as const
  const good = {ok: true} as const
  const asked: string[] = []
  const now = (key: typeof publicKey | undefined): Parameters<typeof underNewKey>[2] => ({
    identities: {
      keyOf: async (_, name, fresh) => {
        asked.push(`${name} ${fresh}`)
        return key
      },
    },
    world: {sleep: async () => {}},
    signal,
  })
  let checks = 0
  const verify = (): typeof good | typeof bad => {
    checks++
    return good
  }
  const of = {did, key: publicKey}
  equal(await underNewKey<typeof good | typeof bad>(bad, of, now(testKey(2).publicKey), verify), good)
  equal(checks, 1)
  const same = {curve: publicKey.curve, bytes: publicKey.bytes.slice()}
  for (const key of [same, undefined]) {
    equal(await underNewKey<typeof good | typeof bad>(bad, of, now(key), verify), bad)
  }
  equal(checks, 1)
  deepEqual(asked, ['#atproto true', '#atproto true', '#atproto true'])
  // The directory is away: what is at hand is not taken for the key of now.
  const {identities, world, slept} = keysAfter(2, {keyOf: async () => publicKey})
  const by = {did, key: testKey(2).publicKey}
  equal(await underNewKey<typeof good | typeof bad>(bad, by, {identities, world, signal}, verify), good)
  deepEqual([slept, checks], [[1_000, 2_000], 2])
  // Of what failed otherwise, or held, nobody is asked.
  const odd = {ok: false, reason: 'bad-car', detail: ''} as const
  equal(await underNewKey<typeof good | typeof odd>(odd, of, now(same), () => good), odd)
  equal(asked.length, 3)
})
