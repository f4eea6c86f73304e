/**
 * The numbers of accounts. Those met lately are remembered, which holds only while no act is rolled back: `clear` after one
 * that was.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {packDid, unpackDid} from './packed.ts'

const rememberedMax = 100_000
const remembered = <K, V>(): Lru<K, V> => new Lru({countMax: rememberedMax, now: () => 0})

export class Accounts {
  readonly #numbers = remembered<string, number>()
  readonly #dids = remembered<number, Did>()

  /** Its number, given now if it has none. */
  numberOf(tx: SqlWriter, did: Did): number {
    return this.find(tx, did) ?? this.#note(did, tx.run('INSERT INTO account (did) VALUES (?)', packDid(did)).lastRowId)
  }

  /** Its number, where it has one. */
  find(tx: SqlReader, did: string): number | undefined {
    const known = this.#numbers.get(did)
    if (known !== undefined) return known
    const row = tx.get<{id: number}>('SELECT id FROM account WHERE did = ?', packDid(did))
    return row && this.#note(did as Did, row.id)
  }

  didOf(tx: SqlReader, id: number): Did {
    const known = this.#dids.get(id)
    if (known !== undefined) return known
    const did = unpackDid(tx.get<{did: Uint8Array}>('SELECT did FROM account WHERE id = ?', id)!.did)
    this.#note(did, id)
    return did
  }

  clear(): void {
    this.#numbers.clear()
    this.#dids.clear()
  }

  #note(did: Did, id: number): number {
    this.#numbers.set(did, id)
    this.#dids.set(id, did)
    return id
  }
}
