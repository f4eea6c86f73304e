/**
 * One `subscribeRepos` as whoever reads it understands it, connection after connection: which message is an event, where
 * to go on, and the rule of the lost place. A relay reads its hosts by it, and every client its relay.
 *
 * The rule: a server has lost its place when it says `FutureCursor`, or when the first event of a connection has a
 * number below the cursor. Its numbers have begun anew then, and what it tells from its oldest event on is all that can
 * be had; what of that was told before is known by its revision.
 */
import type {Frame} from '#std/wire/frames.ts'
import type {InfoEvent, RepoEvent} from './event.ts'
import {readRepoFrame, type VerifyReason} from './verify.ts'

/** An event that has a number. */
export type NumberedEvent = Exclude<RepoEvent, InfoEvent>

/** Why a message is no event, or not to be taken. */
export type ReadFault = VerifyReason | 'error-frame' | 'not-binary' | 'repeated-seq'

/** An event, and its frame in canonical form. */
export interface Arrived {
  readonly event: NumberedEvent
  readonly frame: Uint8Array
}

export type StreamMessage =
  | {readonly kind: 'event'; readonly arrived: Arrived}
  | {readonly kind: 'info'; readonly event: InfoEvent}
  /** Of a type that is not known here: to be passed over. */
  | {readonly kind: 'unknown'}
  | {readonly kind: 'refused'; readonly reason: ReadFault; readonly detail: string}
  /** The server has lost its place. `arrived` is the event that shows it; after `beginAnew` it may be taken. */
  | {readonly kind: 'lost'; readonly detail: string; readonly arrived?: Arrived}

export class StreamReader {
  #received: number | undefined
  /** No event has come on this connection yet. */
  #connecting = true

  /** `cursor` is the last event that was dealt with; undefined for what happens from now on. */
  constructor(cursor: number | undefined) {
    this.#received = cursor
  }

  /** The last event that came: the cursor of the next connection. */
  get received(): number | undefined {
    return this.#received
  }

  /** A new connection is made, with `received` for its cursor. */
  connecting(): void {
    this.#connecting = true
  }

  /** Goes on from the server's oldest event; from `seq` on, if that one is taken. */
  beginAnew(seq = 0): void {
    this.#received = seq
    this.#connecting = seq === 0
  }

  read(message: Frame): StreamMessage {
    if (typeof message === 'string') return {kind: 'refused', reason: 'not-binary', detail: 'a text message'}
    const read = readRepoFrame(message)
    if (!read.ok) return {kind: 'refused', reason: read.reason, detail: read.detail}
    const {event, error, canonical} = read
    if (error?.error === 'FutureCursor') {
      return {kind: 'lost', detail: error.message ?? 'The cursor is ahead of the server.'}
    }
    if (error) return {kind: 'refused', reason: 'error-frame', detail: `${error.error}: ${error.message ?? ''}`}
    if (!event) return {kind: 'unknown'}
    if (event.t === '#info') return {kind: 'info', event}
    const arrived = {event, frame: canonical ?? message}
    const before = this.#received
    if (before !== undefined && event.seq <= before) {
      // Some servers begin with the cursor itself. One that begins before it has lost its place, and did not say so.
      if (!this.#connecting || event.seq === before) {
        return {kind: 'refused', reason: 'repeated-seq', detail: `${event.seq} after ${before}`}
      }
      return {kind: 'lost', detail: `The server is at ${event.seq}, not past ${before}.`, arrived}
    }
    this.#connecting = false
    this.#received = event.seq
    return {kind: 'event', arrived}
  }
}
