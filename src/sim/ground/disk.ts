/**
 * The disk of one machine. Logs and marks are files in memory (`files.ts`). Databases are SQLite's own files in a
 * temporary folder, since `node:sqlite` lets nobody stand under it: what was committed stands in the log of changes (the
 * `-wal` file) in the order of the commits, and of an open database it is folded in only at moments when all of it is
 * durable, so all that a loss of power can take is an end of that file. The disk knows how much of it was synced; after a
 * loss of power the next start finds a copy that is cut somewhere behind that, in the middle of a write as well as between
 * two.
 *
 * Beyond this model lie what SQLite does while it folds, and the true order of its writes: `npm run test:crash` kills
 * real processes for that, on a real disk, in the midst of folding and migrating too.
 */
import {copyFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import type {DatabaseFile, Disk, DiskFile, OpenMode} from '#std/disk.ts'
import type {Prng} from '#std/prng.ts'
import {SimFile} from './files.ts'
import type {Spool} from './spool.ts'

/** What of a machine a disk has to do with. */
export interface DiskOwner {
  /** Between two steps: here the machine may end. */
  point(name: string): void
  /** Resolves after so much of true time, unless the machine has ended: then never. */
  pause(ms: number): Promise<void>
  nowMs(): number
  isEnded(): boolean
  /** Something is open that has to be closed in the end. */
  opened(close: () => void): void
  /** A disk that is full has taken a part of a write. */
  wroteShort?(): void
}

/** How the disk is to be at this moment. */
export interface DiskHealth {
  isFull: boolean
  isSlow: boolean
  /** Syncs say that they are done and do nothing. */
  isLying: boolean
}

interface Database {
  /** Where on the real disk the database is. */
  readonly file: string
  /** Bytes of its log of changes that are durable. */
  syncedSize: number
}

interface SimDiskOptions {
  readonly folder: string
  readonly prng: Prng
  readonly files?: Map<string, SimFile>
  readonly health: DiskHealth
  /** For what files have no room for in memory. */
  readonly spool?: Spool
}

const error = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), {code})

export class SimDisk implements Disk {
  readonly #owner: DiskOwner
  readonly #prng: Prng
  /** A real folder of this disk alone. */
  readonly #folder: string
  readonly #files: Map<string, SimFile>
  /** By their paths: those that are open, and those that an earlier process had. */
  readonly #databases = new Map<string, Database>()
  readonly #held = new Set<string>()
  readonly #spool: Spool | undefined
  readonly health: DiskHealth

  /** `files` are those in memory that are there from before; databases are looked for in `folder`. */
  constructor(owner: DiskOwner, {folder, prng, files, health, spool}: SimDiskOptions) {
    this.#spool = spool
    this.#owner = owner
    this.#folder = folder
    this.#prng = prng
    this.#files = files ?? new Map()
    this.health = health
    mkdirSync(folder, {recursive: true})
  }

  makeFolder(): void {}

