/** What an AppView has in its database, read beside it, against the repositories that it is an index of. */
import assert from 'node:assert/strict'
import {DatabaseSync} from 'node:sqlite'
import {cidFromBytes} from '#atp/data/cid.ts'
import {Statements} from '#engines/sql/statements.ts'
import {keptCounts, recount} from '#services/appview/store/index/recount.ts'

/** Records by `did path`, with their CIDs. */
export type Truth = ReadonlyMap<string, string>

/** How far the index has come in the events of its relay. */
export const indexedSeq = (path: string): number =>
  reading(path, tx => tx.get<{seq: number}>('SELECT max(seq) AS seq FROM cursor')?.seq ?? 0)

export function checkIndex(path: string, truth: Truth): void {
  reading(path, tx => {
    const indexed = new Map(
      tx
        .all<{did: string; nsid: string; rkey: string; cid: Uint8Array}>(
          `SELECT a.did, c.nsid, r.rkey, r.cid FROM record r JOIN actor a ON a.id = r.actor
           JOIN collection c ON c.id = r.collection WHERE r.cid IS NOT NULL`,
        )
        .map(({did, nsid, rkey, cid}) => [`${did} ${nsid}/${rkey}`, cidFromBytes(cid).toString()]),
    )
    const faults = [...truth]
      .filter(([name, cid]) => indexed.get(name) !== cid)
      .map(([name]) => `${name} is not indexed`)
    for (const name of indexed.keys()) if (!truth.has(name)) faults.push(`${name} is indexed and is not there`)
    assert.deepEqual(faults, [], 'the index has the records of the repositories')
    assert.deepEqual(sorted(keptCounts(tx)), sorted(recount(tx)), 'counts equal a recount')
  })
}

function reading<T>(path: string, read: (tx: Statements) => T): T {
  const db = new DatabaseSync(path, {readOnly: true, timeout: 5_000})
  try {
    return read(new Statements(db))
  } finally {
    db.close()
  }
}

const sorted = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
