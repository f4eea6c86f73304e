/** The machine's disk: what it is given is there whole, whatever parts the system takes it in, and is nobody else's. */
import {deepEqual, equal, rejects, throws} from 'node:assert/strict'
import fs, {existsSync, readFileSync, readlinkSync, statSync, writeFileSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {filesOpenIn, needHandles} from '../../test/open-files.ts'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {nodeDisk} from './node-disk.ts'

const folder = temporaryFolder('node-disk')
const bytes = Uint8Array.from({length: 10}, (_, i) => i + 1)

/** Puts other calls in the place of the system's, for one test. */
function system(context: TestContext, calls: Partial<typeof fs>): void {
  for (const [name, call] of Object.entries(calls)) context.mock.method(fs, name as 'readSync', call as never)
  syncBuiltinESMExports()
  context.after(() => {
    context.mock.restoreAll()
    syncBuiltinESMExports()
  })
}

test('bytes are written and read whole, though the system takes and gives three at a time', async context => {
  const {read, writeSync} = fs
  system(context, {
    writeSync: ((file: number, from: Uint8Array, at: number, length: number, place: number) =>
      writeSync(file, from, at, Math.min(length, 3), place)) as never,
    read: ((file: number, into: Uint8Array, at: number, length: number, place: number, done: () => void) =>
      read(file, into, at, Math.min(length, 3), place, done)) as never,
  })
  const path = join(folder, 'parts')
  const file = nodeDisk.open(path, 'make')
  file.write(bytes, 0)
  file.write(bytes.subarray(0, 4), 10)
  deepEqual([...readFileSync(path)], [...bytes, 1, 2, 3, 4])
  equal(file.size(), 14)
  const found = new Uint8Array(8)
  equal(await file.read(found, 4), 8)
  deepEqual([...found], [5, 6, 7, 8, 9, 10, 1, 2])
  equal(await file.read(found, 9), 5, 'up to the end')
  deepEqual([...found], [10, 1, 2, 3, 4, 10, 1, 2])
  equal(file.readNow(found, 12), 2)
  deepEqual([...found.subarray(0, 2)], [3, 4])
  file.truncate(2)
  deepEqual([...readFileSync(path)], [1, 2])
  file.close()
  await rejects(file.read(found, 0), {code: 'EBADF'})
})

test('a file is made, changed or read, and each only as it was asked for', () => {
  const path = join(folder, 'modes')
  const refused = (mode: 'read' | 'change' | 'make', code: string): void =>
    throws(() => nodeDisk.open(path, mode), {code})
  for (const mode of ['read', 'change'] as const) refused(mode, 'ENOENT')
  equal(nodeDisk.sizeOf(path), undefined)
  nodeDisk.open(path, 'make').close()
  equal(statSync(path).mode & 0o777, 0o600)
  refused('make', 'EEXIST')
  writeFileSync(path, bytes)
  equal(nodeDisk.sizeOf(path), 10)
  const changed = nodeDisk.open(path, 'change')
  changed.write(Uint8Array.of(9), 1)
  changed.close()
  deepEqual([...readFileSync(path)], [1, 9, ...bytes.subarray(2)], 'what was there stays')
  const read = nodeDisk.open(path, 'read')
  throws(() => read.write(bytes, 0), {code: 'EBADF'})
  read.close()
})

test('a text is replaced in one step, and what is removed is gone', async () => {
  const path = join(folder, 'text')
  for (const text of ['one', 'another']) {
    await nodeDisk.replace(path, text)
    deepEqual([await nodeDisk.text(path), existsSync(`${path}.new`)], [text, false])
  }
  await nodeDisk.remove(path)
  equal(existsSync(path), false)
})

test('folders are for nobody else, listed, and their files are synced by name', needHandles, context => {
  const path = join(folder, 'outer', 'inner')
  nodeDisk.makeFolder(path)
  nodeDisk.makeFolder(path)
  for (const made of [path, join(folder, 'outer')]) equal(statSync(made).mode & 0o777, 0o700)
  const file = nodeDisk.open(join(path, 'file'), 'make')
  deepEqual(nodeDisk.namesIn(path), ['file'])
  const synced: string[] = []
  const {fsyncSync} = fs
  system(context, {
    fsyncSync: (handle: number) => {
      synced.push(readlinkSync(`/proc/self/fd/${handle}`))
      fsyncSync(handle)
    },
  })
  nodeDisk.syncFolder(path)
  file.syncNow()
  file.close()
  deepEqual(synced, [path, join(path, 'file')])
  deepEqual(filesOpenIn(path), [])
})
