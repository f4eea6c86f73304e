/**
 * One thing looked at, and what came of it: what `resolve`, `doctor` and the pages for who runs a server are made of. A
 * check that is not good says what to do about it, in a sentence that can be followed by whoever reads it.
 */
export interface Check {
  readonly name: string
  /** `warn`: it works, and should not stay so. `skipped`: it could not be looked at, for a reason that is no fault. */
  readonly state: 'good' | 'warn' | 'bad' | 'skipped'
  readonly detail: string
  /** What to do about it. */
  readonly mend?: string
}

export const good = (name: string, detail: string): Check => ({name, state: 'good', detail})
export const bad = (name: string, detail: string, mend: string): Check => ({name, state: 'bad', detail, mend})
export const warn = (name: string, detail: string, mend: string): Check => ({name, state: 'warn', detail, mend})
export const skipped = (name: string, detail: string): Check => ({name, state: 'skipped', detail})
