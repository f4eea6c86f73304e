/** An index that came late, or missed something, ends with the same rows as one that followed all along. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {formatMultikey} from '#atp/crypto/key.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import type {Sql, SqlValue} from '#engines/sql/sql.ts'
import type {Account} from '#atp/identity/held-account.ts'
import {Identities} from '#sdk/identity.ts'
import {siteOf} from '#runtime/strangers/stranger-fetch.ts'
import {silentLog} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {Places} from '#std/waiting/places.ts'
import {type MadeCommit, TestRepo, testKey} from '../../../test/commits.ts'
import {HandClock} from '../../../test/hand-clock.ts'
import {runSeed, seeded} from '../../../test/random.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {SqliteIndexStore} from './store/index/index-store.sqlite.ts'
import {keptCounts, recount} from './store/index/recount.ts'
import {fetchRepositories, listRepositories, repositoryPlaces, repositoryPlacesFor} from '#stream/resync.ts'
import type {ResyncStore} from '#stream/resync-store.ts'
import {appviewMigrations} from './store/schema.ts'

const relay = 'https://relay.example.com'
const startMs = Date.parse('2026-01-01T00:00:00Z')
const nowMs = startMs + 86_400_000
const createdAt = '2025-12-31T00:00:00.000Z'
const rkey = (number: number): string =>
  `3jzfcijpj2z${'234567abcdefghij'[number >> 4]}${'234567abcdefghij'[number & 15]}`

/** A repository on its server: what it has written, and its whole export. */
class Hosted {
  readonly repo: TestRepo
  readonly blocks = new BlockMap()
  last: MadeCommit | undefined

  constructor(did: string, number: number) {
    this.repo = new TestRepo(did, testKey(number), startMs)
  }

  write(writes: Record<string, Value>): StreamEvent {
    this.last = this.repo.write(writes)
    for (const {cid, bytes} of this.last.blocks) this.blocks.set(cid, bytes)
    return {...this.last.event, carried: this.last.blocks}
  }

  export(): Uint8Array {
    assert(this.last)
    return encodeCar([this.last.event.commit], this.blocks)
  }
}

function openIndex() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  return {sql, store: new SqliteIndexStore(sql, {now: () => nowMs})}
}

/** A store that tells which repositories are in place. */
const telling = (store: ResyncStore, onDone: (did: Did, rev: string) => void): ResyncStore => ({
  listed: service => store.listed(service),
  note: (service, repos, cursor) => store.note(service, repos, cursor),
  due: limit => store.due(limit),
  begin: did => store.begin(did),
  stage: (did, records) => store.stage(did, records),
  putOff: (did, dueMs) => store.putOff(did, dueMs),
  postpone: (did, dueMs) => store.postpone(did, dueMs),
  async finish(did, rev) {
    const outcome = await store.finish(did, rev)
    if (outcome === 'done') onDone(did, rev)
    return outcome
  },
})

/** Fetches what is due from `hosts`, once. `during` runs once the first half of an export is on its way. */
async function fetchDue(
  {store}: {store: ResyncStore},
  hosts: readonly Hosted[],
  options: {during?: (stop: AbortController) => Promise<void>; answer?: (did: string) => Uint8Array | undefined} = {},
) {
  const told: string[] = []
  const stop = new AbortController()
  const account = async (did: Did) => {
    const key = hosts.find(({repo}) => repo.did === did)?.repo.key.publicKey
    return {ok: true as const, value: {pds: 'https://pds.example.com', key} as Account}
  }
  const world = {
    now: () => nowMs,
    // All that was due has been seen to.
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (ms === 1000 && (await store.due(1)).length === 0) stop.abort(new Error('idle'))
      signal?.throwIfAborted()
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
    },
  }
  const fetch = async (request: Request) => {
    const did = new URL(request.url).searchParams.get('did') ?? ''
    const car = options.answer ? options.answer(did) : hosts.find(({repo}) => repo.did === did)?.export()
    if (!car) return Response.json({error: 'RepoNotFound', message: 'gone'}, {status: 400})
    const body = (async function* () {
      yield car.subarray(0, car.length / 2)
      await options.during?.(stop)
      yield car.subarray(car.length / 2)
    })()
    return new Response(body as unknown as BodyInit, {headers: {'content-type': 'application/vnd.ipld.car'}})
  }
  const places = new Places(repositoryPlaces)
  const deps = {
    resyncs: telling(store, (did, rev) => void told.push(`${did} ${rev}`)),
    identities: {account},
    places,
    guarded: {fetch},
    world,
  }
  await fetchRepositories({...deps, log: silentLog}, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  return told
}

