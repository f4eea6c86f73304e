/**
 * Pictures without what cameras and programs write into them beside the picture: where and when it was taken, with what,
 * by whom. Nothing is made anew, so nothing is lost of the picture: its file is passed on part by part, without the parts
 * that do not draw. What is kept are the parts known to draw, colours among them, and of EXIF which side is up.
 */
import {concatBytes, copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1} from '#std/text.ts'

type Parts = AsyncGenerator<Uint8Array, void, undefined>

const writers: Readonly<Record<string, (input: Input) => Parts>> = {
  'image/jpeg': jpeg,
  'image/png': png,
  'image/webp': webp,
}

/** Whether `withoutNotes` knows this media type. */
export const mayHaveNotes = (type: string): boolean => Object.hasOwn(writers, type)

/**
 * The file of a type that `mayHaveNotes`, without its notes, as it comes. What follows the picture in the file is left out,
 * too. Reading it throws `Malformed` where the file is not in order.
 */
export async function* withoutNotes(type: string, file: AsyncIterable<Uint8Array>): Parts {
  const input = new Input(file)
  try {
    yield* writers[type](input)
    // Whoever sends the file is heard to the end.
    while (await input.some());
  } finally {
    await input.close()
  }
}

/** Bytes of EXIF that are looked at; what says which side is up stands at its beginning. */
const exifSizeMax = 65_536

/**
 * Parts of a file that are looked at: a picture of 100 MB has some ten thousand, and each costs more to take apart than a
 * stranger pays for it.
 */
const partsMax = 20_000
/** Bytes between two segments of a JPEG, where there should be none. */
const strayMax = 65_536

/** A file as it comes, to be taken in pieces of any size. */
class Input {
  #parts = 0
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(file: AsyncIterable<Uint8Array>) {
    this.#chunks = file[Symbol.asyncIterator]()
  }

