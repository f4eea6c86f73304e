import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {testKey} from '../../test/commits.ts'
import {accountKey, type KeySource, underNewKey} from './account-key.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const {publicKey} = testKey(1)
const away = {ok: false, reason: 'refused', detail: 'later', passing: true} as const
const signal = new AbortController().signal

/** A directory that answers at the nth look. */
function directory(nth: number) {
  let looks = 0
  const slept: number[] = []
  const identities = {
    keyOf: async () => undefined,
    account: async () => (++looks < nth ? away : {ok: true, value: {document: {}, pds: undefined, key: publicKey}}),
  } as unknown as Pick<KeySource, 'keyOf' | 'account'>
  const sleep = async (ms: number): Promise<void> => void slept.push(ms)
  return {identities, world: {sleep}, slept}
}

test('while the directory is away the key is waited for, and for some minutes only', async () => {
  const late = directory(4)
  equal(await accountKey(did, late.identities, late.world, signal), publicKey)
  deepEqual(late.slept, [1_000, 2_000, 4_000])
  const never = directory(99)
  equal(await accountKey(did, never.identities, never.world, signal), undefined)
  equal(never.slept.length, 8)
})

test('whoever stops waits no longer', async () => {
  const {identities} = directory(99)
  const world = {sleep: () => Promise.reject(new Error('stopped'))}
  await rejects(accountKey(did, identities, world, signal), /stopped/)
})

test('a signature by a new key is checked once more, and by no key twice', async () => {
  const bad = {ok: false, reason: 'bad-signature', detail: ''} as const
  const good = {ok: true} as const
  const asked: string[] = []
  const now = (key: typeof publicKey | undefined): Pick<KeySource, 'keyOf'> => ({
    keyOf: async (_, name, fresh) => {
      asked.push(`${name} ${fresh}`)
      return key
    },
  })
  let checks = 0
  const verify = (): typeof good | typeof bad => {
    checks++
    return good
  }
  equal(await underNewKey<typeof good | typeof bad>(bad, did, publicKey, now(testKey(2).publicKey), verify), good)
  equal(checks, 1)
  const same = {curve: publicKey.curve, bytes: publicKey.bytes.slice()}
  for (const key of [same, undefined]) {
    equal(await underNewKey<typeof good | typeof bad>(bad, did, publicKey, now(key), verify), bad)
  }
  equal(checks, 1)
  deepEqual(asked, ['#atproto true', '#atproto true', '#atproto true'])
  // Of what failed otherwise, or held, nobody is asked.
  const odd = {ok: false, reason: 'bad-car', detail: ''} as const
  equal(await underNewKey<typeof good | typeof odd>(odd, did, publicKey, now(same), () => good), odd)
  equal(asked.length, 3)
})
