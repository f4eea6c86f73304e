import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {Prng} from '#std/prng.ts'
import {fromLatin1, toUtf8} from '#std/text.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {SimFile} from './files.ts'
import {Spool} from './spool.ts'

const textOf = (file: SimFile): string => {
  const bytes = new Uint8Array(file.size)
  return fromLatin1(bytes, 0, file.read(bytes, 0))
}

const bytes = (size: number, first: number): Uint8Array => Uint8Array.from({length: size}, (_, i) => first + i)
const all = (file: SimFile): Uint8Array => {
  const into = new Uint8Array(file.size + 1)
  return into.subarray(0, file.read(into, 0))
}

test('a loss of power leaves what was synced, and of the rest a first part, torn or whole', () => {
  const file = new SimFile()
  file.write(toUtf8('kept.'), 0)
  file.synced(file.unsyncedCount)
  for (const [i, text] of ['aaaa', 'bbbb'].entries()) file.write(toUtf8(text), 5 + 4 * i)
  assert.equal(textOf(file), 'kept.aaaabbbb')
  const found = new Set<string>()
  let torn = 0
  for (let seed = 0; seed < 200; seed++) found.add(textOf(file.afterPowerLoss(new Prng(`${seed}`), () => torn++)))
  const possible = [5, 6, 7, 8, 9, 10, 11, 12, 13].map(size => 'kept.aaaabbbb'.slice(0, size))
  assert.deepEqual(
    [...found].filter(text => !possible.includes(text)),
    [],
  )
  assert.ok(found.has('kept.aaaabbbb') && found.size > 4 && torn > 0, `${[...found].join()}, torn ${torn} times`)
  assert.equal(textOf(file.copy()), 'kept.aaaabbbb', 'the end of a process takes nothing')
})

test('what was written over comes back', () => {
  const file = new SimFile()
  file.write(toUtf8('0001'), 0)
  file.synced(1)
  file.write(toUtf8('0002'), 0)
  const found = new Set<string>()
  for (let seed = 0; seed < 50; seed++) found.add(textOf(file.afterPowerLoss(new Prng(`${seed}`), () => {})))
  assert.deepEqual([...found].toSorted(), ['0001', '0002'])
})

test('what is durable leaves memory for the spool, and is read and written over from there', () => {
  const spool = new Spool(join(temporaryFolder('spool'), 'spool'))
  const file = new SimFile(spool)
  const wanted = new Uint8Array(250_000)
  for (let i = 0; i < 5; i++) {
    file.write(bytes(50_000, i), i * 50_000)
    wanted.set(bytes(50_000, i), i * 50_000)
  }
  file.synced(file.unsyncedCount)
  assert.ok(file.heldSize <= 2 ** 16, `${file.heldSize} bytes are held of ${file.size}`)
  const copy = file.copy()
  file.write(bytes(100_000, 7), 30_000)
  assert.ok(Buffer.from(all(copy)).equals(wanted), 'a copy has nothing of what is written after it')
  wanted.set(bytes(100_000, 7), 30_000)
  assert.ok(Buffer.from(all(file)).equals(wanted))
  copy.write(bytes(9, 1), 240_000)
  assert.ok(Buffer.from(all(file)).equals(wanted), 'nor has the file of what is written to its copy')
  spool.close()
})