  namesIn(folder: string): string[] {
    const start = `${folder}/`
    return [...this.#files.keys()].filter(path => path.startsWith(start)).map(path => path.slice(start.length))
  }

  sizeOf(path: string): number | undefined {
    return this.#files.get(path)?.size
  }

  open(path: string, mode: OpenMode): DiskFile {
    const known = this.#files.get(path)
    if (mode === 'make' && known) throw error('EEXIST', path)
    if (mode !== 'make' && !known) throw error('ENOENT', path)
    if (mode === 'make') this.#refuseWhenFull(path)
    const file = known ?? new SimFile(this.#spool)
    this.#files.set(path, file)
    const name = path.endsWith('.log') ? 'log' : 'mark'
    const sync = async (): Promise<void> => {
      const count = file.unsyncedCount
      this.#owner.point(`${name} written`)
      await this.#syncTime()
      if (!this.health.isLying) file.synced(count)
      this.#owner.point(`${name} synced`)
    }
    return {
      size: () => file.size,
      read: async (into, position) => file.read(into, position),
      readNow: (into, position) => file.read(into, position),
      write: (bytes, position) => {
        if (this.health.isFull && bytes.length > 1 && this.#prng.is(0.5)) {
          file.write(bytes.subarray(0, this.#prng.whole(1, bytes.length - 1)), position)
          this.#owner.wroteShort?.()
        }
        this.#refuseWhenFull(path)
        file.write(bytes, position)
      },
      truncate: size => file.truncate(size),
      sync,
      syncNow: () => file.synced(file.unsyncedCount),
      close: () => {},
    }
  }

  async text(path: string): Promise<string> {
    const file = this.#files.get(path)
    if (!file) throw error('ENOENT', path)
    const bytes = new Uint8Array(file.size)
    file.read(bytes, 0)
    return new TextDecoder().decode(bytes)
  }

  async replace(path: string, text: string): Promise<void> {
    this.#refuseWhenFull(path)
    const file = new SimFile(this.#spool)
    file.write(new TextEncoder().encode(text), 0)
    this.#files.set(path, file)
  }

  async remove(path: string): Promise<void> {
    if (!this.#files.delete(path)) throw error('ENOENT', path)
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#files.get(from)
    if (!file) throw error('ENOENT', from)
    this.#files.delete(from)
    this.#files.set(to, file)
  }

  syncFolder(path: string): void {
    for (const [name, file] of this.#files) if (name.startsWith(`${path}/`)) file.isListed = true
  }

  hold(path: string): Disposable {
    if (this.#held.has(path)) throw new Error(`${path} is held already.`)
    this.#held.add(path)
    return {[Symbol.dispose]: () => void this.#held.delete(path)}
  }

  database(path: string): DatabaseFile {
    const file = join(this.#folder, path.replaceAll('/', '-'))
    const database = {file, syncedSize: 0}
    this.#databases.set(path, database)
    fold(file)
    return {
      path: file,
      now: () => this.#owner.nowMs(),
      beforeGroup: () => {
        this.#owner.point('sql begins')
        this.#refuseWhenFull(path)
      },
      sync: async () => {
        const size = walSize(file)
        this.#owner.point('sql committed')
        await this.#syncTime()
        if (!this.health.isLying) database.syncedSize = size
        this.#owner.point('sql synced')
        const isWholeDurable = size === database.syncedSize && size === walSize(file)
        if (size < foldFrom || !isWholeDurable || this.#owner.isEnded()) return
        fold(file)
        database.syncedSize = walSize(file)
      },
      opened: close => this.#owner.opened(close),
    }
  }

  /** The disk as the next process finds it, in the folder `next`. `power`: with what was not synced lost in part. */
  after(owner: DiskOwner, {next, power, torn}: {next: string; power: boolean; torn: () => void}): SimDisk {
    const files = new Map<string, SimFile>()
    for (const [path, file] of this.#files) {
      if (!power) files.set(path, file.copy())
      else if (file.isListed || this.#prng.is(0.5)) files.set(path, file.afterPowerLoss(this.#prng, torn))
    }
    const disk = new SimDisk(owner, {
      folder: next,
      prng: this.#prng,
      files,
      health: this.health,
      spool: this.#spool,
    })
    for (const [path, {file, syncedSize}] of this.#databases) {
      const copy = join(next, file.slice(this.#folder.length + 1))
      this.#copy(file, copy)
      // Whoever begins anew may end before it opens this one.
      const found = {file: copy, syncedSize}
      disk.#databases.set(path, found)
      const size = walSize(copy)
      if (!power || size <= syncedSize) continue
      const kept = this.#prng.whole(syncedSize, size)
      if (kept > syncedSize && kept < size) torn()
      truncateSync(`${copy}-wal`, kept)
      found.syncedSize = kept
    }
    rmSync(this.#folder, {recursive: true})
    return disk
  }

  /** Puts a copy of the databases aside, as a backup of this moment. */
  backUp(folder: string): void {
    rmSync(folder, {recursive: true, force: true})
    mkdirSync(folder, {recursive: true})
    for (const {file} of this.#databases.values()) this.#copy(file, join(folder, file.slice(this.#folder.length + 1)))
  }

  /** Puts the databases of a backup in the place of those here; nobody may have them open. */
  restore(folder: string, names: readonly string[]): void {
    for (const name of names) this.#copy(join(folder, name), join(this.#folder, name))
    for (const database of this.#databases.values()) {
      if (names.some(name => database.file === join(this.#folder, name))) database.syncedSize = walSize(database.file)
    }
  }

  #copy(from: string, to: string): void {
    for (const end of ['', '-wal']) {
      rmSync(to + end, {force: true})
      if (existsSync(from + end)) copyFileSync(from + end, to + end)
    }
    rmSync(`${to}-shm`, {force: true})
  }

  #syncTime(): Promise<void> {
    const ms = this.health.isSlow ? this.#prng.between(300, 2_000) : this.#prng.between(0.2, 4)
    return this.#owner.pause(ms)
  }

  #refuseWhenFull(path: string): void {
    if (this.health.isFull) throw error('ENOSPC', path)
  }
}

const walSize = (file: string): number => statSync(`${file}-wal`, {throwIfNoEntry: false})?.size ?? 0

/** A log of changes of this size is folded: to find a page in a large one takes long, and a copy of it, too. */
const foldFrom = 16 * 2 ** 20

/** Folds what stands in the log of changes, of which nothing is being read. From here on all of the database is durable. */
function fold(file: string): void {
  if (walSize(file) === 0) return
  const db = new DatabaseSync(file, {timeout: 0})
  db.exec('PRAGMA synchronous = OFF; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}
