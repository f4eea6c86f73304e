import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {EventPage} from './repo-store.ts'
import {Sequencer} from './sequencer.ts'

test('consumers that come one after the other are given the same pages, of which a few are held', async () => {
  const reads: number[] = []
  const sequencer = new Sequencer({
    async eventsAfter(seq): Promise<EventPage> {
      reads.push(seq)
      return {lastSeq: seq + 1, frames: [Uint8Array.of(seq)]}
    },
    eventBounds: async () => ({first: 1, last: 100}),
  })
  const read = async (from: number, to: number): Promise<unknown[]> => {
    const pages: unknown[] = []
    for await (const page of sequencer.follow(from, new AbortController().signal)) {
      pages.push(page)
      if (from + pages.length === to) return pages
    }
    return pages
  }
  const first = await read(0, 100)
  assert.equal(reads.length, 100)
  const second = await read(90, 100)
  assert.equal(reads.length, 100, 'the last pages are still there')
  assert.deepEqual(
    second.map((page, i) => page === first[90 + i]),
    Array(10).fill(true),
  )
  await read(50, 51)
  assert.deepEqual(reads.slice(100), [50], 'what is far behind is read anew')
})
