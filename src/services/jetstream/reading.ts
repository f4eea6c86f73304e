/**
 * Batches of the log, taken apart once for all readers in step. Readers of one wire who get the same of a batch are given
 * the very same array, so that it is put in wire form once for all of them. Nobody need hold the arrays longer than it
 * takes to send them.
 */
import type {Batch} from '#engines/event-log/event-log.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {Compression} from './compression.ts'
import {decodeRecord} from './log-record.ts'
import type {TellableRow} from './told.ts'

/** How events are told at one endpoint. */
export interface Wire {
  isTold(record: TellableRow): boolean
  textOf(record: TellableRow): string
}

const decoded = new WeakMap<Batch, readonly TellableRow[]>()

function recordsOf(batch: Batch): readonly TellableRow[] {
  let records = decoded.get(batch)
  if (!records) {
    records = batch.events.map((event, i) => decodeRecord(event, batch.first + i))
    decoded.set(batch, records)
  }
  return records
}

const nothing: readonly Frame[] = []

/** What readers of one wire get of one batch. */
class Reading {
  readonly records: readonly TellableRow[]
  readonly #wire: Wire
  readonly #texts: (string | undefined)[] = []
  readonly #made = new Map<string, WeakRef<readonly Frame[]>>()
  #all: readonly string[] | undefined

  constructor(records: readonly TellableRow[], wire: Wire) {
    this.#wire = wire
    this.records = records.every(record => wire.isTold(record))
      ? records
      : records.filter(record => wire.isTold(record))
  }

  /** The time of the first event. */
  get fromMicros(): number {
    return this.records.length > 0 ? this.records[0].timeMicros : Infinity
  }

  textAt(i: number): string {
    return (this.#texts[i] ??= this.#wire.textOf(this.records[i]))
  }

  /** What passes, as texts or as frames of `compression`; `all` says that everything does. */
  framesOf(
    passes: (record: TellableRow, i: number) => boolean,
    all: boolean,
    compression?: Compression,
  ): readonly Frame[] {
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
    const made = wanted.map(i => (compression ? compression.frameOf(this.records[i], this.textAt(i)) : this.textAt(i)))
    this.#made.set(key, new WeakRef(made))
    return made
  }
}

export class Readings {
  readonly #wire: Wire
  readonly #readings = new WeakMap<Batch, Reading>()

  constructor(wire: Wire) {
    this.#wire = wire
  }

  of(batch: Batch): Reading {
    let reading = this.#readings.get(batch)
    if (!reading) this.#readings.set(batch, (reading = new Reading(recordsOf(batch), this.#wire)))
    return reading
  }
}
