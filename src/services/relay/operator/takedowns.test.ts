/** What a relay knows of takedowns when it starts. */
import {deepEqual} from 'node:assert/strict'
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
