/** What every store of a view keeps to whose repositories are fetched, as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {Author} from '../../test/index-events.ts'
import type {FetchedRecord, ResyncStore} from './resync-store.ts'
import type {StreamCommit} from './verified-events.ts'
import type {ViewStore} from './view.ts'

export interface ResyncsUnderTest extends AsyncDisposable {
  readonly store: ResyncStore
  readonly view: ViewStore
  /** Both as a new process finds them. */
  reopened(): Pick<ResyncsUnderTest, 'store' | 'view'>
  /** The texts of the posts that the view has, by `did/rkey`. */
  posts(): Promise<Map<string, string>>
}

/** The clock of the store under test: milliseconds since 1970. */
export const resyncNowMs = Date.parse('2026-03-01T00:00:00Z')

const source = 'https://relay.example.com'
const collection = 'app.bsky.feed.post'
const time = datetimeOf(Date.parse('2026-01-01T00:00:00Z'))

const write = (author: Author, number: number, text: string | null): StreamCommit =>
  author.commit({
    [`${collection}/${author.rkey(number)}`]:
      text === null ? null : {$type: collection, text, createdAt: '2026-01-01T00:00:00.000Z'},
  })

/** What commits wrote, as an export of the repository has it. */
const fetched = (...commits: readonly StreamCommit[]): FetchedRecord[] =>
  commits.flatMap(({ops, carried}) =>
    ops.flatMap(({path, cid}) => {
      const bytes = cid && carried.get(cid)
      return bytes ? [{collection, rkey: path.split('/')[1], cid, bytes}] : []
    }),
  )

const apply = async (view: ViewStore, ...commits: readonly StreamCommit[]): Promise<void> => {
  for (const commit of commits) await view.apply(source, [commit], 1)
}

const post = (author: Author, number: number, text: string): [string, string] => [
  `${author.did}/${author.rkey(number)}`,
  text,
]

const dids = async (store: ResyncStore, limit = 10): Promise<Did[]> => (await store.due(limit)).map(({did}) => did)

