/**
 * The numbers of accounts and records. Each gets its number when it is first met, as author or in a link. Those met
 * lately are remembered, which holds only while no act is rolled back: `clear` after one that was.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {RecordLink} from './record-indexer.ts'

const rememberedMax = 100_000
const remembered = (): Lru<string, number> => new Lru({countMax: rememberedMax, now: () => 0})

export class Numbers {
  readonly #actors = remembered()
  readonly #collections = remembered()
  readonly #records = remembered()
  /** The record asked for last: what a like is of is also what its notice is about. */
  #last: (RecordLink & {id: number}) | undefined

  actor(tx: SqlWriter, did: Did, nowMs: number): number {
    return numbered(
      this.#actors,
      did,
      () =>
        found(tx.get('SELECT id FROM actor WHERE did = ?', did)) ??
        tx.run('INSERT INTO actor (did, indexedMs) VALUES (?, ?)', did, nowMs).lastRowId,
    )
  }

  collection(tx: SqlWriter, nsid: string): number {
    return numbered(
      this.#collections,
      nsid,
      () =>
        found(tx.get('SELECT id FROM collection WHERE nsid = ?', nsid)) ??
        tx.run('INSERT INTO collection (nsid) VALUES (?)', nsid).lastRowId,
    )
  }

  record(tx: SqlWriter, {did, collection, rkey}: RecordLink, nowMs: number): number {
    const last = this.#last
    if (last && last.rkey === rkey && last.did === did && last.collection === collection) return last.id
    const id = numbered(this.#records, `${did}/${collection}/${rkey}`, () => {
      const place = [this.actor(tx, did, nowMs), this.collection(tx, collection), rkey]
      return (
        found(tx.get('SELECT id FROM record WHERE actor = ? AND collection = ? AND rkey = ?', ...place)) ??
        tx.run('INSERT INTO record (actor, collection, rkey) VALUES (?, ?, ?)', ...place).lastRowId
      )
    })
    this.#last = {did, collection, rkey, id}
    return id
  }

  /** The number of a record that is likely to be asked for, such as a new post. */
  remember({did, collection, rkey}: RecordLink, id: number): void {
    this.#records.set(`${did}/${collection}/${rkey}`, id)
    this.#last = {did, collection, rkey, id}
  }

  clear(): void {
    this.#last = undefined
    for (const each of [this.#actors, this.#collections, this.#records]) each.clear()
  }
}

const found = (row: {id: number} | undefined): number | undefined => row?.id

function numbered(known: Lru<string, number>, key: string, number: () => number): number {
  const before = known.get(key)
  if (before !== undefined) return before
  const id = number()
  known.set(key, id)
  return id
}
