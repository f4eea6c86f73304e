/** How each event moves the state of a repository on, from nothing and from what was before. */
import {deepEqual, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import type {RepoEvent} from '#atp/sync/event.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {TestRepo, testKey} from '../../../../test/commits.ts'
import {changed, headOf, type Head, type RepoState} from './repo-state.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const repo = new TestRepo(did, testKey(1), Date.parse('2026-01-02T03:04:05Z'))
const made = repo.write({'app.bsky.feed.post/1': {text: 'x'}})
const sync = repo.sync(made)
const own: Head = {rev: made.event.rev, commit: made.event.commit, data: made.commit.data}
const cid = cidOf(codecs.raw, Uint8Array.of(1))
const other: Head = {rev: '3jui7kd54zh2y' as Tid, commit: cid, data: cid}
const common = {did, seq: 1, time: '2026-01-02T03:04:05Z'}
const event = (more: object): RepoEvent => ({...common, ...more}) as RepoEvent

const before: RepoState = {host: 1, active: false, status: 'takendown', head: other}
const rows: [name: string, event: RepoEvent, head: Head | undefined, fromNothing: object, fromBefore: object][] = [
  ['a commit', made.event, undefined, {active: true, status: null, head: own}, {head: own}],
  ['a commit whose head is known', made.event, other, {active: true, status: null, head: other}, {head: other}],
  ['a sync', sync, undefined, {active: true, status: null, head: own}, {head: own}],
  [
    'an account that is active',
    event({t: '#account', active: true}),
    undefined,
    {active: true, status: null, head: null},
    {active: true, status: null},
  ],
  [
    'an account that is not',
    event({t: '#account', active: false, status: 'deactivated'}),
    undefined,
    {active: false, status: 'deactivated', head: null},
    {active: false, status: 'deactivated'},
  ],
  ['an identity', event({t: '#identity'}), undefined, {active: true, status: null, head: null}, {}],
]
for (const [name, event, head, fromNothing, fromBefore] of rows) {
  test(`${name} says where the account is, and its own part of the rest`, () => {
    deepEqual(changed(undefined, event, 7, head), {host: 7, ...fromNothing})
    deepEqual(changed(before, event, 7, head), {...before, host: 7, ...fromBefore})
  })
}

test('an event without its commit was never verified', () => {
  deepEqual(headOf(sync), own)
  for (const blocks of [encodeCar([own.commit], []), encodeCar([], [])]) {
    throws(() => headOf({...sync, blocks}), /Broken invariant: an event that was verified holds its commit/)
  }
})
