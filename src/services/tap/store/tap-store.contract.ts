/** What every store of a Tap keeps to beside being a view, as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Value} from '#atp/data/value.ts'
import type {FetchedRecord} from '#stream/resync-store.ts'
import type {StreamCommit, StreamEvent} from '#stream/verified-events.ts'
import {Author} from '../../../../test/index-events.ts'
import {everything, nothingUnasked, type openTapStores} from '../../../../test/tap-stores.ts'

type Open = typeof openTapStores

const nowMs = Date.parse('2026-03-01T00:00:00Z')
const time = datetimeOf(nowMs)
const source = 'https://relay.example.com'
const post = 'app.bsky.feed.post'
const like = 'app.bsky.feed.like'

const text = (collection: string, said: string): Value => ({$type: collection, text: said})
const write = (author: Author, rkey: string, said: string | null, collection = post): StreamCommit =>
  author.commit({[`${collection}/${rkey}`]: said === null ? null : text(collection, said)})

const record = (rkey: string, said: string, collection = post): FetchedRecord => {
  const bytes = encodeCbor(text(collection, said))
  return {collection, rkey, cid: cidOf(codecs.cbor, bytes), bytes}
}

const account = (did: Did, active: boolean, status?: string): StreamEvent => ({
  t: '#account',
  seq: 1,
  did,
  time,
  active,
  ...(status ? {status} : {}),
})

export function tapStoreContract(name: string, open: Open): void {
  let authors = 0
  const newAuthor = (): Author => new Author(`did:web:tapped${authors++}.test`)
  type Opened = ReturnType<Open>
  const contract = (
    rule: string,
    check: (tap: Opened, alice: Author) => Promise<void>,
    settings = nothingUnasked,
    options: Parameters<Open>[2] = {},
  ): void =>
    void test(rule, {timeout: 60_000}, async () => {
      await using tap = open(nowMs, settings, options)
      await check(tap, newAuthor())
    })
  const apply = async ({store}: Opened, ...events: StreamEvent[]): Promise<void> => {
    for (const event of events) await store.apply(source, [event], 1)
  }
  const fetch = async ({store}: Opened, did: Did, rev: string, ...records: FetchedRecord[]): Promise<string> => {
    await store.begin(did)
    for (const one of records) await store.stage(did, [one])
    return store.finish(did, rev)
  }
  const stateOf = async ({store}: Opened, did: Did) => (await store.info(did))?.state

  suite(name, () => {
    contract(
      'tells of nobody who is not followed, and of who is all that there was and then what happens',
      async (tap, alice) => {
        const one = write(alice, 'a', 'one')
        const two = write(alice, 'b', 'two')
        await apply(tap, one)
        assert.equal(await tap.store.track([alice.did, alice.did]), 1)
        assert.equal(await stateOf(tap, alice.did), 'pending')
        await apply(tap, two)
        assert.deepEqual(await tap.told(), [])
        assert.equal(await fetch(tap, alice.did, one.rev, record('a', 'one')), 'done')
        assert.deepEqual(await tap.told(), ['create a one', 'live create b two'])
        await apply(tap, write(alice, 'a', 'edited'), write(alice, 'b', null))
        assert.deepEqual((await tap.told()).slice(2), ['live update a edited', 'live delete b'])
        assert.deepEqual(await tap.store.counts(), {repos: 1, records: 1, held: 0})
      },
    )

    contract('one that could not be fetched is due at once when it is named again', async (tap, alice) => {
      await tap.store.track([alice.did])
      await tap.store.postpone(alice.did, nowMs + 1_000_000, 'asleep')
      assert.deepEqual(await tap.store.due(9), [])
      assert.equal(await tap.store.track([alice.did]), 0)
      const due = (await tap.store.due(9)).map(({did, tries}) => [did, tries])
      assert.deepEqual(due, [[alice.did, 0]])
    })

    contract('tells of what is gone when it is fetched again', async (tap, alice) => {
      const first = write(alice, 'x', 'x')
      await tap.store.track([alice.did])
      await fetch(tap, alice.did, first.rev, record('a', '1'), record('b', '2'), record('c', '3'), record('z', '4'))
      const gap = write(alice, 'y', 'missed')
      const after = write(alice, 'd', 'held')
      await apply(tap, after)
      assert.equal(await stateOf(tap, alice.did), 'desynchronized')
      await fetch(tap, alice.did, gap.rev, record('b', '2'), record('c', 'new'))
      assert.deepEqual((await tap.told()).slice(4), ['delete a', 'update c new', 'delete z', 'live create d held'])
      assert.equal((await tap.store.info(alice.did))?.records, 3)
      assert.equal(await stateOf(tap, alice.did), 'active')
    })

    contract('what is held and does not carry on is fetched again, and none of it is left', async (tap, alice) => {
      const one = write(alice, 'a', 'one')
      await tap.store.track([alice.did])
      const [missed, held] = [write(alice, 'b', 'two'), write(alice, 'c', 'three')]
      await apply(tap, held)
      await fetch(tap, alice.did, one.rev, record('a', 'one'))
      assert.equal(await stateOf(tap, alice.did), 'desynchronized')
      assert.equal(await tap.isDue(alice.did), true)
      await fetch(tap, alice.did, held.rev, record('a', 'one'), record('b', 'two'), record('c', 'three'))
      assert.ok(missed.rev < held.rev)
      assert.deepEqual(await tap.told(), ['create a one', 'create b two', 'create c three'])
      assert.deepEqual([await stateOf(tap, alice.did), (await tap.store.counts()).held], ['active', 0])
    })

    contract('more commits than may be held are fetched in their place', async (tap, alice) => {
      const one = write(alice, 'a', 'one')
      await tap.store.track([alice.did])
      const commits = Array.from({length: 501}, (_, n) => write(alice, `r${n}`, 'text'))
      await tap.store.apply(source, commits, 1)
      assert.equal((await tap.store.counts()).held, 0)
      assert.equal(tap.store.skipped.get('held-too-much'), 1)
      await fetch(tap, alice.did, one.rev, record('a', 'one'))
      assert.equal(await stateOf(tap, alice.did), 'desynchronized')
    })

    contract('tells who comes, changes, sleeps, wakes and goes', async (tap, alice) => {
      await tap.store.track([alice.did])
      await fetch(tap, alice.did, write(alice, 'a', 'one').rev, record('a', 'one'))
      const [{dueMs}] = await tap.store.handlesDue(10)
      await tap.store.setHandle(alice.did, 'alice.test', nowMs + 1, dueMs)
      await tap.store.setHandle(alice.did, 'alice.test', nowMs + 1, nowMs + 1)
      await apply(tap, account(alice.did, false, 'throttled'), account(alice.did, false, 'deactivated'))
      assert.equal(await tap.isDue(alice.did), false)
      await apply(tap, account(alice.did, true))
      assert.deepEqual([await stateOf(tap, alice.did), await tap.isDue(alice.did)], ['desynchronized', true])
      await apply(tap, account(alice.did, false, 'deleted'))
      assert.equal(await tap.store.info(alice.did), undefined)
      const told = (await tap.events()).flatMap(({identity}) => identity ?? [])
      assert.deepEqual(
        told.map(({handle, is_active, status}) => `${handle} ${is_active} ${status}`),
        [
          'alice.test true active',
          'alice.test false deactivated',
          'alice.test true active',
          'alice.test false deleted',
        ],
      )
    })

    contract('forgets who is followed no more, with what was to be told', async (tap, alice) => {
      await tap.store.track([alice.did])
      await fetch(tap, alice.did, write(alice, 'a', 'one').rev, record('a', 'one'))
      await tap.store.untrack([alice.did])
      assert.deepEqual(await tap.events(), [])
      assert.deepEqual(await tap.store.counts(), {repos: 0, records: 0, held: 0})
      assert.equal(await tap.outbox.count(), 0)
    })

    contract('numbers never begin anew', async (tap, alice) => {
      await tap.store.track([alice.did])
      await fetch(tap, alice.did, write(alice, 'a', 'one').rev, record('a', 'one'))
      const [{id}] = await tap.events()
      await tap.outbox.acknowledge([id], false)
      const again = open(nowMs, nothingUnasked, {}, tap.sql)
      await apply(again, write(alice, 'b', 'two'))
      assert.deepEqual(
        (await again.events()).map(event => event.id),
        [id + 1],
      )
    })

    contract('a record that cannot be read is not told of, and what it was before is gone', async (tap, alice) => {
      const broken = {...record('b', ''), bytes: Uint8Array.of(0xff)}
      await tap.store.track([alice.did])
      const first = write(alice, 'x', 'x')
      await fetch(tap, alice.did, first.rev, record('a', 'one'), broken, record('c', 'three'))
      const brokenA = {...broken, rkey: 'a'}
      await apply(tap, {t: '#sync', seq: 1, did: alice.did, time, rev: write(alice, 'y', 'y').rev})
      await fetch(tap, alice.did, write(alice, 'z', 'z').rev, brokenA, record('c', 'three'))
      assert.deepEqual(await tap.told(), ['create a one', 'create c three', 'delete a'])
      assert.equal(tap.store.skipped.get('unreadable-record'), 2)
      assert.equal((await tap.store.info(alice.did))?.records, 1)
    })

    contract('keys that are none are passed over', async (tap, alice) => {
      await tap.store.track([alice.did])
      const rev = write(alice, 'x', 'x').rev
      await fetch(tap, alice.did, rev, record('"},{"', 'x'), record('..', 'x'), record('a', 'x', 'no collection'))
      assert.deepEqual([await tap.told(), tap.store.skipped.get('bad-path')], [[], 3])
    })

    contract(
      'what is not asked for is not told of, until it is',
      async (tap, alice) => {
        const all = [record('a', 'one', like), record('a', 'one')]
        await tap.store.track([alice.did])
        const first = write(alice, 'x', 'x')
        await fetch(tap, alice.did, first.rev, ...all)
        await apply(tap, write(alice, 'b', 'two', like), write(alice, 'b', 'two'))
        assert.deepEqual(await tap.told(), ['create a one', 'live create b two'])
        const wider = {...nothingUnasked, collections: ['app.bsky.feed.*']}
        await tap.store.setFilters(wider, nothingUnasked)
        assert.equal(await stateOf(tap, alice.did), 'desynchronized')
        await fetch(tap, alice.did, write(alice, 'y', 'y').rev, record('b', 'two', like), ...all, record('b', 'two'))
        assert.deepEqual((await tap.told()).slice(2), ['create b two', 'create a one'])
        assert.deepEqual(await tap.store.filters(nothingUnasked), wider)
        assert.equal(await tap.store.filters(everything), undefined, 'another configuration goes before it')
      },
      {...nothingUnasked, collections: [post]},
    )

    contract(
      'what is being fetched while more is asked for is not taken for whole',
      async (tap, alice) => {
        const all = [record('a', 'one', like), record('a', 'one')]
        await tap.store.track([alice.did])
        const {rev} = write(alice, 'x', 'x')
        await tap.store.begin(alice.did)
        await tap.store.stage(alice.did, all)
        await tap.store.setFilters({...nothingUnasked, collections: [post, like]}, nothingUnasked)
        assert.equal(await tap.store.finish(alice.did, rev), 'gone')
        assert.deepEqual([await tap.told(), (await tap.store.due(1)).length], [[], 1])
        await fetch(tap, alice.did, rev, ...all)
        assert.equal((await tap.told()).length, 2)
      },
      {...nothingUnasked, collections: [post]},
    )

    for (const [why, more] of [
      [
        'more is asked for',
        (tap: Opened) => tap.store.setFilters({...nothingUnasked, collections: []}, nothingUnasked),
      ],
      ['events are gone', (tap: Opened) => apply(tap, {t: '#info', name: 'OutdatedCursor'})],
    ] as const) {
      contract(
        `of thousands of repositories some are fetched again at a time when ${why}, and all in the end`,
        async tap => {
          const someMax = 1_000
          const follow = async (count: number): Promise<void> => {
            await tap.store.track(Array.from({length: count}, () => newAuthor().did))
            await tap.sql.write(tx => tx.run(`UPDATE repo SET state = 'active', dueMs = NULL WHERE state = 'pending'`))
          }
          await follow(2 * someMax + 1)
          const dueCount = async () => (await tap.store.due(10_000)).length
          await more(tap)
          assert.equal(await dueCount(), someMax)
          await follow(1)
          assert.equal(await tap.store.tidySome(), true)
          assert.equal(await dueCount(), 2 * someMax)
          const after = tap.open()
          assert.deepEqual([await after.tidySome(), await dueCount()], [true, 2 * someMax + 1])
          assert.equal(await after.tidySome(), false)
          assert.equal(await dueCount(), 2 * someMax + 1, 'who came later has missed nothing')
        },
        {...nothingUnasked, collections: [post]},
      )
    }

    contract(
      'of one that is removed many rows go some at a time, and none are of whoever is followed next',
      async (tap, alice) => {
        const many = Array.from({length: 4_001}, (_, n) => record(`r${10_000 + n}`, 'one'))
        await tap.store.track([alice.did])
        await tap.store.begin(alice.did)
        await tap.store.stage(alice.did, many)
        await tap.store.finish(alice.did, write(alice, 'x', 'x').rev)
        const rows = () => tap.sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM record'))?.count
        assert.equal(rows(), 4_001)
        await tap.store.untrack([alice.did])
        assert.deepEqual([rows(), await tap.store.info(alice.did)], [2_001, undefined])
        await tap.store.track([alice.did])
        await fetch(tap, alice.did, write(alice, 'y', 'y').rev, record('a', 'anew'))
        assert.deepEqual(await tap.told(), ['create a anew'])
        const after = tap.open()
        for (const left of [2, 1]) assert.deepEqual([await after.tidySome(), rows()], [true, left])
        assert.equal(await after.tidySome(), false)
        assert.equal((await tap.store.info(alice.did))?.records, 1)
      },
    )

    contract(
      'whoever writes a record that is a signal is followed',
      async (tap, alice) => {
        const bob = newAuthor()
        write(alice, 'x', 'x')
        await apply(tap, write(alice, 'a', 'one', like), write(bob, 'a', 'one'))
        assert.equal(await stateOf(tap, alice.did), 'pending')
        assert.equal(await stateOf(tap, bob.did), undefined)
      },
      {...nothingUnasked, signals: ['app.bsky.actor.profile', like]},
    )

    contract('who is paused is left alone, and fetched when that is over', async (tap, alice) => {
      await tap.store.track([alice.did])
      await fetch(tap, alice.did, write(alice, 'a', 'one').rev, record('a', 'one'))
      assert.equal(await tap.store.pause([alice.did, 'did:web:nobody.test' as Did], true), 1)
      await apply(tap, write(alice, 'b', 'two'))
      assert.deepEqual([await stateOf(tap, alice.did), await tap.store.due(10)], ['paused', []])
      await tap.store.pause([alice.did], false)
      assert.deepEqual([await stateOf(tap, alice.did), await tap.isDue(alice.did)], ['desynchronized', true])
      assert.deepEqual(await tap.told(), ['create a one'])
    })

    contract(
      'tells how a repository gets on, where that is asked for',
      async (tap, alice) => {
        await tap.store.track([alice.did])
        await tap.store.postpone(alice.did, nowMs, 'it is not there')
        const faults = (await tap.store.faults(10)).map(({reason, count}) => [reason, count])
        assert.deepEqual(faults, [['it is not there', 1]])
        await fetch(tap, alice.did, write(alice, 'a', 'one').rev)
        await apply(tap, {t: '#sync', seq: 1, did: alice.did, time, rev: write(alice, 'y', 'y').rev})
        const told = (await tap.events()).map(({repo}) => `${repo?.state} ${repo?.error} ${repo?.retries}`)
        assert.deepEqual(told, ['error it is not there 1', 'active  0', 'desynchronized  0'])
      },
      nothingUnasked,
      {tellsStates: true},
    )

    contract('lists who is followed, page by page', async (tap, alice) => {
      const bob = newAuthor()
      await tap.store.track([alice.did, bob.did])
      const first = await tap.store.list({after: 0, limit: 1})
      const rest = await tap.store.list({after: first.cursor ?? 0, limit: 10})
      assert.deepEqual(
        [...first.repos, ...rest.repos].map(({did, state}) => [did, state]),
        [
          [alice.did, 'pending'],
          [bob.did, 'pending'],
        ],
      )
      assert.equal(rest.cursor, undefined)
      assert.deepEqual((await tap.store.list({after: 0, limit: 10, state: 'active'})).repos, [])
      assert.deepEqual(await tap.store.states(), new Map([['pending', 2]]))
    })

    contract(
      'a repository that differs by more than fits in memory is put in place all the same',
      async (tap, alice) => {
        const long = 'x'.repeat(500_000)
        await tap.store.track([alice.did])
        const rkeys = 'abcdefgh'.split('')
        await fetch(tap, alice.did, write(alice, 'x', 'x').rev, ...rkeys.map(rkey => record(rkey, long)))
        assert.deepEqual(
          (await tap.events()).map(({record}) => [record?.rkey, record?.record?.text?.length]),
          rkeys.map(rkey => [rkey, 500_000]),
        )
        assert.equal((await tap.store.info(alice.did))?.records, 8)
        const left = tap.sql.read(tx => tx.all('SELECT id FROM staged'))
        assert.deepEqual(left, [])
      },
    )
  })
}
