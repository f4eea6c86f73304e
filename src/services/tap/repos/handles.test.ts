/** Handles of accounts that are followed, confirmed when they are due. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {Bell} from '#std/waiting/async.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {confirmHandles} from './handles.ts'

const did = 'did:web:alice.test' as Did
const minuteMs = 60_000

for (const [what, found, told, againMs] of [
  [
    'a handle that is its own is told, and looked at again in a day',
    {ok: true, value: {handle: 'alice.test'}},
    'alice.test',
    1_440,
  ],
  [
    'one that is not is told as none, and looked at in an hour',
    {ok: true, value: {handle: 'handle.invalid'}},
    'handle.invalid',
    60,
  ],
  ['an account that there is not has none', {ok: false, reason: 'not-found', passing: false}, 'handle.invalid', 60],
  [
    'what cannot be asked stays as it is, and is asked in a minute',
    {ok: false, reason: 'timeout', passing: true},
    undefined,
    1,
  ],
] as const) {
  test(what, {timeout: 60_000}, async () => {
    const clock = new HandClock(1_000_000)
    const stop = new AbortController()
    const doubted: string[] = []
    const set: unknown[] = []
    let stirred = 0
    const running = confirmHandles(
      {
        store: {
          handlesDue: async () => (set.length === 0 ? [{did, dueMs: 5}] : []),
          setHandle: async (...given) => void set.push(given),
        },
        identities: {
          doubt: name => void doubted.push(name),
          identity: async () => found as never,
        },
        world: clock,
        due: new Bell(),
        stirred: async () => void stirred++,
      },
      stop.signal,
    ).catch(() => {})
    await clock.pass(0)
    stop.abort()
    await running
    assert.deepEqual(set, [[did, told, 1_000_000 + againMs * minuteMs, 5]])
    assert.deepEqual([doubted, stirred], [[did], 1])
  })
}
