/**
 * A relay that meets a network for the first time looks up a thousand accounts a second and more, and what belongs to a
 * look-up lives until it is answered: long enough for V8 to take it for old, so that a heap of 100 MB becomes 400. Meanwhile
 * V8 is asked to look for garbage sooner. It costs a quarter of what is verified in a second, so it ends with the look-ups.
 */
import {TightHeap} from '#engines/young-heap.ts'
import type {World} from '#std/world.ts'

const lookEveryMs = 2_000
/** Look-ups of which so many a second fill the heap faster than it is looked through. */
const manyPerSecond = 200

export class LookupHeap {
  readonly #hold: () => Disposable
  #count = 0
  #held: Disposable | undefined

  constructor(hold: () => Disposable = () => new TightHeap()) {
    this.#hold = hold
  }

  /** The same world, whose fetches are look-ups. */
  counted(world: World): World {
    return {
      ...world,
      fetch: request => {
        this.#count++
        return world.fetch(request)
      },
    }
  }

  /** Looks until the signal aborts how many there are; lets go of the heap as it ends. */
  async run(world: Pick<World, 'sleep'>, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await world.sleep(lookEveryMs, signal)
        const isMany = this.#count * 1_000 >= manyPerSecond * lookEveryMs
        this.#count = 0
        if (isMany) this.#held ??= this.#hold()
        else this.#letGo()
      }
    } finally {
      this.#letGo()
    }
  }

  #letGo(): void {
    this.#held?.[Symbol.dispose]()
    this.#held = undefined
  }
}