export function resyncStoreContract(name: string, open: () => ResyncsUnderTest): void {
  let authors = 0
  const contract = (rule: string, check: (parts: ResyncsUnderTest, author: Author) => Promise<void>): void =>
    void test(rule, {timeout: 60_000}, async () => {
      await using parts = open()
      await check(parts, new Author(`did:web:resync${authors++}.test`))
    })

  suite(name, () => {
    contract('remembers how far a list was gone through', async ({store, reopened}) => {
      assert.equal(await store.listed(source), undefined)
      await store.note(source, [], 'page 2')
      assert.equal(await reopened().store.listed(source), 'page 2')
      await store.note(source, [], null)
      assert.equal(await store.listed(source), null)
    })

    contract('what the view has not, or not as new, is due', async ({store, view}, alice) => {
      const bob = new Author(`${alice.did}.bob`)
      const [one, two] = [write(alice, 1, 'a1'), write(alice, 2, 'a2')]
      await apply(view, one)
      await store.note(source, [{did: alice.did, rev: one.rev}], null)
      assert.deepEqual(await dids(store), [])
      await store.note(
        source,
        [
          {did: alice.did, rev: two.rev},
          {did: bob.did, rev: two.rev},
        ],
        null,
      )
      assert.deepEqual((await dids(store)).toSorted(), [alice.did, bob.did].toSorted())
      assert.equal((await dids(store, 1)).length, 1)
    })

    contract('what is deleted is not due', async ({store}, alice) => {
      const {rev} = write(alice, 1, 'a1')
      await store.note(source, [{did: alice.did, rev, active: false, status: 'deleted'}], null)
      assert.deepEqual(await dids(store), [])
    })

    contract('nothing of what is staged is seen before all of it is in place', async ({store, posts}, alice) => {
      const [one, two] = [write(alice, 1, 'a1'), write(alice, 2, 'a2')]
      await store.note(source, [{did: alice.did, rev: two.rev}], null)
      await store.begin(alice.did)
      await store.stage(alice.did, fetched(one))
      await store.stage(alice.did, fetched(two))
      assert.deepEqual(await posts(), new Map())
      assert.equal(await store.finish(alice.did, two.rev), 'done')
      assert.deepEqual(await posts(), new Map([post(alice, 1, 'a1'), post(alice, 2, 'a2')]))
      assert.deepEqual(await dids(store), [])
    })

    contract('what the repository has no more goes, and what was edited is as it is there', async parts => {
      const {store, view, posts} = parts
      const alice = new Author('did:web:edited.test')
      await apply(view, write(alice, 1, 'gone'), write(alice, 2, 'old'), write(alice, 3, 'same'))
      const edited = write(alice, 2, 'new')
      const same = write(alice, 3, 'same')
      const last = write(alice, 1, null)
      await store.note(source, [{did: alice.did, rev: last.rev}], null)
      await store.begin(alice.did)
      await store.stage(alice.did, fetched(edited, same))
      await store.finish(alice.did, last.rev)
      assert.deepEqual(await posts(), new Map([post(alice, 2, 'new'), post(alice, 3, 'same')]))
    })

    contract('what commits do meanwhile stands, whichever side of the copy they are on', async parts => {
      const {store, view, posts} = parts
      const alice = new Author('did:web:meanwhile.test')
      const first = write(alice, 1, 'a1')
      const inCopy = write(alice, 2, 'a2')
      const after = [write(alice, 3, 'a3'), write(alice, 1, null)]
      await store.note(source, [{did: alice.did, rev: inCopy.rev}], null)
      await store.begin(alice.did)
      await store.stage(alice.did, fetched(first))
      await apply(view, inCopy, after[0])
      await store.stage(alice.did, fetched(inCopy))
      await apply(view, after[1])
      assert.equal(await store.finish(alice.did, inCopy.rev), 'done')
      assert.deepEqual(await posts(), new Map([post(alice, 2, 'a2'), post(alice, 3, 'a3')]))
    })

    contract('what was undone by a commit that was missed is as the copy has it', async parts => {
      const {store, view, posts} = parts
      const alice = new Author('did:web:undone.test')
      const first = write(alice, 1, 'a1')
      const written = write(alice, 2, 'a2')
      const missed = write(alice, 2, null)
      await store.note(source, [{did: alice.did, rev: missed.rev}], null)
      await store.begin(alice.did)
      await apply(view, written)
      await store.stage(alice.did, fetched(first))
      assert.equal(await store.finish(alice.did, missed.rev), 'done')
      assert.deepEqual(await posts(), new Map([post(alice, 1, 'a1')]))
    })

    contract(
      'a copy that is older than the view changes nothing, and stays due',
      async ({store, view, posts}, alice) => {
        const [one, two] = [write(alice, 1, 'a1'), write(alice, 2, 'a2')]
        await apply(view, one, two)
        const three = write(alice, 3, 'missed')
        await store.note(source, [{did: alice.did, rev: three.rev}], null)
        await store.begin(alice.did)
        await store.stage(alice.did, fetched(one))
        assert.equal(await store.finish(alice.did, one.rev), 'behind')
        assert.deepEqual(await posts(), new Map([post(alice, 1, 'a1'), post(alice, 2, 'a2')]))
      },
    )

    contract('of an account that is deleted meanwhile nothing is put in place', async ({store, view, posts}, alice) => {
      const one = write(alice, 1, 'a1')
      await store.note(source, [{did: alice.did, rev: one.rev}], null)
      await store.begin(alice.did)
      await store.stage(alice.did, fetched(one))
      const gone = {t: '#account', seq: 2, did: alice.did, time, active: false, status: 'deleted'} as const
      await view.apply(source, [gone], 2)
      assert.equal(await store.finish(alice.did, one.rev), 'gone')
      assert.deepEqual(await posts(), new Map())
    })

    contract('who dies while it is fetched begins anew', async ({store, reopened, posts}, alice) => {
      const [one, two] = [write(alice, 1, 'half'), write(alice, 2, 'a2')]
      await store.note(source, [{did: alice.did, rev: two.rev}], null)
      await store.begin(alice.did)
      await store.stage(alice.did, fetched(one))
      const {store: again} = reopened()
      assert.deepEqual(await dids(again), [alice.did])
      await again.begin(alice.did)
      await again.stage(alice.did, fetched(two))
      assert.equal(await again.finish(alice.did, two.rev), 'done')
      assert.deepEqual(await posts(), new Map([post(alice, 2, 'a2')]))
    })

    contract('what failed is counted and due later; what is put off is not counted', async ({store}, alice) => {
      const tries = async (): Promise<number[]> => (await store.due(1)).map(({tries}) => tries)
      await store.note(source, [{did: alice.did, rev: 'zzz' as Tid}], null)
      await store.putOff(alice.did, resyncNowMs)
      assert.deepEqual(await tries(), [0])
      await store.begin(alice.did)
      await store.postpone(alice.did, resyncNowMs)
      assert.deepEqual(await tries(), [1])
      await store.putOff(alice.did, resyncNowMs + 1)
      assert.deepEqual(await tries(), [])
    })

    contract(
      'what is put off once it was begun is not put in place, and begins anew',
      async ({store, posts}, alice) => {
        const [one, two] = [write(alice, 1, 'half'), write(alice, 2, 'a2')]
        await store.note(source, [{did: alice.did, rev: two.rev}], null)
        await store.begin(alice.did)
        await store.stage(alice.did, fetched(one))
        await store.putOff(alice.did, resyncNowMs)
        assert.equal(await store.finish(alice.did, two.rev), 'gone')
        await store.begin(alice.did)
        await store.stage(alice.did, fetched(two))
        assert.equal(await store.finish(alice.did, two.rev), 'done')
        assert.deepEqual(await posts(), new Map([post(alice, 2, 'a2')]))
      },
    )

    contract('who has waited longest comes first', async ({store}, alice) => {
      const bob = new Author(`${alice.did}.bob`)
      for (const {did} of [alice, bob]) await store.note(source, [{did, rev: 'zzz'}], null)
      await store.putOff(alice.did, resyncNowMs - 1)
      await store.putOff(bob.did, resyncNowMs - 2)
      assert.deepEqual(await dids(store), [bob.did, alice.did])
    })
  })
}