const recordColumns = new Set(['record', 'post', 'root', 'parent', 'quoted', 'list', 'joinedVia', 'reply'])

/** All rows of an index, with names for the numbers that it gave, and without the times at which it saw what. */
function rowsOf(sql: Sql): Record<string, string[]> {
  return sql.read(tx => {
    const dids = new Map(tx.arrays<[number, string]>('SELECT id, did FROM actor'))
    const uris = new Map(
      tx
        .arrays<[number, number, string, string]>(
          'SELECT r.id, r.actor, c.nsid, r.rkey FROM record r JOIN collection c ON c.id = r.collection',
        )
        .map(([id, actor, nsid, key]) => [id, `${dids.get(actor)}/${nsid}/${key}`]),
    )
    const rows: Record<string, string[]> = {
      record: tx
        .arrays<[number, Uint8Array]>('SELECT id, cid FROM record WHERE cid IS NOT NULL')
        .map(([id, cid]) => `${uris.get(id)} ${Buffer.from(cid).toString('hex')}`),
    }
    const tables = 'profile follow post feed_item like repost notification post_agg profile_agg'.split(' ')
    for (const table of tables) {
      const named = (name: string, value: SqlValue): SqlValue | undefined => {
        if (typeof value !== 'number') return value
        const uri = uris.get(value)
        // Which of several records that say the same has the place depends on which was seen first.
        if (name === 'record') return uri?.includes('/app.bsky.feed.post/') ? uri : uri?.replace(/[^/]*$/, '')
        if (recordColumns.has(name) || (name === 'subject' && table !== 'follow')) return uri
        return ['actor', 'subject', 'recipient'].includes(name) ? dids.get(value) : value
      }
      // A notification about what was gone before the index began cannot be known, and is hidden in any case.
      const isShown = table === 'notification' ? 'LEFT JOIN record r ON r.id = t.subject WHERE r.cid IS NOT NULL' : ''
      rows[table] = tx
        .all<Record<string, SqlValue>>(`SELECT t.* FROM ${table} t ${isShown}`)
        // A row of counts that are all 0 again is as good as none.
        .filter(row => !table.endsWith('_agg') || Object.values(row).slice(1).some(Boolean))
        .map(row => JSON.stringify(Object.entries(row).map(([name, value]) => [name, named(name, value)])))
    }
    for (const list of Object.values(rows)) list.sort()
    return rows
  })
}

/** What people write, edit and take back. Every second post is a reply to the one after it, of the next person. */
function history(hosts: readonly Hosted[], count: number, chance: () => number): StreamEvent[] {
  const below = (max: number): number => Math.floor(chance() * max)
  const ref = (at: number, number: number) => ({
    uri: `at://${hosts[at % hosts.length].repo.did}/app.bsky.feed.post/${rkey(number)}`,
    cid: 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a',
  })
  const written = hosts.map(() => new Set<string>())
  return Array.from({length: count}, (_, at) => {
    const by = below(hosts.length)
    const number = below(20)
    const parent = ref(by + 1, number + 1)
    const [name, record] = [
      ['feed.post', {text: `text ${at}`, ...(number % 2 ? {} : {reply: {root: parent, parent}})}],
      ['feed.like', {subject: ref(below(3), below(20))}],
      ['feed.repost', {subject: ref(below(3), below(20))}],
      ['graph.follow', {subject: hosts[below(3)].repo.did}],
    ][below(4)] as [string, Record<string, Value>]
    const path = `app.bsky.${name}/${rkey(number)}`
    if (below(3) === 0 && written[by].delete(path)) return hosts[by].write({[path]: null})
    written[by].add(path)
    return hosts[by].write({[path]: {$type: `app.bsky.${name}`, createdAt, ...record}})
  })
}

