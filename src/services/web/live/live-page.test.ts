/** The stream as a page, and as the messages that go on from it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {isMap} from '#atp/data/value.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {parseJetstreamEvent} from '#sdk/jetstream.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {WebNetwork} from '../../../../test/web-network.ts'
import {visitTo} from '../../../../test/explorer-home.ts'
import {liveMessages, livePage, type ShownEvent} from './live-page.ts'
import {LiveStream} from './live-stream.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const record = {$type: 'app.bsky.feed.post', text: 'hello'}
const stream = () => new LiveStream({...realWorld, now: () => nowMs}, 'http://localhost:6008', silentLog)

function publish(live: LiveStream, more: Record<string, unknown> = {}, kind = 'commit'): void {
  const commit = {
    rev: tidOf((nowMs - 40) * 1_000, 0),
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: '3lbcd2345672k',
    cid: String(cidOf(codecs.cbor, encodeCbor(record))),
    record,
    ...more,
  }
  const event = parseJetstreamEvent(
    JSON.stringify({
      did,
      time_us: nowMs * 1_000,
      kind,
      ...(kind === 'commit' ? {commit} : {[kind]: {did, seq: 1, time: '2026-11-22T12:00:00.000Z', ...more}}),
    }),
  )
  assert.ok(event)
  live.publish(event)
}

async function page(live: LiveStream, query = ''): Promise<string> {
  const {visit, shown} = visitTo(`/live${query}`)
  await livePage(visit, live)
  return shown().text
}

suite('the page of the stream', () => {
  test('has the last events without a script, each with its way on', async () => {
    const live = stream()
    publish(live)
    publish(live, {operation: 'delete', record: undefined, cid: undefined})
    publish(live, {active: false, status: 'takendown'}, 'account')
    const text = await page(live)
    assert.equal(text.match(/<li class="live-event/g)?.length, 3)
    assert.match(
      text,
      /live-create[\s\S]*hello[\s\S]*href="\/explore\/did:plc:ewvi7nxzyoun6zhxrhs64oiz\/app\.bsky\.feed\.post\/3lbcd2345672k"/,
    )
    assert.match(text, /live-takendown[\s\S]*the account[\s\S]*href="\/explore\/did:plc:ewvi7nxzyoun6zhxrhs64oiz"/)
    assert.doesNotMatch(text, /No events yet/)
  })

  test('says when there are none, and whether Jetstream is there', async () => {
    assert.match(await page(stream()), /Not connected to Jetstream[\s\S]*No events yet/)
  })

  test('shows what its filter lets through, and keeps the filter', async () => {
    const live = stream()
    publish(live)
    publish(live, {collection: 'app.bsky.feed.like', record: {$type: 'app.bsky.feed.like'}})
    const text = await page(live, '?collection=app.bsky.feed.like&action=create&form=cbor&text=x%22%3E')
    assert.match(text, /name="collection" value="app\.bsky\.feed\.like"/)
    assert.match(text, /<option value="create" selected>/)
    assert.match(text, /<option value="cbor" selected>/)
    assert.match(text, /name="text" value="x&quot;&gt;"/)
    assert.match(text, /data-live="\/live\/events\?collection=app\.bsky\.feed\.like&amp;did=&amp;action=create/)
    assert.equal((await page(live, '?collection=app.bsky.feed.like')).match(/<li class="live-event/g)?.length, 1)
  })

  test('as CBOR shows the bytes, and whether they are those that the event names', async () => {
    const live = stream()
    publish(live)
    assert.match(await page(live, '?form=cbor'), /These bytes match its CID\.[\s\S]*<pre class="x-code">a2/)
    const lying = stream()
    publish(lying, {record: {...record, text: 'other'}})
    assert.match(await page(lying, '?form=cbor'), /These bytes do not match its CID/)
  })

  test('escapes and cuts what strangers wrote', async () => {
    const live = stream()
    publish(live, {record: {...record, text: '<script>alert(1)</script>', more: 'x'.repeat(20_000)}})
    const text = await page(live)
    assert.doesNotMatch(text, /<script>alert/)
    assert.ok(text.length < 20_000, `${text.length}`)
  })
})

test('a record that is too large is neither held nor shown, whatever makes it so', async () => {
  const nested = Array.from({length: 100}, () => Array<number>(50).fill(0))
  for (const more of ['x'.repeat(40_000), nested, {['n'.repeat(40_000)]: 1}]) {
    const live = stream()
    publish(live, {record: {...record, more}})
    assert.equal(live.recent()[0].record, undefined)
    for (const form of ['json', 'cbor']) {
      const text = await page(live, `?form=${form}`)
      assert.match(text, /too large to be shown here[\s\S]*Open in the explorer/)
      assert.doesNotMatch(text, /<pre/)
    }
  }
})

test('what is shown of an event is made once, whoever looks', async () => {
  const live = stream()
  let made = 0
  publish(live)
  const [event] = live.recent()
  assert.ok(isMap(event.record))
  Object.defineProperty(event.record, 'more', {
    enumerable: true,
    get() {
      made++
      return 'x'
    },
  })
  await page(live)
  const once = made
  assert.ok(once > 0)
  await page(live)
  assert.equal(made, once)
})

suite('the messages of the stream', () => {
  test('are the events that pass the filter, a few at a time, and how many were left out', async () => {
    const live = stream()
    const stopping = new AbortController()
    const params = new URLSearchParams({collection: 'app.bsky.feed.post'})
    const messages = liveMessages(live, params, async () => {}, stopping.signal)
    const next = messages.next()
    await new Promise(setImmediate)
    for (let i = 0; i < 100; i++) publish(live)
    publish(live, {collection: 'app.bsky.feed.like', record: {$type: 'app.bsky.feed.like'}})
    const {value} = await next
    assert.ok(value)
    const {events, skipped} = value.data as {events: ShownEvent[]; skipped: number}
    assert.equal(value.event, 'events')
    assert.deepEqual([events.length, skipped], [40, 60])
    assert.deepEqual([events[0].says, events[0].action, Math.round(events[0].lagMs ?? 0)], ['hello', 'create', 40])
    assert.match(events[0].body, /"text": "hello"/)
    stopping.abort()
    assert.equal((await messages.next()).done, true)
    assert.equal(live.watcherCount, 0)
  })
})

test('who filters by handle is led to the same by DID, and a handle that nobody has filters nothing out by itself', async context => {
  const network = await WebNetwork.open(context, {
    [`/${did}`]: () => ({id: did, alsoKnownAs: ['at://alice.test'], verificationMethod: [], service: []}),
  })
  const found = await network.get('/live?did=%40alice.test&collection=a.b.c')
  assert.equal(found.headers.get('location'), `/live?did=${did.replaceAll(':', '%3A')}&collection=a.b.c`)
  assert.equal((await network.get('/live?did=nobody.test')).status, 200)
  assert.equal((await network.get(`/live?did=${did}`)).status, 200)
})
