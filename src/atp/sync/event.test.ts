import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '../data/cid.ts'
import type {ValueMap} from '../data/value.ts'
import type {Datetime} from '../syntax/datetime.ts'
import type {Did} from '../syntax/did.ts'
import type {Handle} from '../syntax/handle.ts'
import type {Tid} from '../syntax/tid.ts'
import {encodeEvent, eventFaults, isRepoPath, parseEvent, type EventFault, type RepoEvent} from './event.ts'
import {decodeFrame, type MessageFrame} from './frame.ts'

const cid = cidOf(codecs.cbor, new Uint8Array([0xa0]))
const other = cidOf(codecs.cbor, new Uint8Array([0x80]))
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const time = '2026-01-02T03:04:05.678Z' as Datetime
const rev = '3jzfcijpj2z2a' as Tid

const commit: RepoEvent = {
  t: '#commit',
  seq: 7,
  did,
  time,
  rev,
  since: '3jzfcijpj2z22' as Tid,
  commit: cid,
  blocks: new Uint8Array([1, 2, 3]),
  ops: [
    {action: 'create', path: 'app.bsky.feed.post/3jzfcijpj2z2a', cid},
    {action: 'update', path: 'app.bsky.actor.profile/self', cid, prev: other},
    {action: 'delete', path: 'app.bsky.feed.like/3jzfcijpj2z2b', cid: null, prev: other},
  ],
  prevData: other,
}
const events: RepoEvent[] = [
  commit,
  {t: '#sync', seq: 8, did, time, rev, blocks: new Uint8Array([4])},
  {t: '#identity', seq: 9, did, time, handle: 'alice.example.com' as Handle},
  {t: '#identity', seq: 10, did, time},
  {t: '#account', seq: 11, did, time, active: true},
  {t: '#account', seq: 12, did, time, active: false, status: 'takendown'},
  {t: '#info', name: 'OutdatedCursor', message: 'Some events are gone.'},
]

const frameOf = (event: RepoEvent): MessageFrame => decodeFrame(encodeEvent(event)) as MessageFrame

test('every event reads back as it was written', () => {
  for (const event of events) {
    const read = parseEvent(frameOf(event))
    // A CID read from a frame is a view of it, so the two are compared as JSON.
    deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(event)))
  }
})

test('a commit is written with the members that the lexicon still demands', () => {
  const {body} = frameOf(commit)
  deepEqual([body.repo, body.blobs, body.tooBig, body.rebase], [did, [], false, false])
})

test('null stands for an absent optional member', () => {
  const {body} = frameOf(commit)
  const ops = [{action: 'create', path: 'app.bsky.feed.post/a', cid, prev: null}]
  const read = parseEvent({op: 1, t: '#commit', body: {...body, prevData: null, ops}})
  equal(read?.t === '#commit' && 'prevData' in read, false)
  deepEqual(parseEvent({op: 1, t: '#account', body: {seq: 1, did, time, active: true, status: null}}), {
    t: '#account',
    seq: 1,
    did,
    time,
    active: true,
  })
})

test('an event of a type that is not known is no event', () => {
  equal(parseEvent({op: 1, t: '#handle', body: {seq: 1}}), undefined)
})

test('a repo path is a collection and a record key', () => {
  equal(isRepoPath('app.bsky.feed.post/3jzfcijpj2z2a'), true)
  for (const path of ['', '/', 'app.bsky.feed.post', 'app.bsky.feed.post/', '/a', 'post/a', 'a.b.c/d/e', 'a.b.c/..']) {
    equal(isRepoPath(path), false, path)
  }
})

const op = (change: ValueMap): {ops: ValueMap[]} => ({
  ops: [{action: 'create', path: 'app.bsky.feed.post/a', cid, ...change}],
})
/** For each fault: the type of event, and the members that make it faulty. */
const faults: Record<EventFault, [t: string, change: ValueMap][]> = {
  'bad-seq': [
    ['#commit', {seq: 0}],
    ['#sync', {seq: -1}],
    ['#identity', {seq: '1'}],
    ['#account', {seq: null}],
  ],
  'bad-did': [
    ['#commit', {repo: 'alice.example.com'}],
    ['#identity', {did: 1}],
  ],
  'bad-time': [
    ['#commit', {time: '2026-01-02'}],
    ['#account', {time: null}],
  ],
  'bad-rev': [
    ['#commit', {rev: 'x'}],
    ['#sync', {rev: null}],
  ],
  'bad-since': [['#commit', {since: 'x'}]],
  'bad-commit': [['#commit', {commit: cid.toString()}]],
  'bad-prev-data': [['#commit', {prevData: cid.toString()}]],
  'bad-blocks': [
    ['#commit', {blocks: 'x'}],
    ['#sync', {blocks: null}],
  ],
  'blocks-too-big': [
    ['#commit', {blocks: new Uint8Array(2_000_001)}],
    ['#sync', {blocks: new Uint8Array(10_001)}],
  ],
  'bad-ops': [
    ['#commit', {ops: null}],
    ['#commit', {ops: [1]}],
  ],
  'too-many-ops': [['#commit', {ops: Array.from({length: 201}, () => op({}).ops[0])}]],
  'bad-op-action': [['#commit', op({action: 'move'})]],
  'bad-op-path': [['#commit', op({path: 'app.bsky.feed.post'})]],
  'bad-op-cid': [
    ['#commit', op({cid: null})],
    ['#commit', op({action: 'delete'})],
  ],
  'bad-op-prev': [
    ['#commit', op({prev: cid})],
    ['#commit', op({action: 'update', prev: 'x'})],
  ],
  'bad-handle': [['#identity', {handle: 'alice'}]],
  'bad-active': [['#account', {active: 1}]],
  'bad-status': [
    ['#account', {status: 1}],
    ['#account', {status: 'x'.repeat(129)}],
  ],
  'bad-info': [['#info', {name: null}]],
}

for (const reason of Object.keys(eventFaults) as EventFault[]) {
  test(`${reason}: ${eventFaults[reason]}`, () => {
    for (const [t, change] of faults[reason]) {
      const {body} = frameOf(events.find(event => event.t === t) as RepoEvent)
      throws(() => parseEvent({op: 1, t, body: {...body, ...change}}), {name: 'Malformed', format: 'event', reason})
    }
  })
}
