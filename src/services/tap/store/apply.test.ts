/** How a Tap reads a stream: what it notes of it, and when, and what it makes of events that come late, twice or never. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {Author} from '../../../../test/index-events.ts'
import {everything, nothingUnasked, openTapStores} from '../../../../test/tap-stores.ts'

const nowMs = Date.parse('2026-03-01T00:00:00Z')
const time = datetimeOf(nowMs)
const source = 'https://relay.example.com'
const post = 'app.bsky.feed.post'
const write = (author: Author, rkey: string, text: string) => author.commit({[`${post}/${rkey}`]: {$type: post, text}})
const identity = (did: Did): StreamEvent => ({t: '#identity', seq: 1, did, time})
const outdated: StreamEvent = {t: '#info', name: 'OutdatedCursor'}

suite('a Tap on its stream', {timeout: 20_000}, () => {
  test('notes its place at once where something was told, and now and then where nothing was', async () => {
    const options = {cursorSaveMs: 1_000}
    await using tap = openTapStores(nowMs, nothingUnasked, options)
    const [alice, bob] = [new Author('did:web:alice.test'), new Author('did:web:bob.test')]
    await tap.store.track([alice.did])
    const saved = async () => openTapStores(nowMs, nothingUnasked, options, tap.sql).store.cursor(source)
    await tap.store.apply(source, [write(bob, 'a', 'one')], 1)
    assert.equal(await saved(), 1, 'the first is noted')
    await tap.store.apply(source, [write(bob, 'b', 'two')], 2)
    assert.deepEqual([await tap.store.cursor(source), await saved()], [2, 1])
    await tap.store.apply(source, [write(alice, 'a', 'one')], 3)
    assert.equal(await saved(), 3)
    await tap.store.apply(source, [outdated], 0)
    assert.deepEqual([await tap.store.cursor(source), await saved()], [0, 0], 'its numbers have begun anew')
    assert.equal(tap.store.skipped.get('untracked'), 2)
  })

  test('fetches all that it follows where events are gone that it has not had', async () => {
    await using tap = openTapStores(nowMs, nothingUnasked)
    const [alice, bob] = [new Author('did:web:alice.test'), new Author('did:web:bob.test')]
    await tap.store.track([alice.did, bob.did])
    await tap.store.apply(source, [write(alice, 'a', 'one')], 1)
    assert.deepEqual([await tap.isDue(alice.did), await tap.isDue(bob.did)], [false, true])
    await tap.store.apply(source, [{t: '#info', name: 'Other'}], 1)
    assert.equal(await tap.isDue(alice.did), false)
    await tap.store.apply(source, [outdated], 1)
    assert.deepEqual([await tap.isDue(alice.did), (await tap.store.info(alice.did))?.state], [true, 'desynchronized'])
  })

  test('follows the whole network where that is asked for, but nobody who is gone', async () => {
    await using tap = openTapStores(nowMs, everything)
    const [one, two, three, four] = ['a', 'b', 'c', 'd'].map(name => new Author(`did:web:${name}.test`))
    write(two, 'x', 'before')
    await tap.store.apply(
      source,
      [
        write(one, 'a', 'first'),
        write(two, 'a', 'later'),
        identity(three.did),
        {t: '#account', seq: 1, did: four.did, time, active: false, status: 'takendown'},
      ],
      1,
    )
    const states = await Promise.all([one, two, three, four].map(async ({did}) => (await tap.store.info(did))?.state))
    assert.deepEqual(states, ['active', 'pending', 'pending', undefined])
    assert.deepEqual(await tap.told(), ['live create a first'])
  })

  test('lists what the relay has: new accounts, and those that are behind', async () => {
    await using tap = openTapStores(nowMs, everything)
    const [alice, bob, gone] = ['a', 'b', 'c'].map(name => new Author(`did:web:${name}.test`))
    const {rev} = write(alice, 'a', 'one')
    await tap.store.note(
      source,
      [
        {did: alice.did, rev},
        {did: gone.did, rev, active: false, status: 'suspended'},
      ],
      null,
    )
    await tap.store.begin(alice.did)
    await tap.store.finish(alice.did, rev)
    await tap.store.note(source, [{did: alice.did, rev}], null)
    assert.equal(await tap.isDue(alice.did), false)
    const newer = write(alice, 'b', 'two').rev
    await tap.store.note(
      source,
      [
        {did: alice.did, rev: newer},
        {did: bob.did, rev},
      ],
      null,
    )
    assert.deepEqual([await tap.isDue(alice.did), await tap.isDue(bob.did)], [true, true])
    assert.equal(await tap.store.info(gone.did), undefined)
    // Fetched at an older revision than is known to be there, it is fetched once more.
    await tap.store.begin(alice.did)
    await tap.store.finish(alice.did, rev)
    assert.equal(await tap.isDue(alice.did), true)
    await tap.store.begin(alice.did)
    await tap.store.finish(alice.did, newer)
    assert.equal(await tap.isDue(alice.did), false)
  })

  test('goes through a list again after a day', async () => {
    let clockMs = nowMs
    await using tap = openTapStores(nowMs, everything, {world: {now: () => clockMs}})
    assert.equal(await tap.store.noteListed('list', ['did:web:a.test' as Did, 'did:web:a.test' as Did], 'page 2'), 1)
    assert.equal(await tap.store.listed('list'), 'page 2')
    await tap.store.noteListed('list', [], null)
    assert.equal(await tap.store.listed('list'), null)
    clockMs += 86_400_000
    assert.equal(await tap.store.listed('list'), undefined)
  })

  test('an account that is deleted while it is fetched is told of, and nothing else', async () => {
    await using tap = openTapStores(nowMs, nothingUnasked)
    const alice = new Author('did:web:alice.test')
    await tap.store.track([alice.did])
    await tap.store.begin(alice.did)
    await tap.store.apply(source, [{t: '#account', seq: 1, did: alice.did, time, active: false, status: 'deleted'}], 1)
    assert.equal(await tap.store.finish(alice.did, 'zzz'), 'gone')
    await tap.store.stage(alice.did, [])
    const events = await tap.events()
    assert.deepEqual(
      events.map(({identity}) => identity?.status),
      ['deleted'],
    )
  })

  test('what is paused while it is fetched is not put in place', async () => {
    await using tap = openTapStores(nowMs, nothingUnasked)
    const alice = new Author('did:web:alice.test')
    await tap.store.track([alice.did])
    await tap.store.begin(alice.did)
    assert.equal((await tap.store.info(alice.did))?.state, 'resyncing')
    await tap.store.pause([alice.did], true)
    assert.equal(await tap.store.finish(alice.did, 'zzz'), 'gone')
    assert.equal((await tap.store.info(alice.did))?.state, 'paused')
    await tap.store.pause([alice.did], false)
    assert.equal((await tap.store.info(alice.did))?.state, 'pending')
  })
})
