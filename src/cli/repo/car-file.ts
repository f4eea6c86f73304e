/**
 * A CAR on disk, to be read at any offset, so that blocks in any order can be verified in little memory. What cannot
 * be read so (standard input, a pipe) is first written to a temporary file, which has no name from the moment it is
 * there: however the program ends, nothing is left behind.
 */
import {closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs'
import {createReadStream} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {YoungHeap} from '#engines/young-heap.ts'
import type {RandomAccess} from '#atp/repo/indexed-blocks.ts'
import type {Shell} from '../shell/shell.ts'
import {Progress} from '../shell/progress.ts'

export interface CarFile extends RandomAccess, Disposable {
  read(offset: number, length: number): Uint8Array
}

/** Opens a file, or takes in standard input for `-`. Throws the system's error. */
export async function openCarFile(path: string, shell: Shell, showProgress: boolean): Promise<CarFile> {
  if (path === '-') return spooled(shell.io.stdin, shell, showProgress)
  const fd = openSync(path, 'r')
  const kind = fstatSync(fd)
  if (kind.isFile()) return carFile(fd)
  return spooled(createReadStream(path, {fd}), shell, showProgress)
}

/** Reads are synchronous: a block takes microseconds, and a turn of the event loop several times that. */
function carFile(fd: number): CarFile {
  const heap = new YoungHeap()
  return {
    size: fstatSync(fd).size,
    read(offset, length) {
      heap.passed(length)
      const bytes = new Uint8Array(length)
      let size = 0
      while (size < length) {
        const more = readSync(fd, bytes, size, length - size, offset + size)
        if (more === 0) break
        size += more
      }
      return size === length ? bytes : bytes.subarray(0, size)
    },
    [Symbol.dispose]() {
      heap[Symbol.dispose]()
      closeSync(fd)
    },
  }
}

const pieceSize = 256 * 1024

/** The very bytes that were checked, whatever has become of the name since. */
export async function* piecesOf(car: CarFile, onSize: (size: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < car.size;) {
    const piece = car.read(at, Math.min(pieceSize, car.size - at))
    if (piece.length === 0) return
    yield piece
    onSize((at += piece.length))
  }
}

/** Takes in a stream. `label` is what the bar calls it. */
export async function spooled(
  chunks: AsyncIterable<Uint8Array>,
  shell: Shell,
  showProgress: boolean,
  label = 'reading input',
): Promise<CarFile> {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-car-'))
  const fd = openSync(join(folder, 'car'), 'wx+', 0o600)
  rmSync(folder, {recursive: true})
  using progress = new Progress(shell, label, undefined, showProgress)
  let size = 0
  for await (const chunk of chunks) {
    for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done)
    size += chunk.length
    progress.at(size)
  }
  progress.done()
  return carFile(fd)
}
