/**
 * The numbers of accounts and records. Each gets its number when it is first met, as author or in a link. Those met
 * lately are remembered, which holds only while no act is rolled back: `clear` after one that was.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {RecordLink} from '../../index/record-indexer.ts'

const rememberedMax = 100_000
const remembered = (): Lru<string, number> => new Lru({countMax: rememberedMax, now: () => 0})

export class Numbers {
  readonly #actors = remembered()
  readonly #collections = remembered()
  readonly #records = remembered()
  /** The record asked for last: what a like is of is also what its notification is about. */
  #last: (RecordLink & {id: number}) | undefined

  actor(tx: SqlWriter, did: Did, nowMs: number): number {
    const known = this.#actors.get(did)
    if (known !== undefined) return known
    const id =
      found(tx.get('SELECT id FROM actor WHERE did = ?', did)) ??
      tx.run('INSERT INTO actor (did, indexedMs) VALUES (?, ?)', did, nowMs).lastRowId
    this.#actors.set(did, id)
    return id
  }

  collection(tx: SqlWriter, nsid: string): number {
    const known = this.#collections.get(nsid)
    if (known !== undefined) return known
    const id =
      found(tx.get('SELECT id FROM collection WHERE nsid = ?', nsid)) ??
      tx.run('INSERT INTO collection (nsid) VALUES (?)', nsid).lastRowId
    this.#collections.set(nsid, id)
    return id
  }

  record(tx: SqlWriter, link: RecordLink, nowMs: number): number {
    const {did, collection, rkey} = link
    const last = this.#last
    if (last && last.rkey === rkey && last.did === did && last.collection === collection) return last.id
    const known = this.#records.get(keyOf(link))
    if (known !== undefined) {
      this.#last = {did, collection, rkey, id: known}
      return known
    }
    const place = [this.actor(tx, did, nowMs), this.collection(tx, collection), rkey]
    const id =
      found(tx.get('SELECT id FROM record WHERE actor = ? AND collection = ? AND rkey = ?', ...place)) ??
      tx.run('INSERT INTO record (actor, collection, rkey) VALUES (?, ?, ?)', ...place).lastRowId
    this.remember(link, id)
    return id
  }

  /** The number of a record that is likely to be asked for, such as a new post. */
  remember(link: RecordLink, id: number): void {
    this.#records.set(keyOf(link), id)
    this.#last = {...link, id}
  }

  clear(): void {
    this.#last = undefined
    for (const each of [this.#actors, this.#collections, this.#records]) each.clear()
  }
}

const found = (row: {id: number} | undefined): number | undefined => row?.id

const keyOf = ({did, collection, rkey}: RecordLink): string => `${did}/${collection}/${rkey}`
