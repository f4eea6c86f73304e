/**
 * Keeps the archive in step with the log: whole blocks as soon as they are full, and what is left when a segment is as
 * old as it is to be. On a full disk it waits, and the log keeps what is not sealed.
 */
import {fitsBlock, type ArchiveRow} from '#atp/archive/block.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import type {Log} from '#std/log.ts'
import {OutOfSpace, spaceFault} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import {decodeRecord} from '../log-record.ts'
import {blockRows, type Archive} from './archive.ts'

/** Looks so often whether a segment has become old, or a full disk has room again. */
const lookMs = 10_000

interface Deps {
  readonly archive: Archive
  readonly log: EventLog
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly told: Log
  /** Called for each event that has no place in the form of the archive: its `rkey` is too long. */
  readonly onUnfit: () => void
  /** Called after a segment was sealed. */
  readonly onSealed: () => void
}

export class Archiver {
  readonly #deps: Deps
  #waiting: ArchiveRow[] = []
  /** Of the first event that is in no sealed segment, in microseconds. */
  #firstMicros: number | undefined
  /** One act on the archive after the other. */
  #turn: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Until the signal aborts. Rejects when the archive cannot be written. */
  async run(signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const either = AbortSignal.any([signal, ending.signal])
    await this.#deps.archive.growing?.learn(either)
    this.#firstMicros = this.#deps.archive.growing?.first?.minMicros
    try {
      await Promise.all([this.#follow(either), this.#watch(either)])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      ending.abort()
      await this.#turn.catch(() => {})
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const {archive, log, onUnfit} = this.#deps
    for await (const {first, events} of log.tail(archive.last, signal)) {
      for (const [i, event] of events.entries()) {
        const row = decodeRecord(event, first + i)
        if (fitsBlock(row)) this.#waiting.push(row)
        else onUnfit()
      }
      this.#firstMicros ??= this.#waiting[0]?.witnessedMicros
      while (this.#waiting.length >= blockRows) await this.#inTurn(() => this.#write(blockRows, signal))
    }
  }

  /** A segment also becomes old when nothing comes. */
  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.world.sleep(lookMs, signal).catch(() => {})
      if (!signal.aborted) await this.#inTurn(() => this.#sealIfDue(signal))
    }
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    return (this.#turn = this.#turn.then(act))
  }

  async #write(count: number, signal: AbortSignal): Promise<void> {
    const rows = this.#waiting.slice(0, count)
    if (rows.length > 0) await this.#untilRoom(() => this.#deps.archive.append(rows), signal)
    this.#waiting.splice(0, rows.length)
    await this.#sealIfDue(signal)
  }

  async #sealIfDue(signal: AbortSignal): Promise<void> {
    const {archive, onSealed} = this.#deps
    if (this.#firstMicros === undefined || !archive.isDue(this.#firstMicros)) return
    const rows = this.#waiting.slice(0, blockRows)
    if (rows.length > 0) await this.#untilRoom(() => archive.append(rows), signal)
    this.#waiting.splice(0, rows.length)
    await this.#untilRoom(() => archive.seal(), signal)
    this.#firstMicros = this.#waiting[0]?.witnessedMicros
    onSealed()
  }

  async #untilRoom(act: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await act()
      } catch (error) {
        if (!(spaceFault(error) instanceof OutOfSpace)) throw error
        this.#deps.told.warn('the archive waits: the disk is full', {folder: this.#deps.archive.folder})
        await this.#deps.world.sleep(lookMs, signal)
      }
    }
  }
}
