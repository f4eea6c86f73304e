/**
 * All words of all feeds, found in one walk over a text (Aho and Corasick, 1975). What it costs goes with the length of
 * the text and not with how many words there are: that is what lets a thousand feeds share a stream.
 *
 * Its edges lie in one open hash table of typed arrays, not in an object for each state: ten thousand words are some
 * eighty thousand states, and a walk over objects of that many misses the cache at every step.
 */
import {fold, foldTable} from './fold.ts'

/** Called for each place where a word ends: which word, and the UTF-16 unit behind it. */
export type OnHit = (word: number, end: number) => void

const root = 0

export class Automaton {
  readonly #mask: number
  /** The edges: from which state, by which unit, to which state; 0 is a free slot, as no edge leads to the root. */
  readonly #from: Int32Array
  readonly #unit: Uint16Array
  readonly #to: Int32Array
  readonly #first = new Int32Array(65_536)
  readonly #fail: Int32Array
  /** The state of the longest word that ends here beside the one that the state is; 0 for none. */
  readonly #shorter: Int32Array
  /** Which word a state is, from 1; 0 for none. */
  readonly #word: Int32Array
  #states = 1

  /** Finds `words`, none of them empty, without regard to case. A hit tells the place of a word in the list. */
  constructor(words: readonly string[]) {
    const length = words.reduce((sum, word) => sum + word.length, 1)
    const size = 2 ** Math.ceil(Math.log2(2 * length + 2))
    this.#mask = size - 1
    this.#from = new Int32Array(size)
    this.#unit = new Uint16Array(size)
    this.#to = new Int32Array(size)
    this.#fail = new Int32Array(length)
    this.#shorter = new Int32Array(length)
    this.#word = new Int32Array(length)
    const parent = new Int32Array(length)
    const by = new Uint16Array(length)
    for (const [i, word] of words.entries()) {
      let state = root
      for (const unit of unitsOf(fold(word))) {
        const before = this.#states
        const next = this.#step(state, unit) || this.#add(state, unit)
        if (this.#states > before) {
          parent[next] = state
          by[next] = unit
        }
        state = next
      }
      this.#word[state] = i + 1
    }
    this.#link(parent, by)
  }

  /** Where each state goes on when a unit has no edge: to the longest other word that it may be the beginning of. */
  #link(parent: Int32Array, by: Uint16Array): void {
    const depth = new Int32Array(this.#states)
    for (let state = 1; state < this.#states; state++) depth[state] = depth[parent[state]] + 1
    const order = Int32Array.from({length: this.#states}, (_, state) => state).toSorted((a, b) => depth[a] - depth[b])
    for (const state of order) {
      if (depth[state] < 2) continue
      let back = this.#fail[parent[state]]
      let next = this.#step(back, by[state])
      while (next === 0 && back !== root) {
        back = this.#fail[back]
        next = this.#step(back, by[state])
      }
      this.#fail[state] = next
      this.#shorter[state] = this.#word[next] ? next : this.#shorter[next]
    }
  }

  /** Walks over a text. */
  scan(text: string, onHit: OnHit): void {
    const folded = foldTable()
    let state = root
    for (let i = 0; i < text.length; i++) {
      const unit = folded[text.charCodeAt(i)]
      let next = this.#step(state, unit)
      while (next === 0 && state !== root) {
        state = this.#fail[state]
        next = this.#step(state, unit)
      }
      state = next
      for (let end = this.#word[state] ? state : this.#shorter[state]; end !== 0; end = this.#shorter[end]) {
        onHit(this.#word[end] - 1, i + 1)
      }
    }
  }

  /** The state behind an edge; 0 where there is none. */
  #step(state: number, unit: number): number {
    if (state === root) return this.#first[unit]
    for (let slot = this.#slot(state, unit); this.#to[slot] !== 0; slot = (slot + 1) & this.#mask) {
      if (this.#from[slot] === state && this.#unit[slot] === unit) return this.#to[slot]
    }
    return 0
  }

  #add(state: number, unit: number): number {
    const next = this.#states++
    if (state === root) return (this.#first[unit] = next)
    let slot = this.#slot(state, unit)
    while (this.#to[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#from[slot] = state
    this.#unit[slot] = unit
    return (this.#to[slot] = next)
  }

  #slot(state: number, unit: number): number {
    const mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & this.#mask
  }
}

const unitsOf = (text: string): number[] => Array.from({length: text.length}, (_, i) => text.charCodeAt(i))