const people = (): Hosted[] => [1, 2, 3].map(number => new Hosted(`did:web:p${number}.test`, number))
const numbered = (events: StreamEvent[]): StreamEvent[] =>
  events.map((event, at) => (event.t === '#info' ? event : {...event, seq: at + 1}))
const listed = (hosts: readonly Hosted[]) => hosts.map(({repo}) => ({did: repo.did, rev: repo.rev as string}))

/** Followed all along. */
async function rowsOfLive(events: readonly StreamEvent[]): Promise<Record<string, string[]>> {
  const {sql, store} = openIndex()
  await store.apply(relay, events)
  const rows = rowsOf(sql)
  await sql.close()
  return rows
}

async function assertSame({sql, store}: ReturnType<typeof openIndex>, events: readonly StreamEvent[]) {
  assert.deepEqual(rowsOf(sql), await rowsOfLive(events), `SEED=${runSeed}`)
  assert.deepEqual(sql.read(keptCounts), sql.read(recount))
  assert.deepEqual(await store.due(10), [])
  assert.deepEqual(
    sql.read(tx => tx.all('SELECT 1 FROM staged')),
    [],
  )
  await sql.close()
}

test('an index that came late has the rows of one that followed', async () => {
  const hosts = people()
  const events = numbered(history(hosts, 150, seeded(runSeed)))
  const late = openIndex()
  // It hears of the last ones, and of all by the list of repositories.
  await late.store.apply(relay, events.slice(120))
  await late.store.note(relay, listed(hosts), null)
  const told = await fetchDue(late, hosts)
  assert.deepEqual(
    told.toSorted(),
    hosts.map(({repo}) => `${repo.did} ${repo.rev}`),
  )
  await assertSame(late, events)
})

test('a gap is healed, and so is a repository that says it stands elsewhere', async () => {
  const hosts = people()
  const events = numbered(history(hosts, 150, seeded(runSeed)))
  const index = openIndex()
  await index.store.apply(relay, events.slice(0, 70))
  await index.store.apply(relay, events.slice(100, 140))
  const {last} = hosts[0]
  assert(last)
  const sync = {...hosts[0].repo.sync(last), seq: 151}
  await index.store.apply(relay, [...events.slice(145), sync])
  await fetchDue(index, hosts)
  await assertSame(index, events)
})

test('what commits do while a repository is fetched stands, whichever side of the copy they are on', async () => {
  const hosts = people()
  const random = seeded(runSeed)
  const events = numbered(history(hosts, 100, random))
  const copies = new Map(hosts.map(host => [host.repo.did as string, host.export()]))
  events.push(...numbered(history(hosts, 50, random)))
  const index = openIndex()
  await index.store.apply(relay, events.slice(0, 50))
  // Missed: 50 to 75. Of the rest, all comes while the first repository is on its way.
  await index.store.apply(relay, events.slice(75, 78))
  let missing = 100
  const during = async () => {
    if (missing-- === 100) await index.store.apply(relay, events.slice(78))
  }
  await index.store.note(relay, listed(hosts), null)
  await fetchDue(index, hosts, {during, answer: did => copies.get(did)})
  // Those whose copy was older than the index are still due.
  await index.sql.write(tx => void tx.run('UPDATE actor SET repoDueMs = 0 WHERE repoDueMs IS NOT NULL'))
  await fetchDue(index, hosts)
  await assertSame(index, events)
})

