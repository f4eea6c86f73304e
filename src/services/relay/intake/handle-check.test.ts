/** Whether a handle is passed on, what it costs to find out, and how long that may take. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {parseDid} from '#atp/syntax/did.ts'
import type {IdentityEvent} from '#atp/sync/event.ts'
import {isHandleTrue} from './handle-check.ts'

type Deps = Parameters<typeof isHandleTrue>[2]
const [alice, bob] = ['a', 'b'].map(letter => parseDid(`did:plc:${letter.repeat(24)}`))
const {signal} = new AbortController()

function made(answer: () => Promise<unknown>, isFresh = false) {
  const seen = {lookups: 0, looks: [] as unknown[], sleeps: [] as number[], wake: (): void => {}}
  const deps = {
    identities: {
      isFresh: (_: string, look: unknown) => (seen.looks.push(look), isFresh),
      handleDid: (_: string, look: unknown) => (seen.looks.push(look), answer()),
    },
    world: {
      sleep: (ms: number) => {
        seen.sleeps.push(ms)
        return new Promise<void>(resolve => (seen.wake = resolve))
      },
    },
    onLookup: () => void seen.lookups++,
  } as unknown as Deps
  const ask = (handle: string | undefined, claimed = 'alice.example.com'): Promise<boolean> =>
    isHandleTrue(
      {did: alice, handle} as IdentityEvent,
      {document: {id: alice, alsoKnownAs: [`at://${claimed}`]}} as Parameters<typeof isHandleTrue>[1],
      deps,
      signal,
    )
  return {seen, ask}
}
const leadsTo = (value: unknown) => async (): Promise<unknown> => ({ok: true, value})

test('a handle is true that leads to the account and back', async () => {
  const {ask, seen} = made(leadsTo(alice))
  equal(await ask('ALICE.example.com'), true)
  deepEqual([seen.lookups, seen.looks], [1, [{maxAgeMs: 10_000}, {maxAgeMs: 10_000}]])
  equal(await made(leadsTo(bob)).ask('alice.example.com'), false)
  equal(await made(async () => ({ok: false})).ask('alice.example.com'), false)
})

test('what is at hand, not valid, not given or not claimed costs no look-up', async () => {
  const fresh = made(leadsTo(alice), true)
  equal(await fresh.ask('alice.example.com'), true)
  equal(fresh.seen.lookups, 0)
  for (const [handle, claimed, expected] of [
    [undefined, 'alice.example.com', true],
    ['handle.invalid', 'alice.example.com', true],
    ['alice.example.com', 'old.example.com', false],
  ] as const) {
    const {ask, seen} = made(leadsTo(alice))
    equal(await ask(handle, claimed), expected)
    deepEqual([seen.lookups, seen.looks], [0, []])
  }
})

test(
  'a handle that takes longer than a second is not true, and a fault is none of its own',
  {timeout: 60_000},
  async () => {
    const {ask, seen} = made(() => new Promise(() => {}))
    const asked = ask('alice.example.com')
    await new Promise(setImmediate)
    deepEqual(seen.sleeps, [1_000])
    seen.wake()
    equal(await asked, false)
    await rejects(made(() => Promise.reject(new Error('broken'))).ask('alice.example.com'), /broken/)
  },
)
