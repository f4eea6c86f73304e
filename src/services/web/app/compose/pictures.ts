/**
 * Pictures as they come from a form: what kind, how large, and without what cameras write into them beside the
 * picture, such as where it was taken. Nothing is decoded; a header tells all that is needed.
 */
import {concatBytes} from '#std/bytes.ts'
import {fromLatin1} from '#std/text.ts'

export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  type: string
  size: {width: number; height: number} | undefined
}

/** Bytes (lexicon app.bsky.embed.images). */
const sizeMax = 2_000_000

type Size = Picture['size']

const ascii = (bytes: Uint8Array, start: number, end: number): string => fromLatin1(bytes, start, end)
const sized = (width: number, height: number): Size => (width > 0 && height > 0 ? {width, height} : undefined)

/** Kind and size of a picture by its first bytes; `unknown` for anything a browser may not show. */
export function pictureOf(bytes: Uint8Array<ArrayBuffer>): Picture | 'unknown' | 'too-big' {
  const picture = read(bytes)
  if (picture === undefined) return 'unknown'
  return picture.bytes.length > sizeMax ? 'too-big' : picture
}

function read(bytes: Uint8Array<ArrayBuffer>): Picture | undefined {
  if (bytes.length < 32) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) === 0x89504e47) {
    return {bytes, type: 'image/png', size: sized(view.getUint32(16), view.getUint32(20))}
  }
  if (ascii(bytes, 0, 4) === 'GIF8') {
    return {bytes, type: 'image/gif', size: sized(view.getUint16(6, true), view.getUint16(8, true))}
  }
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') {
    return {bytes, type: 'image/webp', size: webpSize(bytes, view)}
  }
  return view.getUint16(0) === 0xffd8 ? readJpeg(bytes, view) : undefined
}

function webpSize(bytes: Uint8Array, view: DataView): Size {
  const uint24 = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16)
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      return sized(uint24(24) + 1, uint24(27) + 1)
    case 'VP8 ':
      return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    default:
      return undefined
  }
}

/** APP1 holds EXIF and XMP, APP13 what photo programs note, and a comment anything. */
const isPrivate = (marker: number): boolean => marker === 0xe1 || marker === 0xed || marker === 0xfe
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

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

/** Walks the segments before the picture itself, and leaves the private ones out. */
function readJpeg(bytes: Uint8Array<ArrayBuffer>, view: DataView): Picture | undefined {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  let size: Size
  let orientation = 1
  let at = 2
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]
    if (marker === 0xda) {
      // From 5 on the picture lies on its side.
      const shown = size && orientation > 4 && orientation <= 8 ? {width: size.height, height: size.width} : size
      return {bytes: concatBytes([...kept, bytes.subarray(at)]), type: 'image/jpeg', size: shown}
    }
    const end = at + 2 + view.getUint16(at + 2)
    if (isFrame(marker)) size = sized(view.getUint16(at + 7), view.getUint16(at + 5))
    if (!isPrivate(marker)) kept.push(bytes.subarray(at, end))
    else if (marker === 0xe1 && orientation === 1) {
      orientation = orientationOf(bytes.subarray(at, end))
      if (orientation > 1 && orientation <= 8) kept.push(orientationSegment(orientation))
    }
    at = end
  }
  return undefined
}