test('a service that dies while it fetches begins again', async () => {
  const hosts = people()
  const events = numbered(history(hosts, 60, seeded(runSeed)))
  const {sql, store} = openIndex()
  await store.note(relay, listed(hosts), null)
  await fetchDue({store}, hosts, {during: async stop => stop.abort(new Error('killed'))})
  assert.equal((await store.due(10)).length, 3)
  const again = {sql, store: new SqliteIndexStore(sql, {now: () => nowMs})}
  await fetchDue(again, hosts)
  await assertSame(again, events)
})

test('a repository that is not right changes nothing and is asked for again later', async () => {
  const hosts = people()
  const events = numbered(history(hosts, 60, seeded(runSeed)))
  const index = openIndex()
  await index.store.apply(relay, events)
  await index.sql.write(tx => void tx.run('UPDATE actor SET repoDueMs = 0'))
  const foreign = hosts[1].export()
  assert.deepEqual(await fetchDue(index, hosts, {answer: did => (did === hosts[0].repo.did ? undefined : foreign)}), [
    `${hosts[1].repo.did} ${hosts[1].repo.rev}`,
  ])
  const due = index.sql.read(tx =>
    tx.arrays('SELECT did, repoDueMs, repoTries FROM actor WHERE repoDueMs IS NOT NULL ORDER BY did'),
  )
  assert.deepEqual(due, [
    [hosts[0].repo.did, nowMs + 5000, 1],
    [hosts[2].repo.did, nowMs + 5000, 1],
  ])
  await index.sql.write(tx => void tx.run('UPDATE actor SET repoDueMs = 0 WHERE repoDueMs IS NOT NULL'))
  await fetchDue(index, hosts)
  await assertSame(index, events)
})

test('a repository that there is no room for is asked for again later, and keeps no other out', async () => {
  const hosts = people()
  history(hosts, 30, seeded(runSeed))
  const {store} = openIndex()
  await store.note(relay, listed(hosts), null)
  const full: ResyncStore = {
    ...telling(store, () => {}),
    async stage(did, records) {
      if (did === hosts[0].repo.did) throw new OutOfSpace()
      await store.stage(did, records)
    },
  }
  assert.deepEqual((await fetchDue({store: full}, hosts)).length, 2)
})

test('the list of repositories is gone through page by page, and again when events were lost', async () => {
  const hosts = people()
  history(hosts, 50, seeded(1))
  const {sql, store} = openIndex()
  const asked: (string | null)[] = []
  const stop = new AbortController()
  const world = {
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (ms === 1000) stop.abort(new Error('idle'))
      signal?.throwIfAborted()
    },
    fetch: async (request: Request) => {
      const cursor = new URL(request.url).searchParams.get('cursor')
      asked.push(cursor)
      if (asked.length === 2) return new Response('busy', {status: 503})
      const at = Number(cursor)
      const {did, rev} = listed(hosts)[at]
      const repos = [{did, rev, head: String(hosts[at].last?.event.commit), active: true}]
      return Response.json({repos, ...(at < 2 ? {cursor: String(at + 1)} : {})})
    },
  }
  const list = () => listRepositories(relay, {resyncs: store, world, log: silentLog}, stop.signal)
  await assert.rejects(list(), {message: 'idle'})
  assert.deepEqual(asked, [null, '1', '1', '2'])
  assert.equal((await store.due(10)).length, 3)
  assert.equal(await store.listed(relay), null)
  await store.apply(relay, [{t: '#info', name: 'OutdatedCursor', message: undefined}])
  assert.equal(await store.listed(relay), undefined)
  await sql.close()
})

/** Dripping hosts of one domain, places in all, and how many of them those hosts come to have. */
const drips = [
  [1, 8, 2],
  [6, 8, 6],
  [6, 5, 4],
] as const
test('servers that drip keep their own places, and no other repository waits for them', {timeout: 20_000}, async () => {
  for (const [hostCount, max, taken] of drips) await drip(hostCount, max, taken)
})

