/**
 * A view that counts the records of each collection: as little as a service that follows the relay can be. It also counts
 * the events that it has read since its start and the signatures that its thread checks, and ends as it is told to.
 */
import {isMainThread} from 'node:worker_threads'
import {cryptoEngine, useCryptoEngine} from '#atp/crypto/engine.ts'
import {openSql} from '#engines/open.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import type {Outside} from '#services/service-row.ts'
import {upstreamEvents} from '#stream/upstream-events.ts'
import {runView, ViewNumbers, type ViewStore} from '#stream/view.ts'

const up = `CREATE TABLE count (collection TEXT PRIMARY KEY, records INTEGER NOT NULL) STRICT;
            CREATE TABLE place (source TEXT PRIMARY KEY, cursor INTEGER NOT NULL) STRICT;`
const more = `INSERT INTO count VALUES (?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records`
const moved = `INSERT INTO place VALUES (?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor`

interface Config {
  readonly upstream: string
  readonly unit: string
  readonly database: string
}

/** How its thread may end, beside by a stop. */
const ends: Readonly<Record<string, () => void>> = {
  error() {
    throw new Error('told to fail')
  },
  exit: () => process.exit(0),
  memory() {
    for (const all: object[] = []; ;) all.push({n: all.length})
  },
}

export async function openTally(
  {upstream, unit, database}: Config,
  {world, log, metrics, streams}: Outside,
): Promise<Service> {
  const sql = openSql(database, {migrations: [{name: 'counts', up}]})
  const own = streams.find(({name}) => name === upstream)
  const source = own ?? upstreamEvents(upstream, {world, identities: 'unverified', onDrop: () => {}})
  const {name: crypto, verify} = cryptoEngine
  let [checks, events] = [0, 0]
  useCryptoEngine({
    ...cryptoEngine,
    verify(...given) {
      checks++
      return verify(...given)
    },
  })
  const store: ViewStore = {
    cursor: async name =>
      sql.read(tx => tx.get<{cursor: number}>('SELECT cursor FROM place WHERE source = ?', name))?.cursor,
    apply: (name, batch, cursor) =>
      sql.write(tx => {
        events += batch.length
        for (const event of batch) {
          if (event.t !== '#commit') continue
          for (const {path, action} of event.ops) {
            if (action !== 'update') tx.run(more, path.split('/')[0], action === 'create' ? 1 : -1)
          }
        }
        tx.run(moved, name, cursor)
      }),
  }
  const tasks = new Tasks(log, undefined, world)
  const numbers = new ViewNumbers('tally', metrics, world.now)
  return {
    name: 'tally',
    ended: tasks.ended,
    async fetch(request) {
      const {pathname, searchParams} = new URL(request.url)
      const end = ends[searchParams.get('by') ?? '']
      if (pathname === '/end' && end) setImmediate(end)
      if (pathname !== '/counts') return new Response(null, {status: 404})
      const rows = sql.read(tx => tx.all<{collection: string; records: number}>('SELECT * FROM count'))
      const counts = Object.fromEntries(rows.map(({collection, records}) => [collection, records]))
      return Response.json({unit, counts, isOwnStream: own !== undefined, isMainThread, events, checks, crypto})
    },
    async start() {
      tasks.spawn('count', signal => runView({source, store, start: 'oldest', numbers, world, log}, signal))
    },
    async stop() {
      await tasks.stop()
      await sql.close()
    },
  }
}
