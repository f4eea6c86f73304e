/** What every store of an outbox keeps to, as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {countOf, type Page} from '../outbox/page.ts'
import type {OutboxStore} from './outbox-store.ts'

export interface OutboxUnderTest extends AsyncDisposable {
  readonly store: OutboxStore
  /** Puts a page of so many events of an account into it, made at that time. */
  put(did: string, count: number, madeMs: number): Promise<void>
}

const all = {count: 1_000, size: 2 ** 30}
const idsOf = (pages: readonly Page[]): string[] => pages.map(page => `${page.id}+${countOf(page)}`)

export function outboxStoreContract(name: string, open: () => OutboxUnderTest): void {
  const contract = (rule: string, check: (outbox: OutboxUnderTest) => Promise<void>): void =>
    void test(rule, {timeout: 60_000}, async () => {
      await using outbox = open()
      await outbox.put('did:a', 3, 1)
      await outbox.put('did:b', 2, 2)
      await outbox.put('did:a', 1, 3)
      await outbox.put('did:b', 4, 4)
      await check(outbox)
    })

  suite(name, () => {
    contract('gives what waits in order, all of it or that of one account', async ({store}) => {
      assert.deepEqual(idsOf(await store.waiting(0, all)), ['1+3', '4+2', '6+1', '7+4'])
      assert.deepEqual(idsOf(await store.waiting(1, all)), ['4+2', '6+1', '7+4'])
      assert.deepEqual(idsOf(await store.waiting(0, {...all, count: 2})), ['1+3', '4+2'])
      assert.deepEqual(idsOf(await store.waiting(0, {...all, size: 1})), ['1+3'])
      assert.deepEqual(idsOf(await store.waiting(0, all, 'did:b' as Did)), ['4+2', '7+4'])
      assert.deepEqual(idsOf(await store.waiting(4, all, 'did:b' as Did)), ['7+4'])
    })

    contract('forgets what is acknowledged, or keeps it to be read again', async ({store}) => {
      assert.equal(await store.count(), 10)
      await store.acknowledge([4], false)
      await store.acknowledge([6], true)
      await store.acknowledge([6], true)
      assert.deepEqual(idsOf(await store.waiting(0, all)), ['1+3', '7+4'])
      assert.deepEqual(idsOf(await store.kept(0, all)), ['1+3', '6+1', '7+4'])
      assert.deepEqual([await store.count(), await store.bounds()], [7, {first: 1, next: 11}])
    })

    contract('has the page in whose middle a reader stands', async ({store}) => {
      const expected = [
        ['1+3', '4+2'],
        ['1+3', '4+2'],
        ['1+3', '4+2'],
        ['4+2', '6+1'],
        ['4+2', '6+1'],
        ['6+1', '7+4'],
      ]
      for (const [id, pages] of expected.entries()) {
        assert.deepEqual(idsOf(await store.kept(id, {...all, count: 2})), pages, `after ${id}`)
      }
      assert.deepEqual(await store.kept(10, all), [])
    })

    contract('forgets what is old, and what is too much', async ({store}) => {
      assert.equal(await store.prune(3, 2 ** 30), 2)
      assert.deepEqual([idsOf(await store.kept(0, all)), await store.bounds()], [['6+1', '7+4'], {first: 6, next: 11}])
      assert.equal(await store.prune(0, 0), 2)
      assert.deepEqual([await store.bounds(), await store.count()], [{first: 11, next: 11}, 0])
      assert.equal(await store.prune(9, 0), 0)
    })
  })
}
