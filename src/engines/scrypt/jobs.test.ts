/** The thread that hashes passwords takes no memory while it has none. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {scryptSync} from 'node:crypto'
import {test} from 'node:test'
import {MessageChannel} from 'node:worker_threads'
import {toUtf8} from '#std/text.ts'
import {answerHashes, encodeJob} from './jobs.ts'
import {compileKernel, hashSize, ScryptLanes} from './lanes.ts'

test('lanes that have nothing to do let go of their memory, and take some again', {timeout: 20_000}, async () => {
  const kernel = compileKernel()
  assert(kernel)
  const lanes = new ScryptLanes(kernel)
  let collected = Promise.withResolvers<number>()
  const {port1, port2} = new MessageChannel()
  try {
    answerHashes(port1, kernel, {restMs: 0, lanes, collect: () => collected.resolve(lanes.table.length)})
    const salt = toUtf8('salt')
    for (const password of ['correct horse', 'battery']) {
      const answer = once(port2, 'message')
      port2.postMessage(encodeJob(password, salt))
      const [hash] = (await answer) as [Uint8Array]
      assert.deepEqual(Uint8Array.from(hash), Uint8Array.from(scryptSync(password, salt, hashSize)))
      assert.equal(await collected.promise, 0)
      collected = Promise.withResolvers()
    }
  } finally {
    port2.close()
  }
})
