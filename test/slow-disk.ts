/** A disk in memory that answers after as many turns as chance says: so what many do at once is done in many orders. */
import {basename} from 'node:path'
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Disk, DiskFile} from '#std/disk.ts'
import {seeded} from './random.ts'

/** Chance that can be had again, also of how long a thing takes. */
export class Chance {
  readonly next: () => number
  constructor(seed: number) {
    this.next = seeded(seed)
  }
  is(probability: number): boolean {
    return this.next() < probability
  }
  upTo(max: number): number {
    return Math.floor(this.next() * (max + 1))
  }
  async turns(max: number): Promise<void> {
    for (let i = this.upTo(max); i > 0; i--) await nextTurn()
  }
}

const missing = (path: string): Error => Object.assign(new Error(path), {code: 'ENOENT'})

/** In memory, so that a read takes as many turns as chance says. What is open stays when it is removed. */
export function slowDisk(chance: Chance): Disk {
  const files = new Map<string, {bytes: Buffer; size: number}>()
  const opened = (file: {bytes: Buffer; size: number}): DiskFile => ({
    size: () => file.size,
    async read(into, position) {
      await chance.turns(3)
      return this.readNow(into, position)
    },
    readNow: (into, position) => file.bytes.copy(into, 0, position, Math.min(file.size, position + into.length)),
    write(bytes, position) {
      const end = position + bytes.length
      if (end > file.bytes.length) file.bytes = Buffer.concat([file.bytes, Buffer.alloc(end * 2)])
      file.bytes.set(bytes, position)
      file.size = Math.max(file.size, end)
    },
    truncate: size => void (file.size = size),
    sync: () => chance.turns(2),
    syncNow() {},
    close() {},
  })
  return {
    makeFolder() {},
    namesIn: () => [...files.keys()].map(path => basename(path)),
    sizeOf: path => files.get(path)?.size,
    open(path, mode) {
      const file = files.get(path)
      if (file) return opened(file)
      if (mode !== 'make') throw missing(path)
      const made = {bytes: Buffer.alloc(0), size: 0}
      files.set(path, made)
      return opened(made)
    },
    text: path => Promise.reject(missing(path)),
    async replace() {},
    async remove(path) {
      if (!files.delete(path)) throw missing(path)
    },
    async rename() {},
    syncFolder() {},
    hold: () => ({[Symbol.dispose]() {}}),
  }
}
