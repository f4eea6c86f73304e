/** Who may still read a page, and when its memory goes. The store is one whose answers the test gives out. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {WireFrames} from '#std/wire/wire-frames.ts'
import type {EventPage} from '../store/events/event-store.ts'
import {EventPages} from './event-pages.ts'

/** Each page has one event. */
const pageAfter = (after: number): EventPage => ({lastSeq: after + 1, frames: WireFrames.of([new Uint8Array(200)])})

function log() {
  const asked: {after: number; answer: PromiseWithResolvers<EventPage>}[] = []
  const pages = new EventPages({
    pageAfter: after => {
      const answer = Promise.withResolvers<EventPage>()
      asked.push({after, answer})
      return answer.promise
    },
  })
  const answer = (): void => {
    for (const {after, answer} of asked.splice(0)) answer.resolve(pageAfter(after))
  }
  const taken = async (after: number): Promise<EventPage> => {
    const page = pages.take(after)
    answer()
    return page
  }
  /** Reads so many other pages that none of those before is held for who comes after. */
  const passBy = async (): Promise<void> => {
    for (let after = 1_000; after < 1_016; after++) pages.letGo(await taken(after))
  }
  return {pages, asked, answer, taken, passBy}
}

const isThere = ({frames}: EventPage): boolean => frames !== undefined && frames.wire.length > 200

test('a page is freed when its last holder lets go and others were read since, and not before', async () => {
  const {pages, taken, passBy} = log()
  const page = await taken(0)
  assert.equal(await taken(0), page)
  pages.letGo(page)
  await passBy()
  assert.ok(isThere(page), 'the other holder')
  pages.letGo(page)
  assert.equal(isThere(page), false)

  const next = await taken(1)
  pages.letGo(next)
  assert.ok(isThere(next), 'for whoever comes after')
  assert.equal(await taken(1), next)
  pages.letGo(next)
  await passBy()
  assert.equal(isThere(next), false)
})

test('all who wait for a page are given it, though others are read before they come to it', async () => {
  const {pages, answer, passBy} = log()
  const waiting = [pages.take(0), pages.take(0)]
  for (let after = 2_000; after < 2_020; after++) void pages.take(after)
  answer()
  const [page, same] = await Promise.all(waiting)
  assert.equal(page, same)
  assert.ok(isThere(page))
  pages.letGo(page)
  await passBy()
  assert.ok(isThere(page))
  pages.letGo(page)
  assert.equal(isThere(page), false)
})

test('of two pages that were read at once from the same place both are freed in the end', async () => {
  const {pages, answer, passBy} = log()
  const first = pages.take(0)
  pages.notify()
  const second = pages.take(0)
  answer()
  const both = await Promise.all([first, second])
  assert.notEqual(both[0], both[1])
  assert.ok(both.every(isThere))
  for (const page of both) pages.letGo(page)
  await passBy()
  assert.deepEqual(both.map(isThere), [false, false])
})

test('a page whose frames a consumer has kept is not freed under it', async () => {
  const {pages, taken, passBy} = log()
  const page = await taken(0)
  const [frame] = page.frames?.frames() ?? []
  pages.letGo(page)
  await passBy()
  assert.equal(frame.length, 200)
})

test('sixteen pages are held for whoever comes after, and those who wait for a newer one share it', async () => {
  const {pages, asked, answer, taken} = log()
  const first = await taken(0)
  pages.letGo(first)
  for (let after = 1; after < 16; after++) pages.letGo(await taken(after))
  assert.equal(await taken(0), first)
  pages.letGo(first)
  pages.letGo(await taken(16))
  assert.equal(isThere(first), false)

  const late = pages.take(100)
  const [older] = asked.splice(0)
  const newer = [pages.take(200)]
  older.answer.resolve(pageAfter(100))
  await late
  newer.push(pages.take(200))
  assert.equal(asked.length, 1)
  answer()
  const [one, same] = await Promise.all(newer)
  assert.equal(one, same)
})

test('where there is nothing nobody looks again before there is news; what failed is looked at again', async () => {
  const {pages, asked} = log()
  const empty = pages.take(5)
  asked[0].answer.resolve({lastSeq: 5, frames: undefined})
  assert.deepEqual(await empty, {lastSeq: 5, frames: undefined})
  assert.equal(await pages.take(5), await empty)
  assert.equal(asked.length, 1)
  pages.notify()
  const failing = pages.take(5)
  asked[1].answer.reject(new Error('no disk'))
  await assert.rejects(async () => failing, /no disk/)
  void pages.take(5)
  assert.equal(asked.length, 3)
})
