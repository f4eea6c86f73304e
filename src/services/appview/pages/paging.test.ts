/** Pages are as full as they can be, and go on where they ended. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {PageRow, Position} from '../store/position.ts'
import {filledPage} from './paging.ts'

/** Ten rows, a millisecond apart, the newest first. */
const rows: PageRow[] = Array.from({length: 10}, (_, at) => ({ms: 10 - at, id: 100 + at}))
const after = (position: Position, limit: number, some = rows): PageRow[] =>
  some.filter(({ms, id}) => ms < position.ms || (ms === position.ms && id < position.id)).slice(0, limit)
const read = async (position: Position, limit: number) => after(position, limit)
const ids = async (some: readonly PageRow[]) => some.map(({id}) => id)

test('a page has as many as were asked for, and the next begins after it', async () => {
  const first = await filledPage({limit: 4}, read, ids)
  deepEqual([first.items, first.cursor], [[100, 101, 102, 103], '7__103'])
  const second = await filledPage({limit: 4, cursor: first.cursor}, read, ids)
  deepEqual(second.items, [104, 105, 106, 107])
  const third = await filledPage({limit: 4, cursor: second.cursor}, read, ids)
  deepEqual([third.items, third.cursor], [[108, 109], undefined])
})

const even = async (some: readonly PageRow[]) => (await ids(some)).filter(id => id % 2 === 0)

test('where rules take something out more is read in its place', async () => {
  const page = await filledPage({limit: 4}, read, even)
  deepEqual([page.items, page.cursor], [[100, 102, 104, 106], '4__106'])
})

test('it is not read for ever where nothing is left', async () => {
  let reads = 0
  const endless = async ({ms}: Position, limit: number): Promise<PageRow[]> => {
    reads++
    const from = Math.min(ms, 1e9)
    return Array.from({length: limit}, (_, at) => ({ms: from - 1 - at, id: 1}))
  }
  const page = await filledPage({limit: 5}, endless, async () => [])
  equal(reads, 10)
  deepEqual([page.items, typeof page.cursor], [[], 'string'])
})

const pieces = async (position: Position) => {
  const [row] = after(position, 1)
  return row ? [{...row, isMore: true}] : []
}

test('a piece that says that there is more is gone on after, though it is short', async () => {
  deepEqual((await filledPage({limit: 3}, pieces, ids)).items, [100, 101, 102])
})

test('a page that is full ends, and the next goes on', async () => {
  const page = await filledPage({limit: 5}, async p => after(p, 2).map(row => ({...row, isFull: true})), ids)
  deepEqual([page.items, page.cursor], [[100, 101], '9__101'])
})

test('the form of 2023 is the end of any list, and no other is a cursor', async () => {
  deepEqual(await filledPage({limit: 3, cursor: '1700000000000::bafy'}, read, ids), {items: [], cursor: undefined})
  for (const cursor of ['x', '1__', '1__2__3', '1.5__2', `1__${'9'.repeat(16)}`]) {
    await rejects(filledPage({limit: 3, cursor}, read, ids), {error: 'InvalidRequest'}, cursor)
  }
})
