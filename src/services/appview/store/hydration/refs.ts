/** From DIDs, handles and URIs to the numbers that the index knows them by. A number once given never changes. */
import type {Lru} from '#engines/cache/lru.ts'
import type {SqlReader} from '#engines/sql/sql.ts'
import {isDid} from '#atp/syntax/did.ts'
import type {Memory} from '../memory.ts'

const rememberedMax = 100_000

const recordsSql = `
  SELECT j.key, r.id FROM json_each(?) j CROSS JOIN actor a ON a.did = j.value ->> 0
  JOIN collection c ON c.nsid = j.value ->> 1
  JOIN record r ON r.actor = a.id AND r.collection = c.id AND r.rkey = j.value ->> 2`

export class Refs {
  readonly #actors: Lru<string, number>
  readonly #records: Lru<string, number>

  constructor(memory: Memory) {
    this.#actors = memory.given(rememberedMax)
    this.#records = memory.given(rememberedMax)
  }

  /** The number of an account by its DID, or by its handle as it was confirmed last. */
  actor(tx: SqlReader, identifier: string): number | undefined {
    if (!isDid(identifier)) {
      return tx.get<{id: number}>('SELECT id FROM actor WHERE handle = ?', identifier.toLowerCase())?.id
    }
    const known = this.#actors.get(identifier)
    if (known !== undefined) return known
    const id = tx.get<{id: number}>('SELECT id FROM actor WHERE did = ?', identifier)?.id
    if (id !== undefined) this.#actors.set(identifier, id)
    return id
  }

  /** The numbers of records by their URIs. What has none is not there; the authority may be a handle. */
  records(tx: SqlReader, uris: Iterable<string>): Map<string, number> {
    const found = new Map<string, number>()
    const missing: string[] = []
    const places: string[][] = []
    for (const uri of uris) {
      const known = this.#records.get(uri)
      if (known !== undefined) found.set(uri, known)
      else {
        const [authority, collection, rkey] = uri.slice('at://'.length).split('/')
        const did = isDid(authority) ? authority : this.#didOf(tx, authority)
        if (did === undefined || !rkey) continue
        missing.push(uri)
        places.push([did, collection, rkey])
      }
    }
    if (missing.length === 0) return found
    for (const [at, id] of tx.arrays<[number, number]>(recordsSql, JSON.stringify(places))) {
      const uri = missing[at]
      found.set(uri, id)
      // By its handle a record is found only while the handle is its author's.
      if (uri.startsWith('at://did:')) this.#records.set(uri, id)
    }
    return found
  }

  #didOf(tx: SqlReader, handle: string): string | undefined {
    return tx.get<{did: string}>('SELECT did FROM actor WHERE handle = ?', handle.toLowerCase())?.did
  }
}
