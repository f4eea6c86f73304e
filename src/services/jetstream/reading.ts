/**
 * Pages, made into what goes over the wire once for all readers in step. Readers of one wire who get the same of a page are
 * given the very same array, so that it is put in wire form once for all of them. Nobody need hold the arrays longer than
 * it takes to send them.
 */
import {SingleFlight} from '#std/waiting/async.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {Page} from './archive/archived-rows.ts'
import type {Compression} from './compression.ts'
import type {TellableRow} from './told.ts'

/** How events are told at one endpoint. */
export interface Wire {
  isTold(record: TellableRow): boolean
  textOf(record: TellableRow): string
}

const nothing: readonly Frame[] = []

/** What readers of one wire get of one page. */
class Reading {
  readonly records: readonly TellableRow[]
  readonly #wire: Wire
  readonly #texts: (string | undefined)[] = []
  readonly #made = new Map<string, WeakRef<readonly Frame[]>>()
  /** What is being compressed. */
  readonly #making = new SingleFlight<string, readonly Frame[]>()
  #all: readonly string[] | undefined

  constructor({rows}: Page, wire: Wire) {
    this.#wire = wire
    this.records = rows.every(record => wire.isTold(record)) ? rows : rows.filter(record => wire.isTold(record))
  }

  /** The time at which the first was seen. */
  get fromMicros(): number {
    return this.records.length > 0 ? this.records[0].witnessedMicros : Infinity
  }

  textAt(i: number): string {
    return (this.#texts[i] ??= this.#wire.textOf(this.records[i]))
  }

  /** What passes, as texts or as frames of `compression`; `all` says that everything does. */
  framesOf(
    passes: (record: TellableRow, i: number) => boolean,
    all: boolean,
    compression?: Compression,
  ): readonly Frame[] | Promise<readonly Frame[]> {
    if (all && !compression) return (this.#all ??= this.records.map((_, i) => this.textAt(i)))
    const wanted: number[] = []
    let key = compression ? 'z' : ''
    for (let i = 0; i < this.records.length; i++) {
      const isWanted = all || passes(this.records[i], i)
      if (!all) key += isWanted ? '1' : '0'
      if (isWanted) wanted.push(i)
    }
    if (wanted.length === 0) return nothing
    const known = this.#made.get(key)?.deref()
    if (known) return known
    if (compression) return this.#making.do(key, () => this.#compressed(wanted, key, compression))
    const made = wanted.map(i => this.textAt(i))
    this.#made.set(key, new WeakRef(made))
    return made
  }

  async #compressed(wanted: readonly number[], key: string, compression: Compression): Promise<readonly Frame[]> {
    const frames = await Promise.all(wanted.map(i => compression.frameOf(this.records[i], this.textAt(i))))
    this.#made.set(key, new WeakRef(frames))
    return frames
  }
}

export class Readings {
  readonly #wire: Wire
  readonly #readings = new WeakMap<Page, Reading>()

  constructor(wire: Wire) {
    this.#wire = wire
  }

  of(page: Page): Reading {
    let reading = this.#readings.get(page)
    if (!reading) this.#readings.set(page, (reading = new Reading(page, this.#wire)))
    return reading
  }
}
