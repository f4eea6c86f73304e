import assert from 'node:assert/strict'
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {test} from 'node:test'
import {databaseFile, eventLogFolder, openBlobStore, openEventLog} from './open.ts'
import {openLimits, openSeqMarkOf, openSql, UnknownEngine} from './open.ts'

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

test('a database that has a file says which', () => {
  assert.equal(databaseFile('sqlite:data/a.sqlite'), resolve('data/a.sqlite'))
  assert.equal(databaseFile('sqlite:///var/a.sqlite'), '/var/a.sqlite')
  for (const url of ['memory:', 'sqlite:', 'file:x', 'x']) assert.equal(databaseFile(url), undefined)
})

test('an event log that has a folder says which', () => {
  assert.equal(eventLogFolder('file:data/log'), resolve('data/log'))
  assert.equal(eventLogFolder('file:///var/log'), '/var/log')
  for (const url of ['memory:', 'sqlite:x', 'x']) assert.equal(eventLogFolder(url), undefined)
})

test('an unknown engine is refused with what is expected', async () => {
  const open: [expected: string, open: (url: string) => unknown, urls: string[]][] = [
    ['"sqlite:<file>" or "memory:"', url => openSql(url, {migrations: []}), ['oracle:x', 'sqlite:', 'file:x']],
    ['"sqlite:<file>" or "memory:"', url => openSeqMarkOf(url), ['sqlite:', 'file:x']],
    ['"file:<folder>" or "memory:"', url => openEventLog(url, {now: Date.now}), ['kafka://a', 'file:', 'sqlite:x']],
    ['"file:<folder>" or "memory:"', url => openBlobStore(url, Date.now), ['no url', 'file:', 'sqlite:x']],
    ['"memory:"', url => openLimits(url, Date.now), ['valkey://a', 'file:x']],
  ]
  for (const [expected, act, urls] of open) {
    for (const url of [...urls, 'file', '', 'xmemory:', 'Memory:', 'x memory:']) {
      const message = `"${url}" names no engine that there is. Expected ${expected}.`
      await assert.rejects(async () => act(url), {name: 'UnknownEngine', message}, url)
    }
  }
  assert.ok(new UnknownEngine('x') instanceof Error)
})

test('the mark of a sequence stands beside its database, and in memory with it', async t => {
  const root = mkdtempSync(join(tmpdir(), 'wholesky-test-'))
  t.after(() => rmSync(root, {recursive: true}))
  for (const [url, isOnDisk] of [
    ['memory:', false],
    [`sqlite:${root}/a.sqlite`, true],
  ] as const) {
    const mark = openSeqMarkOf(url)
    await mark.note(7)
    assert.equal(mark.seq, 7)
    mark.close()
    assert.equal(existsSync(join(root, 'a.sqlite.newest-seq')), isOnDisk)
  }
})

test('limits are those of this process, and of no other engine', async () => {
  const limit = {name: 'calls', key: 'a', limit: 1, windowMs: 1_000}
  const limits = openLimits('memory:', () => 0)
  assert.deepEqual([(await limits.take([limit]))[0].allowed, (await limits.take([limit]))[0].allowed], [true, false])
})
