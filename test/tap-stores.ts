/** The stores of a Tap on a database of their own, and what a consumer that has all of its events knows. */
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {Filters, type FilterSettings} from '#services/tap/filters.ts'
import {countOf, eventText, type Page} from '#services/tap/outbox/page.ts'
import {decodeWrites} from '#services/tap/store/changes.ts'
import {SqliteOutboxStore} from '#services/tap/store/outbox-store.sqlite.ts'
import {tapMigrations} from '#services/tap/store/schema.ts'
import {SqliteTapStore, type SqliteTapOptions} from '#services/tap/store/tap-store.sqlite.ts'
import {decodeCborLenient} from '../src/atp/data/cbor-decode.ts'

export interface TapEvent {
  id: number
  type: 'record' | 'identity' | 'repo'
  record?: {
    live: boolean
    did: string
    rev: string
    collection: string
    rkey: string
    action: 'create' | 'update' | 'delete'
    record?: {text?: string}
    cid?: string
  }
  identity?: {did: string; handle: string; is_active: boolean; status: string}
  repo?: {did: string; state: string; status: string; rev: string; error: string; retries: number}
}

export const everything: FilterSettings = {collections: [], signals: [], fullNetwork: true}
export const nothingUnasked: FilterSettings = {...everything, fullNetwork: false}

export const eventsOf = (pages: readonly Page[]): TapEvent[] =>
  pages.flatMap(page => Array.from({length: countOf(page)}, (_, i) => JSON.parse(eventText(page, i)) as TapEvent))

/** The texts of the records that a consumer knows, by `did/rkey`. */
export function fold(events: readonly TapEvent[], known = new Map<string, string>()): Map<string, string> {
  for (const {record, identity} of events) {
    if (identity?.status === 'deleted') {
      for (const key of known.keys()) if (key.startsWith(`${identity.did}/`)) known.delete(key)
    }
    if (!record) continue
    const key = `${record.did}/${record.rkey}`
    if (record.action === 'delete') known.delete(key)
    else known.set(key, record.record?.text ?? '')
  }
  return known
}

const all = {count: 100_000, size: 2 ** 30}

export function openTapStores(
  nowMs: number,
  settings = everything,
  options: Partial<SqliteTapOptions> = {},
  sql: Sql = openSql('memory:', {migrations: tapMigrations}),
) {
  const filters = new Filters(settings)
  const world = {now: () => nowMs}
  const open = (): SqliteTapStore =>
    new SqliteTapStore(sql, {world, filters, cursorSaveMs: 0, tellsStates: false, ...options})
  const outbox = new SqliteOutboxStore(sql)
  const events = async (): Promise<TapEvent[]> => eventsOf(await outbox.waiting(0, all))
  return {
    sql,
    filters,
    store: open(),
    open,
    outbox,
    events,
    /** Of records alone, in few words. */
    async told(): Promise<string[]> {
      return (await events()).flatMap(({record}) =>
        record
          ? [`${record.live ? 'live ' : ''}${record.action} ${record.rkey} ${record.record?.text ?? ''}`.trim()]
          : [],
      )
    },
    /** As it will be once what is held has been told. */
    async posts() {
      const known = fold(await events())
      const held = sql.read(tx =>
        tx.all<{did: string; body: Uint8Array}>(
          'SELECT did, body FROM held JOIN repo ON repo.id = held.repo ORDER BY held.id',
        ),
      )
      for (const {did, body} of held) {
        for (const {path, bytes} of decodeWrites(body)) {
          const key = `${did}/${path.split('/')[1]}`
          if (bytes) known.set(key, (decodeCborLenient(bytes) as {text: string}).text)
          else known.delete(key)
        }
      }
      return known
    },
    async isDue(did: Did) {
      return sql.read(tx => tx.get('SELECT 1 FROM repo WHERE did = ? AND dueMs IS NOT NULL', did)) !== undefined
    },
    [Symbol.asyncDispose]: () => sql.close(),
  }
}
