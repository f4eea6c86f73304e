/** What each kind of event changes of an account's collections: rows of what came before, and what comes of it. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {CollectionFacts} from '#atp/sync/collection-facts.ts'
import type {RepoEvent} from '#atp/sync/event.ts'
import type {RepoState} from '../repos/repo-state.ts'
import {changeBy, together, type CollectionChange} from './collection-change.ts'

const cid = (n: number) => cidOf(codecs.cbor, Uint8Array.of(n))
const [rev, other] = ['3jui7kd54zh2y', '3jui7kd54zh3a'] as Tid[]
const state = (more: Partial<RepoState> = {}): RepoState => {
  return {host: 1, active: true, status: null, head: {rev, commit: cid(0), data: cid(1)}, ...more}
}
const headless = state({head: null})
const commit = (since: Tid | null, prev?: number) =>
  ({t: '#commit', since, ...(prev === undefined ? {} : {prevData: cid(prev)})}) as RepoEvent
const account = (active: boolean, status?: string) => ({t: '#account', active, status}) as RepoEvent
const sync = {t: '#sync'} as RepoEvent
const facts: CollectionFacts = {begun: ['a.b.c' as Nsid], ended: ['d.e.f' as Nsid], isUnsure: false}

/** As `+a.b.c -d.e.f`, with `all` before and `ask` after. */
const shown = (change: CollectionChange | undefined): string =>
  change
    ? [
        ...(change.isAll ? ['all'] : []),
        ...[...change.has].map(([name, isThere]) => (isThere ? '+' : '-') + name),
        ...(change.toAsk ? ['ask'] : []),
      ].join(' ')
    : 'nothing'

const rows: [event: RepoEvent, before: RepoState | undefined, facts: CollectionFacts | undefined, change: string][] = [
  [commit(null), undefined, facts, 'all +a.b.c -d.e.f'],
  [commit(null), headless, undefined, 'all'],
  [commit(null), undefined, {...facts, isUnsure: true}, 'all +a.b.c -d.e.f ask'],
  [commit(rev), undefined, facts, '+a.b.c -d.e.f ask'],
  [commit(rev), headless, undefined, 'ask'],
  [commit(rev, 1), state(), undefined, 'nothing'],
  [commit(rev), state(), facts, '+a.b.c -d.e.f'],
  [commit(rev, 1), state(), {...facts, isUnsure: true}, '+a.b.c -d.e.f ask'],
  [commit(rev, 2), state(), undefined, 'ask'],
  [commit(other, 1), state(), undefined, 'ask'],
  [sync, undefined, undefined, 'ask'],
  [sync, state(), undefined, 'nothing'],
  [sync, state({head: {rev, commit: cid(0), data: cid(2)}}), undefined, 'ask'],
  [account(true), undefined, undefined, 'ask'],
  [account(true), headless, undefined, 'nothing'],
  [account(true), state({active: false, status: 'deleted'}), undefined, 'ask'],
  [account(true), state({active: false, status: 'takendown'}), undefined, 'nothing'],
  [account(false), undefined, undefined, 'nothing'],
  [account(false, 'takendown'), state(), undefined, 'nothing'],
  [account(false, 'deleted'), state(), undefined, 'all'],
  [{t: '#identity'} as RepoEvent, undefined, undefined, 'nothing'],
]
for (const [event, before, facts, change] of rows) {
  test(`${JSON.stringify(event)} after ${JSON.stringify(before)} with ${JSON.stringify(facts)}: ${change}`, () => {
    deepEqual(shown(changeBy(event, before, state(), facts)), change)
  })
}

const change = (text: string): CollectionChange => ({
  isAll: text.includes('all'),
  toAsk: text.includes('ask'),
  has: new Map([...text.matchAll(/([+-])(\w+)/g)].map(([, sign, name]) => [name as Nsid, sign === '+'])),
})
for (const [before, after, both] of [
  ['', '+a', '+a'],
  ['+a -b', '-a +c ask', '-a -b +c ask'],
  ['all +a ask', '-a', 'all -a ask'],
  ['+a ask', 'all +b', 'all +b'],
]) {
  test(`"${before}" and then "${after}" is "${both}"`, () => {
    deepEqual(shown(together(before === '' ? undefined : change(before), change(after))), both)
  })
}
