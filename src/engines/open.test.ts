import assert from 'node:assert/strict'
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {test} from 'node:test'
import {eventLogFolder, openBlobStore, openEventLog, openLimits, openSeqMarkOf, openSql, UnknownEngine} from './open.ts'

test('the scheme of a URL names the engine, its path the place', async t => {
  const root = mkdtempSync(join(tmpdir(), 'wholesky-test-'))
  t.after(() => rmSync(root, {recursive: true}))
  for (const [place, sql, log, blobs] of [
    ['memory', 'memory:', 'memory:', 'memory:'],
    ['disk', `sqlite:${root}/a.sqlite`, `file:${root}/log`, `file://${root}/blobs`],
  ]) {
    const db = openSql(sql, {migrations: []})
    const events = await openEventLog(log, {now: Date.now})
    await openBlobStore(blobs, Date.now)
    assert.equal(await events.append([Uint8Array.of(1)]), 1)
    for (const name of ['a.sqlite', 'log', 'blobs']) assert.equal(existsSync(join(root, name)), place === 'disk')
    await db.close()
    await events.close()
  }
})

test('an event log that has a folder says which', () => {
  assert.equal(eventLogFolder('file:data/log'), resolve('data/log'))
  assert.equal(eventLogFolder('file:///var/log'), '/var/log')
  assert.equal(eventLogFolder('memory:'), undefined)
})

test('an unknown engine is refused with what is expected', async () => {
  assert.throws(() => openSql('oracle:x', {migrations: []}), UnknownEngine)
  assert.throws(() => openSql('sqlite:', {migrations: []}), /Expected "sqlite:<file>" or "memory:"/)
  assert.throws(() => openSeqMarkOf('sqlite:'), UnknownEngine)
  assert.throws(() => openSeqMarkOf('file:x'), UnknownEngine)
  for (const url of ['file:', 'sqlite:x', 'file', '']) {
    await assert.rejects(openEventLog(url, {now: Date.now}), UnknownEngine, url)
    await assert.rejects(openBlobStore(url, Date.now), UnknownEngine, url)
  }
  await assert.rejects(openEventLog('kafka://a', {now: Date.now}), UnknownEngine)
  await assert.rejects(openBlobStore('no url', Date.now), UnknownEngine)
})

test('limits are those of this process, and of no other engine', async () => {
  const limit = {name: 'calls', key: 'a', limit: 1, windowMs: 1_000}
  const limits = openLimits('memory:', () => 0)
  assert.deepEqual([(await limits.take([limit]))[0].allowed, (await limits.take([limit]))[0].allowed], [true, false])
  assert.throws(() => openLimits('valkey://a', () => 0), /Expected "memory:"/)
})
