/**
 * The events of one account on their way: what is live waits for all before it to be acknowledged, and all after it for
 * that; what is history may be on its way at the same time. Between lanes there is no order.
 */
import {countOf, type Page} from './page.ts'

/** What became of an event: `returned` was given to a consumer that is gone, or that has kept it for too long. */
export const eventState = {waiting: 0, sent: 1, returned: 2, acknowledged: 3} as const

/** A page on its way. */
export class Parcel {
  readonly page: Page
  readonly count: number
  readonly lane: Lane
  readonly states: Uint8Array
  /** Who has each event, by the number of the consumer. */
  readonly holders: Uint32Array
  /** Events before this one have been given out. */
  given = 0
  /** Events that are not acknowledged. */
  left: number
  /** Whether it is in the line of those that have something to give. */
  isReady = false

  constructor(page: Page, lane: Lane) {
    this.page = page
    this.lane = lane
    this.count = countOf(page)
    this.left = this.count
    this.states = new Uint8Array(this.count)
    this.holders = new Uint32Array(this.count)
  }

  get isDone(): boolean {
    return this.left === 0
  }

  /** Up to where events may be given out now. */
  get openTo(): number {
    if (!this.page.isLive) return this.count
    return this.lane.unacknowledged === 0 ? Math.min(this.given + 1, this.count) : this.given
  }
}

export class Lane {
  readonly did: string
  /** Given out and not acknowledged. */
  unacknowledged = 0
  /** Pages that are not done, in order. */
  readonly parcels: Parcel[] = []
  /** The first number of a page that was left on the disk, since too many wait here; 0 when there is none. */
  leftFrom = 0

  constructor(did: string) {
    this.did = did
  }

  /** Those that have something to give now. */
  *open(): Generator<Parcel> {
    for (const parcel of this.parcels) {
      if (parcel.given === parcel.count) {
        // What comes after an event that is live waits until that is acknowledged.
        if (parcel.page.isLive && parcel.left > 0) return
        continue
      }
      if (parcel.page.isLive) {
        if (this.unacknowledged === 0) yield parcel
        return
      }
      yield parcel
    }
  }

  drop(parcel: Parcel): void {
    const at = this.parcels.indexOf(parcel)
    if (at >= 0) this.parcels.splice(at, 1)
  }
}
