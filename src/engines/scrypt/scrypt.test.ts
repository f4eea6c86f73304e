/** Whichever way a hash goes, its bytes are the same. */
import assert from 'node:assert/strict'
import {scryptSync} from 'node:crypto'
import {test} from 'node:test'
import type {Worker} from 'node:worker_threads'
import {toUtf8} from '#std/text.ts'
import {lanesMax} from './kernel.ts'
import {WorkerPool} from '../worker-pool.ts'
import {hashSize} from './lanes.ts'
import {Scrypt} from './scrypt.ts'

const salt = toUtf8('0123456789abcdef')
const expected = (password: string): Uint8Array => Uint8Array.from(scryptSync(password, salt, hashSize))

for (const by of ['own', 'library'] as const) {
  test(`by ${by}, alone and in company, a hash is that of its password`, {timeout: 20_000}, async () => {
    const faults: unknown[] = []
    await using hashes = new Scrypt({by, onFault: error => faults.push(error)})
    assert.equal(hashes.placesMax % lanesMax === 0, by === 'own')
    const passwords = ['alone', 'päss\u{1f511}wörd', '', 'x'.repeat(500), ...Array.from({length: 6}, (_, i) => `${i}`)]
    assert.deepEqual(Uint8Array.from(await hashes.hash(passwords[0], salt)), expected(passwords[0]))
    const found = await Promise.all(passwords.map(password => hashes.hash(password, salt)))
    assert.deepEqual(
      found.map(hash => Uint8Array.from(hash)),
      passwords.map(expected),
    )
    assert.deepEqual(faults, [])
  })
}

test('a fault of a thread is told, and the library does it all from then on', async context => {
  const fault = new Error('the thread is gone')
  context.mock.method(WorkerPool.prototype, 'run', () => Promise.reject(fault))
  const faults: unknown[] = []
  await using hashes = new Scrypt({onFault: error => faults.push(error)})
  const hash = async (): Promise<void> => {
    const found = await Promise.all(['a', 'b'].map(password => hashes.hash(password, salt)))
    assert.deepEqual(
      found.map(bytes => Uint8Array.from(bytes)),
      ['a', 'b'].map(expected),
    )
  }
  await hash()
  await hash()
  assert.deepEqual(faults, [fault])
})

test('what is under way when it closes is brought to its end, and the library does what comes after', async () => {
  const hashes = new Scrypt()
  const under = ['a', 'b', 'c'].map(password => hashes.hash(password, salt))
  await hashes.close()
  await hashes.close()
  const after = await Promise.all(['d', 'e'].map(password => hashes.hash(password, salt)))
  const all = [...(await Promise.all(under)), ...after].map(hash => Uint8Array.from(hash))
  assert.deepEqual(all, ['a', 'b', 'c', 'd', 'e'].map(expected))
})

test('once it is closed its threads are gone', async () => {
  const threads: Worker[] = []
  const note = (worker: Worker): void => void threads.push(worker)
  process.on('worker', note)
  try {
    const hashes = new Scrypt()
    await Promise.all(['a', 'b'].map(password => hashes.hash(password, salt)))
    await hashes.close()
  } finally {
    process.off('worker', note)
  }
  assert.deepEqual(
    threads.map(({threadId}) => threadId),
    threads.map(() => -1),
  )
  assert.ok(threads.length > 0)
})
