/** Waiting for what other processes do in their own time. */

/** Asks until there is an answer, every few milliseconds; throws `what` when there is none within `withinMs`. */
export async function until<T>(ask: () => T | Promise<T>, what: string, withinMs = 15_000): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
