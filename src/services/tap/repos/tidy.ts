/** Goes on with what is too much for one act (`TapStore.tidySome`), with turns for all else between. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {World} from '#std/world.ts'
import type {TapStore} from '../store/tap-store.ts'

const idleMs = 1_000

interface Deps {
  readonly store: Pick<TapStore, 'tidySome'>
  readonly world: Pick<World, 'sleep'>
  /** Resolves when there is room for what is told of them. */
  readonly room: (signal: AbortSignal) => Promise<void>
  /** Told when events may have been made, or repositories become due. */
  readonly stirred: () => Promise<void>
}

export async function tidy({store, world, room, stirred}: Deps, signal: AbortSignal): Promise<void> {
  for (;;) {
    await room(signal)
    if (await store.tidySome()) {
      await stirred()
      await nextTurn()
    } else await world.sleep(idleMs, signal)
  }
}
