/** The shared stream: bounded, filtered, and gone when nobody looks. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseJetstreamEvent, type JetstreamEvent} from '#sdk/jetstream.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {filterOf, LiveStream} from './live-stream.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')
const world = {...realWorld, now: () => nowMs}
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'

function commit(n: number, more: Record<string, unknown> = {}): JetstreamEvent {
  const rev = tidOf((nowMs - 40) * 1000, 0)
  const body = {
    rev,
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: tidOf(nowMs * 1000 + n, 0),
    cid: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm',
    record: {$type: 'app.bsky.feed.post', text: `Post ${n}`},
    ...more,
  }
  const event = parseJetstreamEvent(JSON.stringify({did, time_us: nowMs * 1000, kind: 'commit', commit: body}))
  assert.ok(event)
  return event
}

const stream = (): LiveStream => new LiveStream(world, 'http://localhost:6008', silentLog)

const at = (secondsAgo: number) => ({...commit(1), timeMicros: (nowMs - secondsAgo * 1_000) * 1_000})

suite('the live stream', () => {
  test('drops for a viewer that does not read, tells how many, and keeps nobody waiting', async () => {
    const live = stream()
    const stopping = new AbortController()
    const slow = live.watch(undefined, stopping.signal)
    const first = slow.next()
    await sleep(0)
    for (let n = 0; n < 5_000; n++) live.publish(commit(n))
    const {value} = await first
    assert.ok(value)
    assert.equal(value.events.length, 256)
    assert.equal(value.dropped, 5_000 - 256)
    assert.equal(live.recent().length, 60)
    assert.equal(live.pulse().total, 5_000)
    stopping.abort()
    assert.equal((await slow.next()).done, true)
    assert.equal(live.watcherCount, 0)
  })

  test('knows how long a commit was on its way, and not of what is told again', () => {
    const live = stream()
    assert.equal(live.pulse().lagMs, undefined)
    live.publish(commit(1))
    assert.equal(Math.round(live.pulse().lagMs ?? 0), 40)
    const old = {...commit(2), timeMicros: (nowMs - 30_000) * 1000}
    live.publish(old)
    assert.equal(live.recent()[0].lagMs, undefined)
    assert.equal(live.pulse().perSecond[30], 1)
  })

  test('counts all events of a second', () => {
    const live = stream()
    for (const secondsAgo of [1, 1, 1, 2, 59]) live.publish(at(secondsAgo))
    const {perSecond} = live.pulse()
    assert.deepEqual([perSecond.at(-1), perSecond.at(-2), perSecond[1]], [3, 1, 1])
  })

  test('is quiet without traffic', () => {
    const {perSecond, total, state} = stream().pulse()
    assert.deepEqual([perSecond.length, Math.max(...perSecond), total, state], [60, 0, 0, 'starting'])
  })

  test('filters by collection, account, action and text', () => {
    const live = stream()
    live.publish(commit(1))
    live.publish(commit(2, {collection: 'app.bsky.feed.like', record: {$type: 'app.bsky.feed.like'}}))
    live.publish(commit(3, {operation: 'delete', record: undefined, cid: undefined}))
    const found = (query: string): number => live.recent(filterOf(new URLSearchParams(query))).length
    assert.equal(found(''), 3)
    assert.equal(found('collection=app.bsky.feed.post'), 2)
    assert.equal(found('collection=app.bsky.feed.like, app.bsky.graph.follow'), 1)
    assert.equal(found('collection=app.bsky.*'), 3)
    assert.equal(found('collection=app.bsky.graph.*'), 0)
    assert.equal(found('collection=app.bsky.feed.pos'), 0, 'a beginning is no collection')
    assert.equal(found('action=delete'), 1)
    assert.equal(found(`did=${did}`), 3)
    assert.equal(found('did=did:web:other.example'), 0)
    assert.equal(found('text=pOsT 1'), 1)
    assert.equal(found(`collection=${'<b>,'.repeat(100)}`), 3)
  })
})
