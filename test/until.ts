/** Waiting for what others do in their own time, on a machine that may be busy with something else. */

/** Asks until there is an answer, often at first; throws `what` when there is none within `withinMs`. */
export async function until<T>(ask: () => T | Promise<T>, what: string, withinMs = 60_000): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs
  for (let tries = 1; ; tries++) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, Math.min(tries, 10)))
  }
}

/**
 * Asks until a figure is the same at so many looks, one after another. Each look is a turn of the event loop at least,
 * so that standing still for a while, as a process does on a busy machine, is not taken for rest.
 */
export async function atRest(ask: () => unknown, looks = 20): Promise<void> {
  let before: unknown
  for (let same = 0; same < looks;) {
    await new Promise(resolve => setTimeout(resolve, 5))
    const now = ask()
    same = now === before ? same + 1 : 0
    before = now
  }
}

/** Lets what has begun get as far as it can without waiting for time: for that nothing comes of it. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve))
}
