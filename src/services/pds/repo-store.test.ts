import assert from 'node:assert/strict'
import {test} from 'node:test'
import {pdsRepo} from '../../../test/pds-repo.ts'

test('a page of the firehose is bounded by frames and by bytes, and holds one at least', async context => {
  const {sql, store} = await pdsRepo(context)
  const kB = 1024
  const sizes = [60 * kB, 60 * kB, 60 * kB, 200 * kB, 8 * kB, 120 * kB, ...Array.from({length: 300}, () => 10)]
  await sql.write(tx => {
    for (const size of sizes) tx.run(`INSERT INTO event (did, timeMs, frame) VALUES ('', 0, zeroblob(?))`, size)
  })
  const pages: number[][] = []
  for (let after = 0; ;) {
    const {lastSeq, frames} = await store.eventsAfter(after)
    if (frames.length === 0) break
    assert.equal(lastSeq, after + frames.length)
    pages.push(frames.map(frame => frame.length))
    after = lastSeq
  }
  assert.deepEqual(
    pages.slice(0, 4).map(page => page.map(size => size / kB)),
    [[60, 60], [60], [200], [8, 120]],
  )
  assert.deepEqual(
    pages.slice(4).map(page => page.length),
    [256, 44],
  )
  assert.deepEqual(pages.flat(), sizes)
})
