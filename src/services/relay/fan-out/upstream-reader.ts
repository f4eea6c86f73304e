/**
 * One upstream, followed for ever, of which nothing is checked but its numbers: they rise, or it has begun anew. What it
 * tells by `#info` is passed on before the event that follows, since it is of what is missing there.
 */
import {decodeFrame} from '#atp/sync/frame.ts'
import {Malformed} from '#std/malformed.ts'
import type {Frame} from '#std/wire/frames.ts'
import {encodeUpstreamFrame, type UpstreamPlace} from './upstream-frame.ts'

/** Why a message is not passed on. */
export type Unread = 'not-binary' | 'malformed' | 'no-seq' | 'repeated-seq' | 'error-frame'

export class UpstreamReader {
  #place: UpstreamPlace | undefined
  /** No event has come on this connection yet. */
  #connecting = true
  /** By an error it has said that it has nothing of the cursor: once on a connection, or it would cut off everybody as often. */
  #saidAhead = false
  #info: Uint8Array | undefined
  readonly #unread: (reason: Unread) => void
  readonly #begunAnew: () => void

  /** `place` is the last event that is kept. Told of what is not passed on, and that the upstream has begun its numbers anew. */
  constructor(place: UpstreamPlace | undefined, told: {unread: (reason: Unread) => void; begunAnew: () => void}) {
    this.#place = place
    this.#unread = told.unread
    this.#begunAnew = told.begunAnew
  }

  get place(): UpstreamPlace | undefined {
    return this.#place
  }

  /** A new connection is made; its cursor, or undefined for what happens from now on. */
  connecting(): number | undefined {
    this.#connecting = true
    this.#saidAhead = false
    this.#info = undefined
    return this.#place?.seq
  }

  /** The records of a message, none where it is not to be passed on. */
  read(frame: Frame): Uint8Array[] {
    if (typeof frame === 'string') return this.#none('not-binary')
    const read = readFrame(frame)
    if (!read) return this.#none('malformed')
    if ('error' in read) {
      // It has nothing of what comes after this place, nor ever will: all that it has is new.
      if (read.error === 'FutureCursor' && this.#place && !this.#saidAhead) this.#beginAnew(0)
      this.#saidAhead ||= read.error === 'FutureCursor'
      return this.#none('error-frame')
    }
    const {seq} = read
    if (seq === undefined && read.t === '#info') {
      this.#info = frame
      return []
    }
    if (seq === undefined) return this.#none('no-seq')
    const before = this.#place
    if (before && seq <= before.seq) {
      // Some servers begin with the cursor itself.
      if (!this.#connecting || seq === before.seq) return this.#none('repeated-seq')
      this.#beginAnew(seq)
    }
    this.#connecting = false
    const place = (this.#place = {epoch: this.#place?.epoch ?? 0, seq})
    const records = [this.#info, frame].flatMap(some => (some ? [encodeUpstreamFrame(some, place)] : []))
    this.#info = undefined
    return records
  }

  #none(reason: Unread): [] {
    this.#unread(reason)
    return []
  }

  #beginAnew(seq: number): void {
    this.#place = {epoch: (this.#place?.epoch ?? 0) + 1, seq}
    this.#begunAnew()
  }
}

function readFrame(bytes: Uint8Array): {error: string} | {t: string; seq: number | undefined} | undefined {
  try {
    const frame = decodeFrame(bytes)
    if ('error' in frame) return {error: String(frame.error)}
    const {seq} = 'body' in frame ? frame.body : {}
    return {
      t: 't' in frame ? String(frame.t) : '',
      seq: Number.isSafeInteger(seq) && Number(seq) > 0 ? Number(seq) : undefined,
    }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
