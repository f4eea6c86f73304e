import assert from 'node:assert/strict'
import {statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import type {Disk, DiskFile} from '#std/disk.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {nodeDisk} from './node-disk.ts'
import {DataLost, memorySeqMark, openSeqMark} from './seq-mark.ts'

const folder = temporaryFolder('seq-mark')

test('a mark is found again, and never goes back', async () => {
  const path = join(folder, 'a')
  const first = openSeqMark(path)
  assert.equal(first.seq, 0)
  await first.note(12)
  await first.note(7)
  first.close()
  const second = openSeqMark(path)
  assert.equal(second.seq, 12)
  await second.note(2 ** 53 - 1)
  second.close()
  const third = openSeqMark(path)
  assert.equal(third.seq, 2 ** 53 - 1)
  third.close()
  assert.equal(statSync(path).size, 17)
})

test('a file that holds no number counts as new', async () => {
  const path = join(folder, 'b')
  for (const text of ['', 'nonsense', '12', '-000000000000012\n']) {
    writeFileSync(path, text)
    const mark = openSeqMark(path)
    assert.equal(mark.seq, 0)
    mark.close()
  }
})

test('what cannot be written is told, and is not the mark', async () => {
  const mark = openSeqMark(join(folder, 'c'))
  await mark.note(3)
  mark.close()
  await assert.rejects(mark.note(4), /EBADF/)
  assert.equal(mark.seq, 3)
})

test('a mark in memory begins at nothing, and never goes back', async () => {
  const mark = memorySeqMark()
  assert.equal(mark.seq, 0)
  await mark.note(7)
  await mark.note(3)
  assert.equal(mark.seq, 7)
})

test('who finds that data are lost is told so by name', () => {
  assert.equal(new DataLost('x').name, 'DataLost')
})

test('each step is made once, and durable: a new file in its folder, a number with nobody beside it', async () => {
  const acts: string[] = []
  const write = (bytes: Uint8Array, position: number): number => acts.push(`write ${bytes.length} at ${position}`)
  const fault = {code: ''}
  const file = {
    readNow: () => 0,
    write,
    sync: async (alone: boolean) => {
      acts.push(`sync ${alone}`)
      if (fault.code) throw Object.assign(new Error('no'), fault)
    },
    close: () => acts.push('close'),
  } as unknown as DiskFile
  const disk: Disk = {
    ...nodeDisk,
    open(path, mode) {
      acts.push(`${mode} ${path}`)
      if (mode === 'change') throw Object.assign(new Error('none'), {code: fault.code || 'ENOENT'})
      return file
    },
    syncFolder: path => void acts.push(`sync ${path}`),
  }
  const mark = openSeqMark('/data/mark', disk)
  assert.deepEqual(acts.splice(0), ['change /data/mark', 'make /data/mark', 'sync /data'])
  for (const seq of [5, 5, 4, 6]) await mark.note(seq)
  assert.deepEqual(acts.splice(0), ['write 17 at 0', 'sync false', 'write 17 at 0', 'sync false'])
  fault.code = 'ENOSPC'
  await assert.rejects(mark.note(7), OutOfSpace)
  assert.equal(mark.seq, 6)
  mark.close()
  assert.equal(acts.at(-1), 'close')
  fault.code = 'EACCES'
  assert.throws(() => openSeqMark('/data/mark', disk), {code: 'EACCES'})
  assert.equal(acts.at(-1), 'change /data/mark')
})
