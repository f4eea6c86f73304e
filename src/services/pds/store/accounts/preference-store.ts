/** What apps keep about an account for its owner alone: settings, muted words, saved feeds. */
import type {ValueMap} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'

/** One of them, with the `$type` that says what it is. */
export type Preference = ValueMap & {$type: string}

export interface PreferenceStore {
  /** Those whose `$type` begins with `namespace` and a dot, in the order in which they were put. */
  preferences(did: Did, namespace: string): Promise<Preference[]>
  /** Puts these in the place of all of that namespace but the ones of the types in `keep`. */
  putPreferences(did: Did, namespace: string, all: readonly Preference[], keep: readonly string[]): Promise<void>
  /** How many there are in all. */
  countPreferences(did: Did): Promise<number>
}
