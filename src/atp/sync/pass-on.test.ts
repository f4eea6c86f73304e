import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {readCar} from '../repo/car-read.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {passOn} from './pass-on.ts'
import {verifySyncEvent} from './verify.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const repo = () => new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(1), nowMs)
const write = (of: TestRepo, name: string) => of.write({[`app.bsky.feed.post/${name}`]: {name}})
const stateOf = ({event, commit}: ReturnType<typeof write>) => ({rev: event.rev, data: commit.data})

test('what carries on, and the first of a repo, goes out as it is', () => {
  const of = repo()
  const [one, two] = [write(of, 'a'), write(of, 'b')]
  deepEqual(passOn(undefined, two.event, {data: two.commit.data, complete: true}), {out: two.event})
  deepEqual(passOn(stateOf(one), two.event, {data: two.commit.data, complete: true}), {out: two.event})
})

test('in place of a commit that does not carry on goes a #sync of its own signed commit', () => {
  const of = repo()
  const [one, , three] = [write(of, 'a'), write(of, 'b'), write(of, 'c')]
  const {out, fault} = passOn(stateOf(one), three.event, {data: three.commit.data, complete: true})
  equal(fault, 'since-mismatch')
  ok(out?.t === '#sync')
  const {seq, rev, did, time} = three.event
  deepEqual({seq: out.seq, rev: out.rev, did: out.did, time: out.time}, {seq, rev, did, time})
  equal(readCar(out.blocks).blocks.size, 1)
  const verified = verifySyncEvent(out, of.key.publicKey, {nowMs: nowMs + 60_000})
  ok(verified.ok && verified.data.equals(three.commit.data))
})

test('a commit on another tree than the last one is one that does not carry on', () => {
  const of = repo()
  const [one, two] = [write(of, 'a'), write(of, 'b')]
  const {out, fault} = passOn({rev: one.event.rev, data: two.commit.data}, two.event, {
    data: two.commit.data,
    complete: true,
  })
  deepEqual([out?.t, fault], ['#sync', 'prev-data-mismatch'])
})

test('a #sync of another tree goes out, and so does a commit that makes no claim; both are told', () => {
  const of = repo()
  const [one, , three] = [write(of, 'a'), write(of, 'b'), write(of, 'c')]
  const sync = of.sync(three)
  const proven = {data: three.commit.data, complete: true}
  deepEqual(passOn(stateOf(one), sync, proven), {out: sync, fault: 'sync-mismatch'})
  const old = {data: three.commit.data, complete: false}
  deepEqual(passOn(stateOf(one), three.event, old), {out: three.event, fault: 'since-mismatch'})
})

test('what came before does not go out', () => {
  const of = repo()
  const [one, two] = [write(of, 'a'), write(of, 'b')]
  deepEqual(passOn(stateOf(two), one.event, {data: one.commit.data, complete: true}), {fault: 'stale-rev'})
})
