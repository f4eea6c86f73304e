/**
 * How much of one answer the records of strangers may take up. A record may have a megabyte, nearly all have less than
 * two kilobytes: those up to `lightMax` are always read and shown, and the heavier ones share what room there is. So an
 * answer has a bound in bytes beside that in items, and nobody's record can push out an ordinary one.
 */

/** Bytes. An item of a feed holds nine records at most, so a hundred of them stay below ten megabytes. */
export const lightMax = 4 * 1024
const heavyMax = 2 * 1024 * 1024

export class Room {
  #left = heavyMax

  /** Whether there is room for a record of this many bytes, which it takes. */
  take(size: number): boolean {
    if (size <= lightMax) return true
    if (size > this.#left) return false
    this.#left -= size
    return true
  }
}
