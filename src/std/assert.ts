/**
 * Broken invariants of our own. A failed assertion is a bug in this program, never an answer to bad input:
 * it ends the service loudly, so nothing that came from outside may be checked with it (see `malformed.ts`).
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws `AssertionError` unless `condition` holds. `what` states the invariant, in the affirmative. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new AssertionError(`Broken invariant: ${what}`)
}

/** For the default of a switch that has covered every case: a compile error while one is missing. */
export function unreachable(value: never): never {
  throw new AssertionError(`Broken invariant: this value is of no known kind: ${String(value)}`)
}
