/** Pages of the firehose out of SQLite: their bounds, and that every byte is there. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {toHex} from '#std/bytes.ts'
import {pdsRepo} from '../../../../../test/pds-repo.ts'

test('a page of the firehose is bounded by frames and by bytes, and holds one at least', async context => {
  const {sql, stores} = await pdsRepo(context)
  const kB = 1024
  const sizes = [60 * kB, 60 * kB, 60 * kB, 200 * kB, 8 * kB, 120 * kB, ...Array.from({length: 600}, () => 10)]
  await sql.write(tx => {
    for (const size of sizes) tx.run(`INSERT INTO event (did, timeMs, frame) VALUES ('', 0, randomblob(?))`, size)
  })
  const stored = sql.read(tx => tx.arrays<[Uint8Array]>('SELECT frame FROM event ORDER BY seq')).flat()
  const pages: number[][] = []
  for (let after = 0; ;) {
    const page = await stores.events.pageAfter(after)
    if (!page.frames) break
    const {lastSeq} = page
    const frames = page.frames.frames()
    assert.equal(lastSeq, after + frames.length)
    assert.deepEqual(frames.map(toHex), stored.slice(after, lastSeq).map(toHex))
    pages.push(frames.map(frame => frame.length))
    after = lastSeq
  }
  assert.deepEqual(
    pages.slice(0, 4).map(page => page.map(size => size / kB)),
    [[60, 60], [60], [200], [8, 120]],
  )
  assert.deepEqual(
    pages.slice(4).map(page => page.length),
    [256, 256, 88],
  )
  assert.deepEqual(pages.flat(), sizes)
})

test('the bounds of the events are those that are there, and the last one that ever was', async context => {
  const {sql, stores} = await pdsRepo(context)
  assert.deepEqual(await stores.events.bounds(), {first: 0, last: 0})
  const tell = `INSERT INTO event (did, timeMs, frame) VALUES ('', 0, x'00')`
  await sql.write(tx => {
    for (let i = 0; i < 4; i++) tx.run(tell)
    tx.run('DELETE FROM event WHERE seq < 3')
  })
  assert.deepEqual(await stores.events.bounds(), {first: 3, last: 4})
  await sql.write(tx => tx.run('DELETE FROM event'))
  assert.deepEqual(await stores.events.bounds(), {first: 0, last: 4})
})
