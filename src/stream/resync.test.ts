/** Whose repositories are fetched when: a server that is slow, or wants to be left alone, holds no other's up. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Account} from '#atp/identity/held-account.ts'
import {siteOf} from '#runtime/strangers/stranger-fetch.ts'
import {silentLog} from '#std/log.ts'
import {Places} from '#std/waiting/places.ts'
import {HandClock} from '../../test/hand-clock.ts'
import {testKey} from '../../test/repos.ts'
import type {ResyncStore} from './resync-store.ts'
import {fetchRepositories, repositoryPlacesFor} from './resync.ts'

const didOf = (host: string, n: number): Did => `did:web:${n}.of.${host}` as Did
const hostOf = (did: string): string => did.slice(did.indexOf('.of.') + 4)

/** What is due, in memory; who was fetched is due no more. */
class Due {
  readonly #dueMs = new Map<Did, number>()
  readonly #now: () => number
  /** How often anything was left for later. */
  putOffs = 0

  constructor(dids: readonly Did[], now: () => number) {
    this.#now = now
    for (const [n, did] of dids.entries()) this.#dueMs.set(did, n - dids.length)
  }

  readonly store: Omit<ResyncStore, 'listed' | 'note'> = {
    due: async limit => {
      const due = [...this.#dueMs].filter(([, dueMs]) => dueMs <= this.#now()).toSorted(([, a], [, b]) => a - b)
      return due.slice(0, limit).map(([did]) => ({did, tries: 0}))
    },
    begin: async () => {},
    stage: async () => {},
    finish: async () => 'done',
    putOff: async (did, dueMs) => {
      this.putOffs++
      this.#dueMs.set(did, dueMs)
    },
    postpone: async did => void this.#dueMs.delete(did),
  }
}

/** Answers that are no repository, which are as good as any: after `tookMs`, or too many at once. */
interface Host {
  readonly tookMs: number
  readonly count: number
  readonly head?: ResponseInit
}

/** Fetches for `forMs`. Gives when each was asked, in milliseconds from the beginning. */
async function asked(hosts: Readonly<Record<string, Host>>, forMs: number, inTurns = false) {
  const clock = new HandClock()
  const dids = inTurns
    ? Array.from({length: Math.max(...Object.values(hosts).map(({count}) => count))}, (_, n) =>
        Object.keys(hosts).map(host => didOf(host, n)),
      ).flat()
    : Object.entries(hosts).flatMap(([host, {count}]) => Array.from({length: count}, (_, n) => didOf(host, n)))
  const due = new Due(dids, clock.now)
  const at = new Map<string, number[]>(Object.keys(hosts).map(host => [host, []]))
  let lookups = 0
  const stop = new AbortController()
  const fetching = fetchRepositories(
    {
      resyncs: due.store,
      identities: {
        async account(did: Did) {
          lookups++
          return {ok: true as const, value: {pds: `https://${hostOf(did)}`, key: testKey.publicKey} as Account}
        },
      },
      places: new Places({...repositoryPlacesFor(5), groupOf: siteOf}),
      guarded: {
        async fetch(request: Request) {
          const {host} = new URL(request.url)
          at.get(host)?.push(clock.now())
          const {tookMs, head = {status: 404}} = hosts[host]
          if (tookMs > 0) await clock.sleep(tookMs, request.signal)
          return new Response('{}', head)
        },
      },
      world: clock,
      log: silentLog,
    },
    stop.signal,
  )
  await clock.pass(forMs)
  stop.abort(new Error('enough'))
  await assert.rejects(fetching, /enough/)
  return {at, lookups, putOffs: due.putOffs}
}

const limited: ResponseInit = {status: 429, headers: {'retry-after': '60'}}

suite('repositories of several servers', {timeout: 30_000}, () => {
  for (const [what, slow] of [
    ['takes a while for each', {tookMs: 400, count: 1_200}],
    ['never answers', {tookMs: 3_600_000, count: 1_200}],
    ['says that it was asked too often', {tookMs: 10, count: 1_200, head: limited}],
  ] as const) {
    test(`one that ${what} holds up no other, though all of its own were due before`, async () => {
      const {at} = await asked({'slow.test': slow, 'good.test': {tookMs: 10, count: 5}}, 10_000)
      assert.equal(at.get('good.test')?.length, 5)
    })
  }

  test('one that says for how long it wants to be left alone is asked when that is over, and not before', async () => {
    const {at} = await asked({'slow.test': {tookMs: 10, count: 20, head: limited}}, 61_000)
    const times = at.get('slow.test') ?? []
    // Two had a place when it said so.
    assert.ok(times.length > 2 && times.slice(2).every(atMs => atMs >= 60_000), `${times.join(' ')}`)
  })

  for (const [what, hosts] of [
    ['one server', ['a.test']],
    ['several of one domain', ['a.x.test', 'b.x.test', 'c.x.test', 'd.x.test']],
  ] as const) {
    test(`where all are of ${what}, no place stays empty for long, and none is looked at again and again`, async () => {
      const count = 1_200
      const each = {tookMs: 20, count: count / hosts.length}
      const places = hosts.length === 1 ? 2 : 4
      const usualMs = (count * each.tookMs) / places
      const {at, lookups} = await asked(Object.fromEntries(hosts.map(host => [host, each])), usualMs * 1.2, true)
      assert.equal(
        at.values().reduce((sum, {length}) => sum + length, 0),
        count,
      )
      assert.ok(lookups <= 3 * count, `${lookups} lookups`)
    })
  }
})
