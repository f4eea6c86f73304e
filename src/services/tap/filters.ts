/**
 * What is followed and what is told: which collections, and by which ones a repository is known to be of interest. It can
 * be changed while the Tap runs.
 */
import {isNsid} from '#atp/syntax/nsid.ts'

export interface FilterSettings {
  /** Collections that are told of, each an NSID or all under one: `app.bsky.feed.*`. None means all. */
  readonly collections: readonly string[]
  /** Collections, each an NSID: whoever has a record of one is followed. */
  readonly signals: readonly string[]
  /** Whether every repository there is is followed. */
  readonly fullNetwork: boolean
}

const filtersMax = 100
const wildcard = /^(?:[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.){1,16}\*$/

/** What is wrong with them, in a sentence. */
export function filterFault({collections, signals}: FilterSettings): string | undefined {
  if (collections.length > filtersMax || signals.length > filtersMax) return `at most ${filtersMax} of each`
  const collection = collections.find(text => text !== '*' && !isNsid(text) && !wildcard.test(text))
  if (collection !== undefined) return `"${collection.slice(0, 80)}" is neither an NSID nor one that ends in ".*"`
  const signal = signals.find(text => !isNsid(text))
  return signal === undefined ? undefined : `"${signal.slice(0, 80)}" is not an NSID`
}

export class Filters {
  #settings: FilterSettings
  #exact: ReadonlySet<string> = new Set()
  #prefixes: readonly string[] = []
  #signals: ReadonlySet<string> = new Set()
  /** A repository's records come in the order of their collections. */
  #last: {readonly collection: string; readonly passes: boolean} | undefined

  constructor(settings: FilterSettings) {
    this.#settings = settings
    this.set(settings)
  }

  get settings(): FilterSettings {
    return this.#settings
  }

  set(settings: FilterSettings): void {
    this.#settings = settings
    this.#exact = new Set(settings.collections.filter(text => !text.endsWith('*')))
    this.#prefixes = settings.collections.filter(text => text.endsWith('*')).map(text => text.slice(0, -1))
    this.#signals = new Set(settings.signals)
    this.#last = undefined
  }

  /** Whether records of this collection are told of. */
  passes(collection: string): boolean {
    if (this.#settings.collections.length === 0) return true
    if (this.#last?.collection === collection) return this.#last.passes
    const passes = this.#exact.has(collection) || this.#prefixes.some(prefix => collection.startsWith(prefix))
    this.#last = {collection, passes}
    return passes
  }

  isSignal(collection: string): boolean {
    return this.#signals.has(collection)
  }

  /** Whether repositories are found without being named. */
  get discovers(): boolean {
    return this.#settings.fullNetwork || this.#signals.size > 0
  }
}

/** Whether `after` may let pass what `before` did not. */
export const isWider = (before: FilterSettings, after: FilterSettings): boolean => {
  if (after.collections.length === 0) return before.collections.length > 0
  if (before.collections.length === 0) return false
  const known = new Set(before.collections)
  return after.collections.some(text => !known.has(text))
}
