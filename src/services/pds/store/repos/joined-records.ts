/**
 * Records of a page as one value. A row for each costs more than what is in it, and so do an array for its bytes and a
 * string for its path; so they come from the database one after the other in one buffer, and who writes them on reads
 * them where they lie.
 */
import {Cid, cidSize} from '#atp/data/cid.ts'
import {fromLatin1} from '#std/text.ts'

/** Ends a path and a size: no record key has one. */
const space = 0x20

export interface StoredRecord {
  /** `collection/rkey` */
  path: string
  cid: Cid
  bytes: Uint8Array
}

/** Where the parts of one record lie. Good until the next step. */
export interface RecordPlace {
  /** `collection/rkey`, which is ASCII. */
  readonly path: number
  readonly pathEnd: number
  readonly cid: number
  readonly start: number
  readonly end: number
}

export class JoinedRecords {
  /** For each record its path, a space, the size of its bytes in decimal, a space, its CID, and its bytes. */
  readonly bytes: Uint8Array
  readonly length: number

  /** `length` records, which are all of `bytes`. */
  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes
    this.length = length
  }

  /** Gives the memory back at once, where the bytes have a buffer for themselves. What was made of them may be no view of it. */
  release(): void {
    const {buffer, byteLength} = this.bytes
    if (byteLength > 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0)
  }

  /** Calls `each` with every record's place in `bytes`, in order. */
  forEachPlace(each: (place: RecordPlace, i: number) => void): void {
    const {bytes, length} = this
    const place = {path: 0, pathEnd: 0, cid: 0, start: 0, end: 0}
    for (let i = 0, at = 0; i < length; i++) {
      place.path = at
      while (bytes[at] !== space) at++
      place.pathEnd = at
      let size = 0
      for (at++; bytes[at] !== space; at++) size = size * 10 + bytes[at] - 0x30
      place.cid = at + 1
      place.start = place.cid + cidSize
      at = place.end = place.start + size
      each(place, i)
    }
  }

  /** The same as values, which are views of `bytes`. */
  toArray(): StoredRecord[] {
    const {bytes} = this
    const records: StoredRecord[] = []
    this.forEachPlace(({path, pathEnd, cid, start, end}) =>
      records.push({
        path: fromLatin1(bytes, path, pathEnd),
        cid: new Cid(bytes.subarray(cid, start)),
        bytes: bytes.subarray(start, end),
      }),
    )
    return records
  }
}
