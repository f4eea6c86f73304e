import assert from 'node:assert/strict'
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {DiskSync} from './disk-sync.ts'

test('a file is synced, for one who waits and for many; what is no file is told', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-test-'))
  t.after(() => rmSync(folder, {recursive: true}))
  const file = openSync(join(folder, 'file'), 'w')
  const disk = new DiskSync()
  writeSync(file, 'a')
  await disk.sync(file, true)
  await disk.sync(file, false)
  closeSync(file)
  await assert.rejects(disk.sync(file, true), /EBADF/)
  await assert.rejects(disk.sync(file, false), /EBADF/)
})
