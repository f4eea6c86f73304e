/**
 * What the stream tells of an account's records while its server is asked for all of them. The server may have looked before
 * or after, so what was told meanwhile is what holds: else what came would be lost, and what went would be back.
 */
import type {Did} from '#atp/syntax/did.ts'

/** By record key; `undefined` for what is gone. */
type Told<Value> = Map<string, Value | undefined>

/** Records that are noted of one account meanwhile. */
const toldMax = 10_000

export class ToldMeanwhile<Value> {
  readonly #asked = new Map<Did, Set<Told<Value>>>()

  /** What is told of the records of this account from now on, until it is disposed of. */
  of(did: Did): Disposable & {readonly told: ReadonlyMap<string, Value | undefined>} {
    const told: Told<Value> = new Map()
    const all = this.#asked.get(did) ?? new Set()
    this.#asked.set(did, all.add(told))
    const end = (): void => {
      all.delete(told)
      if (all.size === 0 && this.#asked.get(did) === all) this.#asked.delete(did)
    }
    return {told, [Symbol.dispose]: end}
  }

  /** A record is there, or gone. */
  note(did: Did, rkey: string, value: Value | undefined): void {
    for (const told of this.#asked.get(did) ?? []) if (told.size < toldMax || told.has(rkey)) told.set(rkey, value)
  }
}
