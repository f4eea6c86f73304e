/** The index as a view. */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {viewContract} from '#stream/view.contract.ts'
import {IndexView} from '../indexer.ts'
import {appviewMigrations} from '../schema.ts'
import {Processor} from './processor.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')

viewContract('the index of an AppView', () => {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const open = (): IndexView => new IndexView(new Processor(sql, {now: () => nowMs}), {forget: () => {}})
  return {
    store: open(),
    reopened: open,
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
})
