import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Prng} from '#std/prng.ts'
import {fromLatin1, toUtf8} from '#std/text.ts'
import {SimFile} from './files.ts'

const textOf = (file: SimFile): string => {
  const bytes = new Uint8Array(file.size)
  return fromLatin1(bytes, 0, file.read(bytes, 0))
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
