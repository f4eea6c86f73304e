/** The index as a view, and as one whose repositories are fetched. */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {resyncNowMs, resyncStoreContract} from '#stream/resync-store.contract.ts'
import {viewContract} from '#stream/view.contract.ts'
import {IndexView} from '../../indexer.ts'
import {appviewMigrations} from '../schema.ts'
import {SqliteIndexStore} from './index-store.sqlite.ts'

function openIndex(nowMs: number) {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const open = () => {
    const store = new SqliteIndexStore(sql, {now: () => nowMs})
    return {view: new IndexView(store, {doubt: () => {}, forget: () => {}}), store: store}
  }
  return {
    ...open(),
    open,
    async posts() {
      const rows = sql.read(tx =>
        tx.all<{did: string; rkey: string; body: Uint8Array}>(
          `SELECT a.did, r.rkey, r.body FROM record r JOIN actor a ON a.id = r.actor
           WHERE r.cid IS NOT NULL`,
        ),
      )
      return new Map(
        rows.map(({did, rkey, body}) => [`${did}/${rkey}`, (decodeCborLenient(body) as {text: string}).text]),
      )
    },
    async isDue(did: Did) {
      return sql.read(tx => tx.get('SELECT 1 FROM actor WHERE did = ? AND repoDueMs IS NOT NULL', did)) !== undefined
    },
    [Symbol.asyncDispose]: () => sql.close(),
  }
}

viewContract('the index of an AppView', () => {
  const index = openIndex(Date.parse('2026-01-02T03:04:05Z'))
  return {...index, store: index.view, reopened: () => index.open().view}
})

resyncStoreContract('the index of an AppView, fetching repositories', () => {
  const index = openIndex(resyncNowMs)
  return {...index, reopened: index.open}
})
