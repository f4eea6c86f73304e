/** Pages of the export: how long they are, and where they end. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {linesOf, operation} from '../../../test/plc-directory.ts'
import {exported} from './export.ts'
import type {OperationStore, Sequenced} from './store/operation-store.ts'

const one = operation('a.test')

/** A store of operations taken at these times, and the lines of its export. */
function exportOf(times: readonly number[]): (query: string) => Promise<Record<string, unknown>[]> {
  const all: Sequenced[] = times.map((takenMs, i) => {
    return {seq: i + 1, did: 'did:plc:a' as Sequenced['did'], operation: one, cid: `c${i}`, nullified: false, takenMs}
  })
  const store: Pick<OperationStore, 'after' | 'takenAfter'> = {
    after: async (seq, limit) => all.filter(entry => entry.seq > seq).slice(0, limit),
    takenAfter: async (ms, limit) => all.filter(entry => entry.takenMs > ms).slice(0, limit),
  }
  return async query => linesOf(await exported(store, new URLSearchParams(query)))
}

suite('a page of the export', () => {
  const many = exportOf(Array.from({length: 1_500}, (_, i) => i))
  for (const [query, count] of [
    ['', 1_000],
    ['count=1', 1],
    ['count=999', 999],
    ['count=1000', 1_000],
    ['count=1001', 1_000],
    ['count=99999999999999999999', 1_000],
    ['after=0', 1_000],
    ['after=0&count=1001', 1_000],
    ['after=1400', 100],
    ['after=1970-01-01T00:00:01.400Z', 99],
  ] as const) {
    test(`?${query}: ${count} lines`, async () => assert.equal((await many(query)).length, count))
  }

  for (const [name, times, pages] of [
    ['ends between two moments', [1, 2, 2, 3, 3, 3, 4], ['1 2 2', '3 3 3', '4']],
    ['may be as long as one moment', [5, 5, 5, 6], ['5 5 5', '6']],
    ['of one moment alone ends where it is full', [7, 7, 7, 7, 8], ['7 7 7', '8']],
    ['that is not full ends at the end', [1, 2, 2], ['1 2 2']],
    ['begins before 1970', [-5, -5, -5, 1], ['-5 -5 -5', '1']],
  ] as [string, number[], string[]][]) {
    test(name, async () => {
      const page = exportOf(times)
      const found: string[] = []
      for (let after = ''; ;) {
        const lines = await page(`count=3&after=${after}`)
        if (lines.length === 0) break
        found.push(lines.map(({createdAt}) => Date.parse(createdAt as string)).join(' '))
        after = lines.at(-1)?.createdAt as string
      }
      assert.deepEqual(found, pages)
    })
  }
})
