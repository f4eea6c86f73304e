/**
 * Pictures as they come from a form: what kind, how large, and without what cameras write into them beside the
 * picture, such as where it was taken. `sharp` reads the header. It cannot take notes out without making the picture
 * anew, at a loss, so that is done here, segment by segment.
 */
import {concatBytes} from '#std/bytes.ts'
import {fromLatin1} from '#std/text.ts'
import {mediaTypeHeadSize, mediaTypeOf} from '#std/wire/media-type.ts'

export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  type: string
  /** Pixels, as it is seen. */
  size: {width: number; height: number}
}

/** Bytes (lexicon app.bsky.embed.images). */
const sizeMax = 2_000_000

/** What browsers show. Only these are handed to the reader of headers. */
const types: ReadonlySet<string | undefined> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

const ascii = (bytes: Uint8Array, start: number, end: number): string => fromLatin1(bytes, start, end)

/** Kind and size of a picture; `unknown` for anything a browser may not show, and for what has no header in order. */
export async function pictureOf(bytes: Uint8Array<ArrayBuffer>): Promise<Picture | 'unknown' | 'too-big'> {
  const type = mediaTypeOf(bytes.subarray(0, mediaTypeHeadSize))
  if (type === undefined || !types.has(type)) return 'unknown'
  const kept = type === 'image/jpeg' ? withoutNotes(bytes) : bytes
  if (!kept) return 'unknown'
  if (kept.length > sizeMax) return 'too-big'
  const size = await sizeOf(kept)
  return size ? {bytes: kept, type, size} : 'unknown'
}

async function sizeOf(bytes: Uint8Array): Promise<Picture['size'] | undefined> {
  // Loaded for the first picture: most servers of pages see few.
  const {default: sharp} = await import('sharp')
  try {
    const {width, height} = (await sharp(bytes).metadata()).autoOrient
    return {width, height}
  } catch {
    return undefined
  }
}

/** APP1 holds EXIF and XMP, APP13 what photo programs note, and a comment anything. */
const isPrivate = (marker: number): boolean => marker === 0xe1 || marker === 0xed || marker === 0xfe

/** The one thing of EXIF that a picture cannot do without: which side is up, from 1 to 8 (EXIF 2.3, tag 0x0112). */
function orientationOf(segment: Uint8Array): number {
  if (segment.length < 20 || ascii(segment, 4, 10) !== 'Exif\0\0') return 1
  const tiff = new DataView(segment.buffer, segment.byteOffset + 10, segment.byteLength - 10)
  const little = tiff.getUint16(0) === 0x4949
  const start = tiff.getUint32(4, little)
  if (start + 2 > tiff.byteLength) return 1
  const entries = Math.min(tiff.getUint16(start, little), Math.floor((tiff.byteLength - start - 2) / 12))
  for (let i = 0; i < entries; i++) {
    const entry = start + 2 + 12 * i
    if (tiff.getUint16(entry, little) === 0x0112) return tiff.getUint16(entry + 8, little)
  }
  return 1
}

/** EXIF that says which side is up, and nothing else. */
const orientationSegment = (orientation: number): Uint8Array =>
  Uint8Array.from([
    0xff,
    0xe1,
    0,
    34,
    0x45,
    0x78,
    0x69,
    0x66,
    0,
    0,
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    0x01,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ])

/** The file without its private segments; `undefined` where it has no picture after its segments. */
function withoutNotes(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  let orientation = 1
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]
    if (marker === 0xda) return concatBytes([...kept, bytes.subarray(at)])
    const end = at + 2 + view.getUint16(at + 2)
    if (!isPrivate(marker)) kept.push(bytes.subarray(at, end))
    else if (marker === 0xe1 && orientation === 1) {
      orientation = orientationOf(bytes.subarray(at, end))
      if (orientation > 1 && orientation <= 8) kept.push(orientationSegment(orientation))
    }
    at = end
  }
  return undefined
}
