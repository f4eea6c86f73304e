/**
 * Events for readers that ask for zstd: one frame each, made with a dictionary that those readers have. Each event is
 * compressed once, for whichever reader first wants it, and kept for the others for as long as its page is. To digest the
 * dictionary takes many times as long as to compress an event (0.2 ms), so one stream that has digested it once makes all
 * frames, each of which it ends as it would end its last.
 */
import {readFileSync} from 'node:fs'
import {constants, createZstdCompress, type ZstdCompress} from 'node:zlib'
import {ConfigError} from '#std/config.ts'

/** Bytes that the stream gives at a time: of almost any event all. */
const chunkSize = 64 * 1024

/** As the reference server has it. Readers set this much memory aside. */
const windowLog = 17
/** What a zstd dictionary begins with. */
const magic = 0xec30a437

const refused = (setting: string, detail: string): ConfigError =>
  new ConfigError('jetstream', [`${setting}: ${detail}`])

export class Compression {
  /** A zstd dictionary (RFC 8878, section 5). */
  readonly dictionary: Buffer<ArrayBuffer>
  readonly #frames = new WeakMap<object, Uint8Array | Promise<Uint8Array>>()
  readonly #stream: ZstdCompress
  /** Of the frame that is being made. */
  #chunks: Buffer[] = []

  private constructor(dictionary: Buffer<ArrayBuffer>) {
    this.dictionary = dictionary
    const params = {[constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: windowLog}
    this.#stream = createZstdCompress({chunkSize, dictionary, flush: constants.ZSTD_e_end, params})
    this.#stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    // Told to whoever waits for a frame.
    this.#stream.on('error', () => {})
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
  frameOf(event: object, text: string): Uint8Array | Promise<Uint8Array> {
    const known = this.#frames.get(event)
    if (known) return known
    const frame = this.frame(text)
    this.#frames.set(event, frame)
    const keep = async (): Promise<void> => void this.#frames.set(event, await frame)
    keep().catch(() => this.#frames.delete(event))
    return frame
  }

  frame(text: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, error => {
        // All that came since the frame before is of this one: the stream makes one after the other.
        const chunks = this.#chunks
        this.#chunks = []
        if (error) reject(error)
        else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
      })
    })
  }
}
