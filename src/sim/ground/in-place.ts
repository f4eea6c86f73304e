/**
 * What the runtime does when it likes, done at once while a simulation runs: else the same seed would not give the same
 * run. There is one such thing left that no `World` reaches: nothing that is held weakly is found again, since the
 * garbage collector decides by the clock what is still there.
 *
 * Passwords are hashed by the `World` (`slowHash`), files by its disk, session tokens are signed in place, and signatures
 * are checked on other cores only in batches that are larger than any that the simulated network hands over.
 */

/** Until disposed of. */
export function inPlace(): Disposable {
  const realWeakRef = globalThis.WeakRef
  globalThis.WeakRef = Gone as unknown as WeakRefConstructor
  return {
    [Symbol.dispose]: () => {
      globalThis.WeakRef = realWeakRef
    },
  }
}

/** A reference to what has been collected already. */
class Gone<T extends WeakKey> {
  readonly [Symbol.toStringTag] = 'WeakRef'

  deref(): T | undefined {
    return undefined
  }
}
