/** Events as they are kept, and as they go out. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {framesOf} from './frames.ts'
import {acknowledgedBy} from './message.ts'
import {bodyOf, type Change, countOf, eventText, type Page, plainHead, recordHead, wholeInHead} from './page.ts'

const changeOf = (rkey: string, value: object): Change => {
  const bytes = encodeCbor(value)
  return {collection: 'a.b.c', rkey, action: 'create', cid: cidOf(codecs.cbor, bytes), bytes}
}
const never = (): never => assert.fail('it can be read')
const pageOf = (changes: readonly Change[], id = 9): Page => {
  const {body, used} = bodyOf(changes, 0, never)
  assert.equal(used, changes.length)
  return {id, did: 'did:a', isLive: true, head: recordHead(true, 'did:a', 'rev'), body}
}

suite('a page of events', () => {
  const link = cidOf(codecs.cbor, encodeCbor({}))
  const values = [{text: 'déjà "vu" \n', n: 1}, {link, bytes: Uint8Array.of(1, 2)}, {deep: [{a: []}]}]
  const gone: Change = {collection: 'a.b.c', rkey: 'gone', action: 'delete'}
  const changes = [...values.map((value, n) => changeOf(`${n}`, value)), gone]

  test('has each of its events as a text, with a number of its own', () => {
    const page = pageOf(changes)
    const events = Array.from({length: countOf(page)}, (_, n) => JSON.parse(eventText(page, n)) as object)
    const records = [
      {text: 'déjà "vu" \n', n: 1},
      {link: {$link: String(link)}, bytes: {$bytes: 'AQI'}},
      {deep: [{a: []}]},
      undefined,
    ]
    const expected = records.map((record, n) => ({
      id: 9 + n,
      type: 'record',
      record: {
        live: true,
        did: 'did:a',
        rev: 'rev',
        collection: 'a.b.c',
        rkey: changes[n].rkey,
        action: changes[n].action,
        ...(record && {record, cid: String(changes[n].cid)}),
      },
    }))
    assert.deepEqual(events, expected)
  })

  test('goes over a WebSocket as texts, any part of it', async () => {
    const page = pageOf([...changes, changeOf('long', {text: 'x'.repeat(70_000)})], 2 ** 40)
    const plain = {...page, id: 1, head: plainHead('identity', {did: 'did:a'}), body: wholeInHead}
    const ranges = [
      {page, from: 1, to: 3},
      {page: plain, from: 0, to: 1},
      {page, from: 4, to: 5},
    ]
    const frames: unknown[] = []
    for await (const frame of eachFrame(
      (async function* () {
        yield framesOf(ranges)
      })(),
    ))
      frames.push(frame)
    const expected = ranges.flatMap(({page, from, to}) =>
      Array.from({length: to - from}, (_, n) => eventText(page, from + n)),
    )
    assert.deepEqual(frames, expected)
    assert.equal(frames[2], '{"id":1,"type":"identity","identity":{"did":"did:a"}}')
  })

  test('ends after 256 events, and after 64 KiB', () => {
    const small = Array.from({length: 300}, (_, n) => changeOf(`${n}`, {n}))
    assert.equal(bodyOf(small, 0, never).used, 256)
    assert.equal(bodyOf(small, 256, never).used, 44)
    const large = Array.from({length: 10}, (_, n) => changeOf(`${n}`, {text: 'x'.repeat(30_000)}))
    assert.equal(bodyOf(large, 0, never).used, 3)
  })

  test('leaves out what cannot be read, and says which', () => {
    const broken = {...changes[1], bytes: Uint8Array.of(0xa1, 0x61)}
    const unread: number[] = []
    const {body, used} = bodyOf([changes[0], broken, changes[2]], 0, at => unread.push(at))
    assert.deepEqual([used, body.ends.length, unread], [3, 2, [1]])
    const page: Page = {id: 1, did: 'did:a', isLive: false, head: recordHead(false, 'did:a', 'rev'), body}
    assert.equal((JSON.parse(eventText(page, 1)) as {record: {rkey: string}}).record.rkey, '2')
  })
})

suite('what a consumer sends', () => {
  const hundreds = Array.from({length: 1_000}, (_, n) => n)
  for (const [message, ids] of [
    ['{"type":"ack","id":7}', [7]],
    ['{"id":7,"type":"ack"}', [7]],
    [' {"type": "ack", "id": 7} ', [7]],
    ['{"type":"ack","ids":[]}', []],
    [JSON.stringify({type: 'ack', ids: hundreds}), hundreds],
    [new TextEncoder().encode('{"type":"ack","id":7}'), [7]],
    ['{"type":"other"}', []],
    ['{"type":"ack","id":-1}', undefined],
    ['{"type":"ack","id":1.5}', undefined],
    ['{"type":"ack","id":99999999999999999999}', undefined],
    ['{"type":"ack","ids":"7"}', undefined],
    ['{"type":1}', undefined],
    ['null', undefined],
    ['', undefined],
  ] as const) {
    test(`${String(message).slice(0, 40)} ${ids ? `acknowledges ${ids.length}` : 'is not in order'}`, () => {
      assert.deepEqual(acknowledgedBy(message), ids)
    })
  }
})
