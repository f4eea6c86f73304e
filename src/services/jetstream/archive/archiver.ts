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
import {blockRows, blockSizeMax, type Archive} from './archive.ts'
import {compact} from './compaction.ts'

/** Looks so often whether a segment has become old, or a full disk has room again. */
const lookMs = 10_000

interface Deps {
  readonly archive: Archive
  readonly log: EventLog
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly told: Log
  /** Called for each event that has no place in the form of the archive: its `rkey` is too long. */
  readonly onUnfit: () => void
  /** Milliseconds between two compactions; 0 for none. */
  readonly compactionIntervalMs: number
  /** Told how many events have gone. */
  readonly onCompacted: (count: number) => void
}

export class Archiver {
  readonly #deps: Deps
  #waiting: ArchiveRow[] = []
  /** Bytes of their records. */
  #waitingSize = 0
  /** The last event of the log that was looked at. */
  #readThrough = 0
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
    const {archive} = this.#deps
    this.#readThrough = archive.last
    await archive.growing?.learn(either)
    this.#firstMicros = archive.growing?.first?.minMicros
    try {
      await Promise.all([this.#follow(either), this.#watch(either)])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      ending.abort()
      await this.#turn
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const {archive, log, onUnfit} = this.#deps
    for await (const {first, events} of log.tail(archive.last, signal)) {
      for (const [i, event] of events.entries()) {
        const row = decodeRecord(event, first + i)
        if (fitsBlock(row)) this.#add(row)
        else onUnfit()
      }
      this.#readThrough = first + events.length - 1
      this.#firstMicros ??= this.#waiting[0]?.witnessedMicros
      while (this.#isBlockFull) await this.inTurn(() => this.#write(signal))
    }
  }

  #add(row: ArchiveRow): void {
    this.#waiting.push(row)
    this.#waitingSize += row.payload.length
  }

  get #isBlockFull(): boolean {
    return this.#waiting.length >= blockRows || this.#waitingSize >= blockSizeMax
  }

  /** Writes the next block, if anything waits. */
  async #append(signal: AbortSignal): Promise<void> {
    let [count, size] = [0, 0]
    while (count < Math.min(this.#waiting.length, blockRows) && size < blockSizeMax) {
      size += this.#waiting[count++].payload.length
    }
    const rows = this.#waiting.slice(0, count)
    if (count > 0) await this.#untilRoom(() => this.#deps.archive.append(rows), signal)
    this.#waiting.splice(0, count)
    this.#waitingSize -= size
  }

  /** A segment also becomes old when nothing comes. */
  async #watch(signal: AbortSignal): Promise<void> {
    const {compactionIntervalMs: interval, world} = this.#deps
    let nextMs = world.now() + interval
    while (!signal.aborted) {
      await world.sleep(lookMs, signal).catch(() => {})
      if (signal.aborted) return
      await this.inTurn(() => this.#sealIfDue(signal))
      if (interval === 0 || world.now() < nextMs) continue
      await this.inTurn(() => this.#compact(signal))
      nextMs = world.now() + interval
    }
  }

  /** Does an act on the archive when nothing else is done to it. What fails in it ends nothing but itself. */
  inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => {})
    return done
  }

  /** Seals what the log had when it was asked. */
  async sealAll(signal: AbortSignal): Promise<void> {
    const {last} = this.#deps.log.bounds()
    while (!signal.aborted && this.#readThrough < last) await this.#deps.world.sleep(lookMs / 100, signal)
    await this.inTurn(async () => {
      while (this.#isBlockFull) await this.#write(signal)
      await this.#seal(signal)
    })
  }

  async #write(signal: AbortSignal): Promise<void> {
    await this.#append(signal)
    await this.#sealIfDue(signal)
  }

  async #sealIfDue(signal: AbortSignal): Promise<void> {
    const {archive} = this.#deps
    if (this.#firstMicros !== undefined && archive.isDue(this.#firstMicros)) await this.#seal(signal)
  }

  async #seal(signal: AbortSignal): Promise<void> {
    const {archive} = this.#deps
    await this.#append(signal)
    await this.#untilRoom(() => archive.seal(), signal)
    this.#firstMicros = this.#waiting[0]?.witnessedMicros
  }

  async #compact(signal: AbortSignal): Promise<void> {
    const {archive, told, onCompacted} = this.#deps
    try {
      onCompacted(await compact(archive, signal))
    } catch (error) {
      // A segment that cannot be read, or a full disk: what is told goes on, and this is tried again.
      if (!signal.aborted) told.error('the archive could not be compacted', {folder: archive.folder, error})
    }
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
