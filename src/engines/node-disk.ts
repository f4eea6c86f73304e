/** The machine's own disk. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import {readFile, rename, unlink, writeFile} from 'node:fs/promises'
import type {Disk, DiskFile, OpenMode} from '#std/disk.ts'
import {DiskSync} from './disk-sync.ts'
import {holdExclusive} from './exclusive.ts'

const flags: Readonly<Record<OpenMode, string>> = {read: 'r', change: 'r+', make: 'wx+'}

class NodeFile implements DiskFile {
  readonly #file: number
  readonly #syncs = new DiskSync()

  constructor(file: number) {
    this.#file = file
  }

  size(): number {
    return fstatSync(this.#file).size
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    for (let at = 0; at < into.length;) {
      const count = await this.#readSome(into, at, position + at)
      if (count === 0) return at
      at += count
    }
    return into.length
  }

  readNow(into: Uint8Array, position: number): number {
    return readSync(this.#file, into, 0, into.length, position)
  }

  #readSome(into: Uint8Array, at: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#file, into, at, into.length - at, position, (error, count) => (error ? reject(error) : resolve(count)))
    })
  }

  write(bytes: Uint8Array, position: number): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at, position + at)
  }

  truncate(size: number): void {
    ftruncateSync(this.#file, size)
  }

  sync(alone: boolean): Promise<void> {
    return this.#syncs.sync(this.#file, alone)
  }

  syncNow(): void {
    fsyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}

export const nodeDisk: Disk = {
  makeFolder: path => void mkdirSync(path, {recursive: true, mode: 0o700}),
  namesIn: folder => readdirSync(folder),
  sizeOf: path => statSync(path, {throwIfNoEntry: false})?.size,
  open: (path, mode) => new NodeFile(openSync(path, flags[mode], 0o600)),
  text: path => readFile(path, 'utf8'),
  async replace(path, text) {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  },
  remove: path => unlink(path),
  rename: (from, to) => rename(from, to),
  syncFolder(path) {
    const folder = openSync(path, 'r')
    fsyncSync(folder)
    closeSync(folder)
  },
  hold: holdExclusive,
}
