/** What a relay knows of takedowns when it starts, and when one could not be kept. */
import {deepEqual, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Takedown} from '../store/operator-store.ts'
import {Takedowns} from './takedowns.ts'

test('all takedowns are known after a start, however many pages of the store they take', async () => {
  for (const count of [0, 999, 1_000, 2_001]) {
    const all = Array.from({length: count}, (_, i): Takedown => {
      return {id: 2 * i + 1, did: `did:web:a${i}.example.com` as Did, active: true, status: null}
    })
    const store = {
      takedowns: async (after: number, limit: number) => all.filter(({id}) => id > after).slice(0, limit),
    }
    const takedowns = new Takedowns({store} as unknown as ConstructorParameters<typeof Takedowns>[0])
    await takedowns.load()
    deepEqual([takedowns.count, all.every(({did}) => takedowns.has(did))], [count, true])
  }
})

test('a takedown that could not be kept is made anew when it is asked for again', async () => {
  const did = 'did:web:a.example.com' as Did
  const kept: unknown[] = []
  let isFull = true
  let state = {host: 1, active: true, status: null as string | null}
  const takedowns = new Takedowns({
    store: {
      takeDown: async (_: Did, said: unknown) => {
        if (isFull) throw new Error('The disk is full.')
        kept.push(said)
      },
    },
    states: {one: async () => state},
    hostOf: () => ({}),
    forgotten: {forget: async () => {}},
    intake: {
      announce: async (_host: unknown, _did: Did, now: {active: boolean; status: string}) =>
        (state = {host: 1, ...now}),
    },
    world: {now: () => 0},
  } as unknown as ConstructorParameters<typeof Takedowns>[0])
  await rejects(takedowns.takeDown(did), /full/)
  deepEqual([takedowns.has(did), kept], [true, []])
  isFull = false
  for (let i = 0; i < 2; i++) await takedowns.takeDown(did)
  deepEqual(kept, [{active: true, status: null}])
})
