/**
 * Pictures as they come from a form: what kind, how large, and without what cameras write into them beside the
 * picture, such as where it was taken. `sharp` reads the header. It cannot take notes out without making the picture
 * anew, at a loss, so `picture-notes.ts` does that.
 */
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {mediaTypeHeadSize, mediaTypeOf} from '#std/wire/media-type.ts'
import {mayHaveNotes, withoutNotes} from '#std/wire/picture-notes.ts'

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

/** Kind and size of a picture; `unknown` for anything a browser may not show, and for what has no header in order. */
export async function pictureOf(bytes: Uint8Array<ArrayBuffer>): Promise<Picture | 'unknown' | 'too-big'> {
  const type = mediaTypeOf(bytes.subarray(0, mediaTypeHeadSize))
  if (type === undefined || !types.has(type)) return 'unknown'
  const kept = mayHaveNotes(type) ? await cleaned(type, bytes) : bytes
  if (!kept) return 'unknown'
  if (kept.length > sizeMax) return 'too-big'
  const size = await sizeOf(kept)
  return size ? {bytes: kept, type, size} : 'unknown'
}

/** The file without its notes; `undefined` where it is not in order. */
async function cleaned(type: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const whole = (async function* () {
    yield bytes
  })()
  try {
    return concatBytes(await Array.fromAsync(withoutNotes(type, whole)))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
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
