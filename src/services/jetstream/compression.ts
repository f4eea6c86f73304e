/**
 * Events for readers that ask for `compress=true`: one zstd frame each, made with the dictionary that all readers of
 * Jetstream have. To digest the dictionary takes nearly all of the time, some 0.2 ms, so each event is compressed once,
 * for whichever reader first wants it, and kept for the others for as long as its batch is.
 */
import {readFileSync} from 'node:fs'
import {constants, zstdCompressSync} from 'node:zlib'
import {ConfigError} from '#std/config.ts'
import type {LogRecord} from './log-record.ts'

/** As the reference server has it. Readers set this much memory aside. */
const windowLog = 17
/** What a zstd dictionary begins with. */
const magic = 0xec30a437

const refused = (detail: string): ConfigError => new ConfigError('jetstream', [`JETSTREAM_DICTIONARY: ${detail}`])

export class Compression {
  readonly #dictionary: Buffer
  readonly #frames = new WeakMap<LogRecord, Uint8Array>()

  private constructor(dictionary: Buffer) {
    this.#dictionary = dictionary
  }

  /** With the dictionary of this file. Throws `ConfigError`. */
  static of(path: string): Compression {
    let dictionary: Buffer
    try {
      dictionary = readFileSync(path)
    } catch (cause) {
      throw refused(`${path} cannot be read: ${(cause as Error).message}.`)
    }
    if (dictionary.length < 8 || dictionary.readUInt32LE(0) !== magic) throw refused(`${path} is no zstd dictionary.`)
    return new Compression(dictionary)
  }

  frameOf(record: LogRecord): Uint8Array {
    const known = this.#frames.get(record)
    if (known) return known
    const frame = zstdCompressSync(record.json, {
      dictionary: this.#dictionary,
      params: {[constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: windowLog},
    })
    this.#frames.set(record, frame)
    return frame
  }
}
