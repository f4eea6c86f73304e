/**
 * How far the index has come with each account, and whether the account is active: asked for by every commit. What was
 * asked lately is remembered, which holds because everything that changes it goes through here, and only while no act is
 * rolled back: `clear` after one that was.
 */
import {Lru} from '#engines/cache/lru.ts'
import type {SqlWriter} from '#engines/sql/sql.ts'

/** As the columns of `actor`. */
export interface ActorState {
  readonly rev: string | null
  readonly status: string | null
}

const rememberedMax = 100_000

export class ActorStates {
  readonly #known = new Lru<number, ActorState>({countMax: rememberedMax, now: () => 0})

  get(tx: SqlWriter, id: number): ActorState {
    const known = this.#known.get(id)
    if (known) return known
    const state = tx.get<ActorState>('SELECT rev, status FROM actor WHERE id = ?', id) ?? {rev: null, status: null}
    this.#known.set(id, state)
    return state
  }

  set(tx: SqlWriter, id: number, change: Partial<ActorState>): void {
    const state = {...this.get(tx, id), ...change}
    tx.run('UPDATE actor SET rev = ?, status = ? WHERE id = ?', state.rev, state.status, id)
    this.#known.set(id, state)
  }

  clear(): void {
    this.#known.clear()
  }
}
