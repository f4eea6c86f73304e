/**
 * The disk, as a part of the `World` that is handed in: files as the engines use them, so that a test or the simulator
 * can stand under an event log and take from it what a loss of power takes. It is as narrow as the engines need it to
 * be. Faults are those of the system: an error whose `code` is `ENOENT`, `ENOSPC`, `EIO` and so on.
 */

/** How a file is opened: to be read, to be changed as well, or made anew where there is none (mode 0600). */
export type OpenMode = 'read' | 'change' | 'make'

/** An open file. */
export interface DiskFile {
  /** Bytes that it has now. */
  size(): number
  /** Reads bytes from `position` on into the whole of `into`; resolves with how many, fewer at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>
  /** The same at once, for a file of some bytes. */
  readNow(into: Uint8Array, position: number): number
  /** Writes all of `bytes` at `position`. What was written may be lost with the power until it is synced. */
  write(bytes: Uint8Array, position: number): void
  truncate(size: number): void
  /** Makes durable what was written, off the event loop unless `alone` and quick. Rejects when the disk does not keep it. */
  sync(alone: boolean): Promise<void>
  /** The same, at once. */
  syncNow(): void
  close(): void
}

/** A database that SQLite itself opens, on a disk that is not the machine's own. */
export interface DatabaseFile {
  /** Where on this machine it is. */
  readonly path: string
  /** Milliseconds, as a group of acts counts how long it has taken. */
  readonly now: () => number
  /** Called before each group of acts; throws what the system would, such as `ENOSPC`. */
  readonly beforeGroup: () => void
  /** Makes durable what is committed. */
  readonly sync: () => Promise<void>
  /** Told what closes it, for who lets a process end that is none. */
  readonly opened: (close: () => void) => void
}

export interface Disk {
  /** Makes a folder and those above it, mode 0700. */
  makeFolder(path: string): void
  /** What is in a folder, by name. */
  namesIn(folder: string): string[]
  /** Bytes of a file; `undefined` when there is none. */
  sizeOf(path: string): number | undefined
  open(path: string, mode: OpenMode): DiskFile
  /** The text of a small file. */
  text(path: string): Promise<string>
  /** Puts a small file in the place of what is there, in one step. */
  replace(path: string, text: string): Promise<void>
  remove(path: string): Promise<void>
  /** Puts a file in the place of what is at `to`, in one step. It is durable once the folder is synced. */
  rename(from: string, to: string): Promise<void>
  /** Makes durable which files a folder has. */
  syncFolder(path: string): void
  /** Holds what is at `path` for one owner until disposed of. Throws when it has one. */
  hold(path: string): Disposable
  /** Left out by the machine's own disk, where a database is what its path says. */
  database?(path: string): DatabaseFile
}
