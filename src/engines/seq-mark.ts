/**
 * How far a sequence has come, in a small file of its own. A database or a log whose newest part is damaged forgets that
 * part in good faith: it is read up to the last whole piece. The mark stands apart from it and tells how far that must
 * be at least.
 *
 * It is written over in place, 17 bytes, and synced off the event loop; its owner decides how often. A mark that lags
 * behind is no harm but that it notices less.
 */
import {dirname} from 'node:path'
import type {Disk, DiskFile} from '#std/disk.ts'
import {spaceFault} from '#std/out-of-space.ts'
import {fromLatin1, toUtf8} from '#std/text.ts'
import {nodeDisk} from './node-disk.ts'

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
export function openSeqMark(path: string, disk = nodeDisk): SeqMark {
  const file = openFile(path, disk)
  const bytes = new Uint8Array(digits + 2)
  const text = fromLatin1(bytes, 0, file.readNow(bytes, 0))
  let newest = /^\d{16}\n$/.test(text) ? Number(text) : 0
  return {
    get seq() {
      return newest
    },
    async note(seq) {
      if (seq <= newest) return
      try {
        file.write(toUtf8(`${String(seq).padStart(digits, '0')}\n`), 0)
        await file.sync(false)
      } catch (error) {
        throw spaceFault(error)
      }
      newest = seq
    },
    close: () => file.close(),
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
function openFile(path: string, disk: Disk): DiskFile {
  try {
    return disk.open(path, 'change')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const file = disk.open(path, 'make')
  disk.syncFolder(dirname(path))
  return file
}
