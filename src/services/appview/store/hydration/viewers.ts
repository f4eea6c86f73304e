/**
 * What the records of people who look again and again say of what they look at: whom they follow, what they like. Every
 * record of theirs, and of others about them, names them; so all of it is forgotten as soon as one changes.
 */
import type {Lru} from '#engines/cache/lru.ts'
import type {Follows, Marks} from '../../hydration/relation.ts'
import type {Memory} from '../memory.ts'

const viewersMax = 2_000
/** Accounts or records of which something is remembered for one viewer: some hundred pages. */
const rememberedMax = 10_000

export interface Remembered {
  readonly follows: Map<number, Follows>
  readonly marks: Map<number, Marks>
}

export class Viewers {
  readonly #known: Lru<number, Remembered>

  constructor(memory: Memory) {
    this.#known = memory.changing(viewersMax)
  }

  of(viewer: number): Remembered {
    const known = this.#known.get(viewer)
    if (known && known.follows.size + known.marks.size < rememberedMax) return known
    const fresh = {follows: new Map<number, Follows>(), marks: new Map<number, Marks>()}
    this.#known.set(viewer, fresh)
    return fresh
  }
}
