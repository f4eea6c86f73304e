/** When a relay has V8 look for garbage sooner: while it looks up many accounts, and no longer. */
import {deepEqual, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {LookupHeap} from './lookup-heap.ts'

test('the heap is held while many are looked up, once, and let go of when few are or when the relay stops', async () => {
  const told: string[] = []
  const heap = new LookupHeap(() => {
    told.push('held')
    return {[Symbol.dispose]: () => void told.push('let go')}
  })
  const {fetch} = heap.counted({...realWorld, fetch: async () => new Response()})
  const counts = [399, 400, 1_000, 0, 400]
  const sleep = async (): Promise<void> => {
    const count = counts.shift()
    told.push(String(count))
    if (count === undefined) throw new Error('stopped')
    for (let i = 0; i < count; i++) await fetch(new Request('https://plc.example.com/did'))
  }
  await rejects(heap.run({sleep}, new AbortController().signal), /stopped/)
  deepEqual(told, ['399', '400', 'held', '1000', '0', 'let go', '400', 'held', 'undefined', 'let go'])
})