async function drip(hostCount: number, max: number, taken: number): Promise<void> {
  const hosts = people()
  history(hosts, 50, seeded(2))
  const good = hosts[2]
  const {sql, store} = openIndex()
  const resyncs = store
  const evil = Array.from({length: 100 * hostCount}, (_, i) => ({
    did: `did:web:evil${i}.example.com` as Did,
    rev: '3jzfcijpj2z2a',
  }))
  await resyncs.note(relay, evil, null)
  await resyncs.note(relay, listed([good]), null)
  const stop = new AbortController()
  const asked = new Set<string>()
  const ended: string[] = []
  // The signal of a request that nobody holds any more is told nothing.
  const held: Request[] = []
  const account = async (did: Did) => {
    const drips = `https://drips${Number(/\d+/.exec(did)?.[0]) % hostCount}.example.com`
    const pds = did === good.repo.did ? 'https://pds.example.net' : drips
    return {ok: true as const, value: {pds, key: good.repo.key.publicKey} as Account}
  }
  const fetch = async (request: Request): Promise<Response> => {
    const {host, searchParams} = new URL(request.url)
    if (host === 'pds.example.net') return new Response(new Uint8Array(good.export()))
    held.push(request)
    asked.add(searchParams.get('did') ?? '')
    request.signal.addEventListener('abort', () => ended.push(host))
    const start = (out: ReadableStreamDefaultController): void => {
      out.enqueue(good.export().subarray(0, 40).slice())
      request.signal.addEventListener('abort', () => out.error(request.signal.reason))
    }
    return new Response(new ReadableStream({start}))
  }
  const told = Promise.withResolvers<void>()
  const places = new Places({...repositoryPlacesFor(max), groupOf: siteOf})
  const clock = new HandClock(nowMs)
  const deps = {
    resyncs: telling(resyncs, () => told.resolve()),
    identities: {account},
    places,
    guarded: {fetch},
    world: clock,
    log: silentLog,
  }
  const fetching = fetchRepositories(deps, stop.signal)
  const state = {isTold: false}
  void told.promise.then(() => (state.isTold = true))
  // While none comes to an end, others are looked at once a second.
  while (!state.isTold) await clock.pass(1_000)
  assert.equal(asked.size, taken)
  // What has found no place is left for half a minute, without a mark against it.
  const later = sql.read(tx => tx.arrays('SELECT repoTries FROM actor WHERE repoDueMs > ?', nowMs))
  assert.ok(later.length > 0 && later.every(([tries]) => tries === 0))
  stop.abort(new Error('enough'))
  await assert.rejects(fetching, /enough/)
  assert.equal(ended.length, taken)
  await sql.close()
}

test(
  'a repository that is due while the directory is away comes as soon as it is well',
  {timeout: 20_000},
  async () => {
    const host = new Hosted('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', 1)
    host.write({[`app.bsky.feed.post/${rkey(1)}`]: {$type: 'app.bsky.feed.post', text: 'a', createdAt}})
    const {repo} = host
    const {sql, store} = openIndex()
    await store.note(relay, listed([host]), null)
    const clock = new HandClock(nowMs)
    let isWell = false
    const world = {
      ...clock,
      fetch: async () => {
        if (!isWell) return new Response(null, {status: 204})
        return Response.json({
          id: repo.did,
          verificationMethod: [
            {id: '#atproto', type: 'Multikey', publicKeyMultibase: formatMultikey(repo.key.publicKey)},
          ],
          service: [
            {id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.net'},
          ],
        })
      },
    }
    const done: string[] = []
    const stop = new AbortController()
    const fetching = fetchRepositories(
      {
        resyncs: telling(store, did => void done.push(did)),
        identities: new Identities({world, txt: async () => []}),
        places: new Places(repositoryPlaces),
        guarded: {fetch: async () => new Response(new Uint8Array(host.export()))},
        world,
        log: silentLog,
      },
      stop.signal,
    )
    await clock.pass(600_000)
    assert.deepEqual(done, [])
    isWell = true
    await clock.pass(5_000)
    assert.deepEqual(done, [repo.did])
    stop.abort(new Error('enough'))
    await assert.rejects(fetching, /enough/)
    await sql.close()
  },
)