  /** The next bytes, `size` at most; `undefined` at the end. */
  async some(size = Infinity): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const {done, value} = await this.#chunks.next()
      if (done) return undefined
      this.#rest = value
    }
    const part = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }

  /** Another part begins. Throws `Malformed` when there are too many. */
  countPart(): void {
    if (++this.#parts > partsMax) throw broken(`it has more than ${partsMax} parts`)
  }

  /** So many bytes. Throws `Malformed` when there are fewer. */
  async exactly(size: number): Promise<Uint8Array> {
    if (this.#rest.length >= size) {
      const part = copyOf(this.#rest, 0, size)
      this.#rest = this.#rest.subarray(size)
      return part
    }
    const parts: Uint8Array[] = []
    for await (const part of this.next(size)) parts.push(part)
    return concatBytes(parts)
  }

  /** The same, as they come. */
  async *next(size: number): Parts {
    for (let left = size; left > 0;) {
      const part = await this.some(left)
      if (!part) throw broken('it ends too early')
      left -= part.length
      yield part
    }
  }

  /** Reads over so many bytes, and gives the first of them, `sizeMax` at most. */
  async skip(size: number, sizeMax = 0): Promise<Uint8Array> {
    const head = await this.exactly(Math.min(size, sizeMax))
    for await (const _ of this.next(size - head.length));
    return head
  }

  /** Puts back what was taken. */
  unread(bytes: Uint8Array): void {
    // What was taken stands right before what is left, mostly.
    const {buffer, byteOffset, length} = this.#rest
    const isNext = bytes.buffer === buffer && bytes.byteOffset + bytes.length === byteOffset
    if (length === 0) this.#rest = bytes
    else if (isNext) this.#rest = new Uint8Array(buffer, bytes.byteOffset, bytes.length + length)
    else this.#rest = concatBytes([bytes, this.#rest])
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

const broken = (detail: string): Malformed => new Malformed('picture', 'out-of-order', detail)
const ascii = (bytes: Uint8Array, start = 0, end = bytes.length): string => fromLatin1(bytes, start, end)

/* EXIF */

const exifMark = 'Exif\0\0'

/** Which side is up, from 1 to 8 (EXIF 2.3, tag 0x0112), as EXIF that begins with its TIFF header says it. */
function orientationOf(exif: Uint8Array): number {
  if (exif.length < 10) return 1
  const tiff = new DataView(exif.buffer, exif.byteOffset, exif.byteLength)
  const little = tiff.getUint16(0) === 0x4949
  const start = tiff.getUint32(4, little)
  if (start + 2 > tiff.byteLength) return 1
  const entries = Math.min(tiff.getUint16(start, little), Math.floor((tiff.byteLength - start - 2) / 12))
  for (let i = 0; i < entries; i++) {
    const entry = start + 2 + 12 * i
    if (tiff.getUint16(entry, little) !== 0x0112) continue
    const found = tiff.getUint16(entry + 8, little)
    return found <= 8 ? Math.max(1, found) : 1
  }
  return 1
}

/** EXIF that says which side is up, and nothing else: big-endian, one directory of one short number. */
const plainExif = (orientation: number): Uint8Array =>
  Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0)
const plainExifSize = plainExif(1).length

/* JPEG: segments, the last of which is followed by the picture itself (ITU T.81, annex B). */

const endOfImage = 0xd9
const startOfScan = 0xda
/** A marker without a segment: restarts, and TEM. */
const isAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
/** Segments of programs (APPn), and comments. */
const isNote = (marker: number): boolean => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe
/** Of these the ones that a picture is drawn by: pixel density, colour profile, colour transform. */
const drawingNotes: Readonly<Record<number, string>> = {0xe0: 'JFIF\0', 0xe2: 'ICC_PROFILE\0', 0xee: 'Adobe'}

async function* jpeg(input: Input): Parts {
  yield await input.exactly(2)
  let isTurned = false
  let marker = await nextMarker(input)
  for (let scans = 0; marker !== endOfImage;) {
    if (marker === undefined) {
      // One that is cut off in the middle of the picture is shown as far as it goes.
      if (scans > 0) return
      throw broken('there is no picture after its segments')
    }
    input.countPart()
    if (isAlone(marker)) {
      marker = await nextMarker(input)
      continue
    }
    const length = await input.exactly(2)
    const size = ((length[0] << 8) | length[1]) - 2
    if (size < 0) throw broken('a segment is shorter than its own length')
    const head = Uint8Array.of(0xff, marker, ...length)
    if (isNote(marker)) {
      const note = await input.exactly(size)
      const start = drawingNotes[marker] ?? undefined
      if (start !== undefined && ascii(note, 0, Math.min(start.length, size)) === start) yield* [head, note]
      else if (marker === 0xe1 && !isTurned && ascii(note, 0, Math.min(6, size)) === exifMark) {
        const orientation = orientationOf(note.subarray(exifMark.length))
        isTurned = orientation > 1
        if (isTurned) yield exifSegment(orientation)
      }
    } else {
      yield head
      yield* input.next(size)
    }
    if (marker === startOfScan) scans++
    marker = marker === startOfScan ? yield* scan(input) : await nextMarker(input)
  }
  yield Uint8Array.of(0xff, endOfImage)
}

function exifSegment(orientation: number): Uint8Array {
  const size = 2 + exifMark.length + plainExifSize
  return concatBytes([
    Uint8Array.of(0xff, 0xe1, size >> 8, size & 0xff),
    Uint8Array.from(exifMark, char => char.charCodeAt(0)),
    plainExif(orientation),
  ])
}

/** The next marker, past what does not belong there, as every reader does it; `undefined` at the end. */
async function nextMarker(input: Input): Promise<number | undefined> {
  let isMarked = false
  for (let strays = 0; strays <= strayMax;) {
    const chunk = await input.some(strayMax)
    if (!chunk) return undefined
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (isMarked && byte !== 0 && byte !== 0xff) {
        input.unread(chunk.subarray(i + 1))
        return byte
      }
      isMarked = byte === 0xff
    }
    strays += chunk.length
  }
  throw broken('something else is between its segments')
}

/** Passes on the bytes of a picture up to the next marker, which it gives; `undefined` at the end. */
async function* scan(input: Input): AsyncGenerator<Uint8Array, number | undefined, undefined> {
  for (;;) {
    const chunk = await input.some()
    if (!chunk) return undefined
    for (let at = 0; ;) {
      const mark = chunk.indexOf(0xff, at)
      if (mark < 0) {
        yield chunk
        break
      }
      if (mark === chunk.length - 1) {
        if (mark > 0) yield chunk.subarray(0, mark)
        const next = await input.some()
        if (!next) return undefined
        input.unread(concatBytes([chunk.subarray(mark), next]))
        break
      }
      const marker = chunk[mark + 1]
      // A byte of the picture that is 0xff, padding, a restart.
      if (marker === 0 || marker === 0xff || isAlone(marker)) {
        at = mark + (marker === 0xff ? 1 : 2)
        continue
      }
      if (mark > 0) yield chunk.subarray(0, mark)
      input.unread(chunk.subarray(mark + 2))
      return marker
    }
  }
}

/* PNG: chunks, each with its length before it and its checksum behind (PNG, third edition, section 5). */

/** Those that do not draw but for these: colours, transparency, pixel density, animation. */
const drawingChunks = new Set(
  'cHRM cICP gAMA iCCP mDCV cLLI sBIT sRGB bKGD hIST tRNS pHYs sPLT acTL fcTL fdAT'.split(' '),
)
const isCritical = (type: string): boolean => /^[A-Z]/.test(type)

async function* png(input: Input): Parts {
  yield await input.exactly(8)
  for (let type = ''; type !== 'IEND';) {
    input.countPart()
    const head = await input.exactly(8)
    const size = new DataView(head.buffer).getUint32(0)
    if (size > 0x7fff_ffff) throw broken('a chunk is longer than may be')
    type = ascii(head, 4)
    if (isCritical(type) || drawingChunks.has(type)) {
      yield head
      yield* input.next(size + 4)
    } else if (type === 'eXIf') {
      const orientation = orientationOf(await input.skip(size, exifSizeMax))
      await input.skip(4)
      if (orientation > 1) yield pngChunk('eXIf', plainExif(orientation))
    } else {
      await input.skip(size + 4)
    }
  }
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  return chunk
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
  }
  return ~crc >>> 0
}

