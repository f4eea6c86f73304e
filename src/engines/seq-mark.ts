/**
 * How far a sequence has come, in a small file of its own. A database or a log whose newest part is damaged forgets that
 * part in good faith: it is read up to the last whole piece. The mark stands apart from it and tells how far that must
 * be at least.
 *
 * It is written over in place, 17 bytes, and synced off the event loop; its owner decides how often. A mark that lags
 * behind is no harm but that it notices less.
 */
import {closeSync, fdatasync, fsyncSync, openSync, readFileSync, write} from 'node:fs'
import {dirname} from 'node:path'
import {promisify} from 'node:util'
import {spaceFault} from '#std/out-of-space.ts'

const writeAt = promisify(write)
const sync = promisify(fdatasync)
const digits = 16

/** What was told to others is not there any more. The message says how to go on. */
export class DataLost extends Error {
  override readonly name = 'DataLost'
}

export interface SeqMark {
  /** The newest seq that was noted; 0 when none was. */
  readonly seq: number
  /** Resolves once this seq is noted durably. One that is not above the last is none. Throws `OutOfSpace`. */
  note(seq: number): Promise<void>
  close(): void
}

/** Opens or makes the mark in the file `path`. A file that holds no number counts as new. */
export function openSeqMark(path: string): SeqMark {
  const file = openFile(path)
  const text = readFileSync(file, 'utf8')
  let newest = /^\d{16}\n$/.test(text) ? Number(text) : 0
  return {
    get seq() {
      return newest
    },
    async note(seq) {
      if (seq <= newest) return
      try {
        await writeAt(file, `${String(seq).padStart(digits, '0')}\n`, 0)
        await sync(file)
      } catch (error) {
        throw spaceFault(error)
      }
      newest = seq
    },
    close: () => closeSync(file),
  }
}

/** One for a sequence that is itself in memory. */
export function memorySeqMark(): SeqMark {
  let newest = 0
  return {
    get seq() {
      return newest
    },
    note: async seq => {
      newest = Math.max(newest, seq)
    },
    close: () => {},
  }
}

/** Opens the file, made if need be, with its entry in the folder durable. */
function openFile(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const file = openSync(path, 'wx+', 0o600)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
  return file
}
