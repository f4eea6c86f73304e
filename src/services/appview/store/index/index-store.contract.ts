/** What every store of an index keeps to: the rules about likes, replies, gates, counts and notifications. */
import assert, {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {fill, type Filled, type OpenAppViewStores, relay, startMs} from '../../../../../test/appview-stores.ts'
import type {AppViewStores} from '../stores.ts'

const due = async ({index}: AppViewStores): Promise<Did[]> => (await index.handlesDue(10)).map(({did}) => did)

/** `open` gives empty stores. */
export function testIndexStore(engine: string, open: OpenAppViewStores): void {
  const rule = (name: string, check: (filled: Filled) => Promise<void>): void =>
    void test(name, {timeout: 60_000}, async context => check(await fill(open, context)))

  suite(`index store by ${engine}`, () => {
    rule('a like counts once for its post, and its author is told', async ({alice, bob, post, like, record, told}) => {
      const uri = await post(alice)
      await like(bob, uri)
      equal((await record(uri))?.likes, 1)
      deepEqual(await told(alice), ['like bob'])
    })

    rule('a second like of the same account waits, and has the place once the first goes', async filled => {
      const {alice, bob, carol, post, like, remove, record, told} = filled
      const uri = await post(alice)
      const [first] = [await like(bob, uri), await like(bob, uri), await like(carol, uri)]
      equal((await record(uri))?.likes, 2)
      await remove(bob, first)
      equal((await record(uri))?.likes, 2)
      deepEqual((await told(alice)).toSorted(), ['like bob', 'like carol'])
    })

    rule('what is taken back counts no longer, and is told no longer', async filled => {
      const {alice, bob, post, like, repost, follow, quote, remove, record, actor, told} = filled
      const uri = await post(alice)
      for (const one of [
        await like(bob, uri),
        await repost(bob, uri),
        await quote(bob, uri),
        await follow(bob, alice),
      ]) {
        await remove(bob, one)
      }
      const {likes, reposts, quotes} = (await record(uri)) ?? {}
      deepEqual([likes, reposts, quotes, (await actor(alice))?.followers], [0, 0, 0, 0])
      deepEqual(await told(alice), [])
    })

    rule('a like, a repost and a reply count before their post is seen, too', async filled => {
      const {alice, bob, apply, like, repost, reply, record} = filled
      const uri = alice.uri('app.bsky.feed.post', 900)
      await like(bob, uri)
      await repost(bob, uri)
      await reply(bob, uri)
      equal(await record(uri), undefined)
      const path = uri.split('/').slice(3).join('/')
      await apply(
        alice.commit({[path]: {$type: 'app.bsky.feed.post', text: 'late', createdAt: '2025-01-01T00:00:00Z'}}),
      )
      const {likes, reposts, replies} = (await record(uri)) ?? {}
      deepEqual([likes, reposts, replies], [1, 1, 1])
    })

    rule('an account counts whom it follows, its followers and its posts', async filled => {
      const {alice, bob, carol, follow, post, list, actor} = filled
      await follow(alice, bob)
      await follow(carol, bob)
      await follow(bob, alice)
      await post(bob)
      await list(bob)
      const {followers, follows, posts, lists} = (await actor(bob)) ?? {}
      deepEqual([followers, follows, posts, lists], [2, 1, 1, 1])
    })

    rule(
      'a reply is told to those above it, and nobody of themselves',
      async ({alice, bob, carol, post, reply, told}) => {
        const root = await post(alice)
        const answer = await reply(bob, root)
        await reply(carol, root, answer)
        await reply(alice, root)
        deepEqual((await told(alice)).toSorted(), ['reply bob', 'reply carol'])
        deepEqual(await told(bob), ['reply carol'])
      },
    )

    rule('a reply is kept out by a gate, whichever of them comes first, until it goes', async filled => {
      const {alice, bob, carol, post, reply, put, remove, record, follow} = filled
      const root = await post(alice)
      const before = await reply(bob, root)
      const rkey = root.split('/')[4]
      const allow = [{$type: 'app.bsky.feed.threadgate#followingRule'}]
      const gate = await put(alice, 'feed.threadgate', {post: root, allow}, rkey)
      await follow(alice, carol)
      const [after, welcome, own] = [await reply(bob, root), await reply(carol, root), await reply(alice, root)]
      const kept = async (): Promise<(boolean | undefined)[]> =>
        Promise.all([before, after, welcome, own].map(async uri => (await record(uri))?.violatesGate))
      deepEqual(await kept(), [true, true, false, false])
      equal((await record(root))?.replies, 2)
      await remove(alice, gate)
      deepEqual(await kept(), [false, false, false, false])
      equal((await record(root))?.replies, 4)
    })

    rule('somebody else’s gate means nothing', async ({alice, bob, carol, post, reply, put, record}) => {
      const root = await post(alice)
      await put(bob, 'feed.threadgate', {post: root, allow: []}, root.split('/')[4])
      equal((await record(await reply(carol, root)))?.violatesGate, false)
    })

    rule('an edited record takes the place of its last version, and keeps its number and time', async filled => {
      const {alice, profile, actor, recordId, wait} = filled
      const uri = await profile(alice, {displayName: 'old'})
      const [id, first] = [await recordId(uri), await actor(alice)]
      wait(60_000)
      await profile(alice, {displayName: 'new'})
      deepEqual([await recordId(uri), (await actor(alice))?.profile?.displayName], [id, 'new'])
      equal(first?.profile?.displayName, 'old')
    })

    rule(
      'a record that is no good is counted, and ends the version before',
      async ({stores, alice, profile, actor}) => {
        await profile(alice, {displayName: 'fine'})
        await profile(alice, {displayName: 'x'.repeat(1000)})
        equal((await actor(alice))?.profile, undefined)
        deepEqual([...stores.index.skipped], [['invalid', 1]])
      },
    )

    rule('a commit that comes again changes nothing, and is counted', async ({stores, apply, alice, record}) => {
      const path = `app.bsky.feed.post/${alice.rkey(1)}`
      const commit = alice.commit({[path]: {$type: 'app.bsky.feed.post', text: 'a', createdAt: '2025-01-01T00:00:00Z'}})
      await apply(commit)
      await apply(alice.commit({[path]: null}))
      await apply(commit)
      equal(await record(`at://${alice.did}/${path}`), undefined)
      equal(stores.index.skipped.get('replayed'), 1)
    })

    rule('the cursor is where the events were applied to, of each service', async ({stores, apply, alice}) => {
      const {index} = stores
      equal(await index.cursor(relay), undefined)
      await apply(alice.commit({}), alice.commit({}))
      equal(await index.cursor(relay), 2)
      await index.apply(relay, [], 7)
      deepEqual([await index.cursor(relay), await index.cursor('https://other.example.com')], [7, undefined])
    })

    rule('a deleted account leaves nothing, and what others said of it stands', async filled => {
      const {alice, bob, carol, apply, account, post, like, follow, record, actor, told} = filled
      const [ofAlice, ofBob] = [await post(alice), await post(bob)]
      await like(alice, ofBob)
      await follow(alice, bob)
      const liked = await like(carol, ofAlice)
      await apply(account(alice, false, 'deleted'))
      equal(await record(ofAlice), undefined)
      deepEqual([(await record(ofBob))?.likes, (await actor(bob))?.followers], [0, 0])
      deepEqual(await told(bob), [])
      equal((await record(liked))?.did, carol.did)
      equal((await actor(alice))?.status, 'deleted')
    })

    rule('an account is hidden while it is not active, and shown again after', async filled => {
      const {alice, apply, account, post, actor, record} = filled
      const uri = await post(alice)
      await apply(account(alice, false))
      deepEqual([(await actor(alice))?.isHidden, (await actor(alice))?.status], [true, 'deactivated'])
      await apply(account(alice, true))
      equal((await actor(alice))?.isHidden, false)
      assert(await record(uri))
    })

    rule('whoever is confirmed last has a handle, and who had it is due', async filled => {
      const {stores, alice, bob, apply, handle, actor, wait} = filled
      for (const author of [alice, bob]) await apply(author.commit({}))
      await handle(alice, 'name.test')
      await handle(bob, 'name.test')
      deepEqual([(await actor(alice))?.handle, (await actor(bob))?.handle], ['handle.invalid', 'name.test'])
      deepEqual(await due(stores), [alice.did])
      await handle(alice, null)
      deepEqual(await due(stores), [])
      wait(86_400_000)
      deepEqual((await due(stores)).toSorted(), [alice.did, bob.did])
      equal((await stores.index.handlesDue(1)).length, 1)
    })

    rule('a first commit, an #identity and a return make a handle due, and say so', async filled => {
      const {stores, alice, apply, handle, account} = filled
      equal((await apply(alice.commit({}))).handlesDue, true)
      deepEqual(await due(stores), [alice.did])
      await handle(alice, 'alice.test')
      equal((await apply(alice.commit({}))).handlesDue, false)
      const time = datetimeOf(startMs)
      const identity = {t: '#identity', seq: 9, did: alice.did, time, handle: 'new.test' as Handle} as const
      for (const [event, isDue] of [
        [identity, true],
        [account(alice, false), false],
        [account(alice, true), true],
      ] as const) {
        equal((await apply(event)).handlesDue, isDue)
        deepEqual(await due(stores), isDue ? [alice.did] : [])
        await handle(alice, 'alice.test')
      }
    })

    rule('a handle that has become due while it was looked up stays due', async ({stores, alice, apply, wait}) => {
      const {index} = stores
      await apply(alice.commit({}))
      const [{did, dueMs}] = await index.handlesDue(1)
      wait(60_000)
      const [time, handle] = [datetimeOf(startMs + 60_000), 'alice.test' as Handle]
      const seen = [dueMs]
      // Of one moment, as the events of an account that comes back are.
      for (const seq of [9, 10, 11]) {
        await apply({t: '#identity', seq, did, time, handle})
        for (const seenMs of seen) await index.setHandle(did, handle, startMs + 86_400_000, seenMs)
        const [still] = await index.handlesDue(1)
        equal(still.did, did)
        seen.push(still.dueMs)
      }
      await index.setHandle(did, handle, startMs + 86_400_000, seen.at(-1))
      deepEqual(await due(stores), [])
    })

    rule(
      'acts of one batch are one: nothing of it is seen before all of it',
      async ({stores, apply, alice, record}) => {
        const path = (number: number): string => `app.bsky.feed.post/${alice.rkey(number)}`
        const post = {$type: 'app.bsky.feed.post', text: 'a', createdAt: '2025-01-01T00:00:00Z'}
        const applying = apply(...[1, 2, 3].map(number => alice.commit({[path(number)]: post})))
        const counts = async (): Promise<number> => {
          const seen = await Promise.all([1, 2, 3].map(number => record(`at://${alice.did}/${path(number)}`)))
          return seen.filter(Boolean).length
        }
        assert([0, 3].includes(await counts()))
        await applying
        deepEqual([await counts(), await stores.index.cursor(relay)], [3, 3])
      },
    )

    rule('a new index has no pictures to look for', async ({stores}) => {
      equal(await stores.index.notePictures(), false)
    })
  })
}
