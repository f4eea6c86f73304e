/** The machine's disk, with a note of everything that is asked of it, for tests of what is read, written and synced. */
import {basename} from 'node:path'
import {nodeDisk} from '../src/engines/node-disk.ts'
import type {Disk, DiskFile} from '../src/std/disk.ts'

export interface RecordedDisk {
  readonly disk: Disk
  /** Takes what was noted since the last time. Files are told by their names. */
  acts(): string[]
}

/** `nameOf` shortens the name of a file. */
export function recordedDisk(nameOf = (name: string): string => name): RecordedDisk {
  const acts: string[] = []
  const named = (path: string): string => nameOf(basename(path))
  const note = (act: string): void => void acts.push(act)
  const noted = (file: DiskFile, name: string): DiskFile => ({
    size: () => file.size(),
    read(into, position) {
      note(`read ${name} ${position} to ${position + into.length}`)
      return file.read(into, position)
    },
    readNow: (into, position) => file.readNow(into, position),
    write(bytes, position) {
      note(`write ${name} ${position} to ${position + bytes.length}`)
      file.write(bytes, position)
    },
    truncate(size) {
      note(`truncate ${name} to ${size}`)
      file.truncate(size)
    },
    sync(alone) {
      note(`sync ${name}${alone ? ' alone' : ''}`)
      return file.sync(alone)
    },
    syncNow() {
      note(`sync ${name} now`)
      file.syncNow()
    },
    close() {
      note(`close ${name}`)
      file.close()
    },
  })
  const disk: Disk = {
    ...nodeDisk,
    open(path, mode) {
      const file = nodeDisk.open(path, mode)
      note(`${mode === 'read' ? 'open' : mode} ${named(path)}`)
      return noted(file, named(path))
    },
    text(path) {
      note(`text ${named(path)}`)
      return nodeDisk.text(path)
    },
    async replace(path, text) {
      note(`replace ${named(path)} by ${text}`)
      await nodeDisk.replace(path, text)
    },
    async remove(path) {
      note(`remove ${named(path)}`)
      await nodeDisk.remove(path)
    },
    syncFolder(path) {
      note('sync folder')
      nodeDisk.syncFolder(path)
    },
    hold(path) {
      note('hold')
      const held = nodeDisk.hold(path)
      return {
        [Symbol.dispose]() {
          note('let go')
          held[Symbol.dispose]()
        },
      }
    },
  }
  return {disk, acts: () => acts.splice(0)}
}
