/**
 * Events for readers that ask for zstd: one frame each, made with a dictionary that those readers have. To digest the dictionary takes nearly all of the time, some 0.2 ms, so each event is compressed once,
 * for whichever reader first wants it, and kept for the others for as long as its batch is.
 */
import {readFileSync} from 'node:fs'
import {constants, zstdCompressSync} from 'node:zlib'
import {ConfigError} from '#std/config.ts'

/** As the reference server has it. Readers set this much memory aside. */
const windowLog = 17
/** What a zstd dictionary begins with. */
const magic = 0xec30a437

const refused = (setting: string, detail: string): ConfigError =>
  new ConfigError('jetstream', [`${setting}: ${detail}`])

export class Compression {
  /** A zstd dictionary (RFC 8878, section 5). */
  readonly dictionary: Buffer<ArrayBuffer>
  readonly #frames = new WeakMap<object, Uint8Array>()

  private constructor(dictionary: Buffer<ArrayBuffer>) {
    this.dictionary = dictionary
  }

  /** With the dictionary of this file, which `setting` names. Throws `ConfigError`. */
  static of(path: string, setting: string): Compression {
    let dictionary: Buffer<ArrayBuffer>
    try {
      dictionary = readFileSync(path)
    } catch (cause) {
      throw refused(setting, `${path} cannot be read: ${(cause as Error).message}.`)
    }
    if (dictionary.length < 8 || dictionary.readUInt32LE(0) !== magic)
      throw refused(setting, `${path} is no zstd dictionary.`)
    return new Compression(dictionary)
  }

  /** The ID that the dictionary and each frame name. */
  get id(): number {
    return this.dictionary.readUInt32LE(4)
  }

  /** The frame of `text`, kept for as long as `event` is, which is always told in the same text. */
  frameOf(event: object, text: string): Uint8Array {
    const known = this.#frames.get(event)
    if (known) return known
    const frame = this.frame(text)
    this.#frames.set(event, frame)
    return frame
  }

  frame(text: string): Uint8Array {
    return zstdCompressSync(text, {
      dictionary: this.dictionary,
      params: {[constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: windowLog},
    })
  }
}