/*
 * WebP: chunks in a RIFF that says how long it is before any of them (RFC 9649). So that this stays true, a note is not
 * left out: zeros take its place, under a name that readers pass over.
 */

const webpChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const xmpFlag = 0x04

async function* webp(input: Input): Parts {
  const riff = await input.exactly(12)
  yield riff
  const riffSize = new DataView(riff.buffer).getUint32(4, true)
  for (let left = riffSize - 4; left >= 8;) {
    input.countPart()
    const head = await input.exactly(8)
    const type = ascii(head, 0, 4)
    const size = new DataView(head.buffer).getUint32(4, true)
    // The zero behind an odd chunk is sometimes forgotten at the end.
    const padded = Math.min(size + (size & 1), left - 8)
    if (padded < size) throw broken('a chunk is longer than its file')
    left -= 8 + padded
    if (type === 'VP8X' && size > 0) {
      const flags = await input.exactly(1)
      yield* [head, Uint8Array.of(flags[0] & ~xmpFlag)]
      yield* input.next(padded - 1)
    } else if (webpChunks.has(type)) {
      yield head
      yield* input.next(padded)
    } else {
      yield* blanked(type, head.subarray(4), await input.skip(padded, exifSizeMax), padded)
    }
  }
}

/** In the place of a note: as long, and empty but for which side is up. */
async function* blanked(type: string, length: Uint8Array, note: Uint8Array, size: number): Parts {
  // Some programs put the mark of JPEG before it.
  const isMarked = ascii(note, 0, Math.min(6, note.length)) === exifMark
  const orientation = type === 'EXIF' ? orientationOf(isMarked ? note.subarray(exifMark.length) : note) : 1
  const kept = type === 'EXIF' && size >= plainExifSize ? plainExif(orientation) : new Uint8Array(0)
  yield concatBytes([Uint8Array.from(kept.length > 0 ? 'EXIF' : 'JUNK', char => char.charCodeAt(0)), length, kept])
  const zeros = new Uint8Array(Math.min(exifSizeMax, size - kept.length))
  for (let left = size - kept.length; left > 0; left -= zeros.length) yield zeros.subarray(0, left)
}
