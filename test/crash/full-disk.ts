/**
 * A disk that can be filled up and emptied again: a small one of its own where the system lets us mount it, else one
 * that the programs are made to believe in (`no-room.ts`).
 */
import {spawnSync} from 'node:child_process'
import {closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'

export interface Disk {
  /** `mounted` or `believed`. */
  readonly kind: string
  /** For the data. */
  readonly folder: string
  /** What the programs are started with. */
  readonly env: Readonly<Record<string, string>>
  fill(): void
  free(): void
  /** Unmounts it; what is on it is gone. */
  remove(): void
}

const ballastSize = 2 ** 20

/** `size` in bytes, for all that is written to it in the whole test. */
export function openDisk(folder: string, size: number, mayMount: boolean): Disk {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  return (mayMount && mountedDisk(disk, size)) || believedDisk(folder, disk)
}

function mountedDisk(folder: string, size: number): Disk | undefined {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'wholesky-crash', folder])
  if (mounted.status !== 0) return undefined
  const ballast = join(folder, 'ballast')
  return {
    kind: 'mounted',
    folder,
    env: {},
    fill() {
      const file = openSync(ballast, 'a')
      try {
        for (let piece = Buffer.alloc(ballastSize); piece.length > 0;) {
          try {
            writeSync(file, piece)
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
            piece = piece.subarray(0, piece.length >> 1)
          }
        }
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, {force: true}),
    remove: () => void spawnSync('umount', ['-l', folder]),
  }
}

function believedDisk(folder: string, disk: string): Disk {
  const mark = join(folder, 'no-room')
  return {
    kind: 'believed',
    folder: disk,
    env: {NO_ROOM: mark, NODE_OPTIONS: `--import ${new URL('no-room.ts', import.meta.url).href}`},
    fill: () => writeFileSync(mark, ''),
    free: () => rmSync(mark, {force: true}),
    remove: () => {},
  }
}
