/** What every store of what became of mails keeps to. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import {mailNotesMax, type NewMailNote} from './mail-note-store.ts'

const note = (atMs: number, did = alice, fault: string | null = null): NewMailNote => ({
  atMs,
  did,
  kind: 'notice',
  fault,
})

/** `open` gives stores without accounts. */
export function testMailNoteStore(engine: string, open: OpenStores): void {
  suite(`mail note store by ${engine}`, () => {
    test('the newest come first, of one account or of those that failed, page after page', async context => {
      const {mailNotes} = await withTwo(open, context)
      deepEqual(await mailNotes.counts(0), {sent: 0, failed: 0, lastSentMs: null})
      for (const each of [note(1), note(2, bob), note(3, alice, 'no route'), note(4, bob, 'no route')]) {
        await mailNotes.add(each)
      }
      const times = async (page: Partial<Parameters<typeof mailNotes.notes>[0]>) =>
        (await mailNotes.notes({before: undefined, limit: 9, ...page})).map(({atMs}) => atMs)
      deepEqual(await times({}), [4, 3, 2, 1])
      deepEqual(await times({did: alice}), [3, 1])
      deepEqual(await times({failed: true}), [4, 3])
      const [, second] = await mailNotes.notes({before: undefined, limit: 2})
      deepEqual(await times({before: second.id}), [2, 1])
      const {id: _, ...kept} = second
      deepEqual(kept, note(3, alice, 'no route'))
      deepEqual(await mailNotes.counts(2), {sent: 1, failed: 2, lastSentMs: 2})
      deepEqual(await mailNotes.counts(3), {sent: 0, failed: 2, lastSentMs: 2})
    })

    test('of so many the oldest go, and with an account what is noted of it', async context => {
      const {mailNotes, accounts} = await withTwo(open, context)
      await Promise.all(
        Array.from({length: mailNotesMax + 2}, (_, i) => mailNotes.add(note(i, i % 2 === 0 ? bob : alice))),
      )
      const all = await mailNotes.notes({before: undefined, limit: mailNotesMax + 9})
      equal(all.length, mailNotesMax)
      deepEqual([all[0].atMs, all.at(-1)?.atMs], [mailNotesMax + 1, 2])
      await accounts.remove(bob, [])
      const left = await mailNotes.notes({before: undefined, limit: mailNotesMax})
      deepEqual([left.length, left.every(({did}) => did === alice)], [mailNotesMax / 2, true])
    })
  })
}
