/**
 * A disk that fills up, for programs that know nothing of it and on machines where nothing can be mounted: imported
 * before the program (`--import`). While the file `NO_ROOM` is there, no file grows: writes answer `ENOSPC` and
 * databases take no more pages. A real full disk (`full-disk.ts`) refuses more than that.
 */
import fs, {existsSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import sqlite from 'node:sqlite'

const lookMs = 5
const mark = process.env.NO_ROOM

if (mark !== undefined) {
  const isFull = (): boolean => existsSync(mark)

  const {writeSync, promises} = fs
  // Its own output is no file that grows.
  fs.writeSync = ((file: number, ...rest: unknown[]) => {
    if (file > 2 && isFull()) throw fault()
    return (writeSync as (...all: unknown[]) => number)(file, ...rest)
  }) as typeof writeSync
  const {writeFile} = promises
  promises.writeFile = (...all) => (isFull() ? Promise.reject(fault()) : writeFile(...all))
  const handle = await promises.open(process.execPath)
  const prototype = Object.getPrototypeOf(handle) as Record<string, (...all: unknown[]) => Promise<unknown>>
  await handle.close()
  for (const name of ['write', 'writev', 'writeFile', 'appendFile']) {
    const real = prototype[name]
    prototype[name] = function (...all) {
      return isFull() ? Promise.reject(fault()) : real.apply(this, all)
    }
  }

  const open = new Set<WeakRef<sqlite.DatabaseSync>>()
  const {DatabaseSync} = sqlite
  sqlite.DatabaseSync = class extends DatabaseSync {
    constructor(...all: ConstructorParameters<typeof DatabaseSync>) {
      super(...all)
      open.add(new WeakRef(this))
      if (isFull()) bound(this, true)
    }
  }
  let wasFull = false
  setInterval(() => {
    if (isFull() === wasFull) return
    wasFull = !wasFull
    for (const reference of open) {
      const db = reference.deref()
      if (db?.isOpen) bound(db, wasFull)
      else open.delete(reference)
    }
  }, lookMs).unref()
  syncBuiltinESMExports()
}

const fault = (): NodeJS.ErrnoException =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', errno: -28, syscall: 'write'})

/** One page means as few as there are. */
function bound(db: sqlite.DatabaseSync, full: boolean): void {
  db.exec(`PRAGMA max_page_count = ${full ? 1 : 2 ** 32 - 2}`)
}
