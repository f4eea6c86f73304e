import assert from 'node:assert/strict'
import fs, {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
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

test('who waits alone on a quick disk is synced for in place, as it has been of late', async t => {
  let nowMs = 0
  let tookMs = 0
  const ways: string[] = []
  const took = (way: string): void => {
    ways.push(way)
    nowMs += tookMs
  }
  t.mock.method(performance, 'now', () => nowMs)
  t.mock.method(fs, 'fdatasyncSync', () => took('here'))
  t.mock.method(fs, 'fdatasync', ((_: number, done: (error: null) => void) => {
    took('beside')
    done(null)
  }) as never)
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  type Step = [ms: number, alone: boolean, way: string]
  const isHeldUpAtTimes: Step[] = [
    [0.1, true, 'here'],
    [20, true, 'here'],
    [0.1, true, 'here'],
    [20, true, 'here'],
    [0.1, true, 'here'],
    [0.1, true, 'here'],
    [0.1, false, 'beside'],
  ]
  const becomesSlowAndQuick: Step[] = [
    [0.8, true, 'here'],
    [0.79, true, 'here'],
    [0.8, true, 'here'],
    [0.8, true, 'here'],
    [0.79, true, 'beside'],
    [0.79, false, 'beside'],
    [0.79, true, 'here'],
  ]
  for (const some of [isHeldUpAtTimes, becomesSlowAndQuick]) {
    ways.length = 0
    const disk = new DiskSync()
    for (const [ms, alone] of some) {
      tookMs = ms
      nowMs = 0
      await disk.sync(0, alone)
    }
    assert.deepEqual(
      ways,
      some.map(([, , way]) => way),
    )
  }
})
