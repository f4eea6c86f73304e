/** Hashes from lanes are those of the RFC and of the C library, whoever shares a thread with whom, and leave nothing. */
import assert from 'node:assert/strict'
import {randomBytes, scryptSync} from 'node:crypto'
import {test} from 'node:test'
import {toHex} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {cost, laneSize, stepsOfHash} from './kernel.ts'
import {compileKernel, hashSize, ScryptLanes} from './lanes.ts'

const kernel = compileKernel()
assert(kernel, 'the machines that this is tested on have vectors')

function untilEnd(lanes: ScryptLanes): string[] {
  const hashes: string[] = []
  while (lanes.running > 0) hashes.push(...lanes.advance().map(toHex))
  return hashes
}

test('a hash is the one of RFC 7914, section 12', () => {
  const lanes = new ScryptLanes(kernel)
  lanes.begin(toUtf8('pleaseletmein'), toUtf8('SodiumChloride'))
  assert.deepEqual(untilEnd(lanes), [
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  ])
})

test('hashes of chance passwords are those of the C library, from one lane to four, begun together or not', () => {
  const lanes = new ScryptLanes(kernel)
  const expected: string[] = []
  const found: string[] = []
  const begin = (size: number): void => {
    const [password, salt] = [randomBytes(size), randomBytes(1 + (size % 32))]
    expected.push(toHex(scryptSync(password, salt, hashSize, cost)))
    lanes.begin(Uint8Array.from(password), salt)
  }
  for (const [size, stepsBefore] of [
    [0, 0],
    [1, 0],
    [64, 3],
    [65, 20],
    // The first ended, and its lane is taken again.
    [300, stepsOfHash / 512],
    [17, 0],
  ]) {
    for (let i = 0; i < stepsBefore; i++) found.push(...lanes.advance().map(toHex))
    if (lanes.isFull) found.push(...untilEnd(lanes))
    begin(size)
  }
  found.push(...untilEnd(lanes))
  assert.deepEqual(found, expected)
})

test('nothing of a password is left when its lane is wiped, and what others have in theirs stays', () => {
  const lanes = new ScryptLanes(kernel)
  const password = toUtf8('correct horse')
  lanes.begin(password, toUtf8('salt'))
  lanes.begin(toUtf8('another'), toUtf8('salt'))
  lanes.advance()
  lanes.begin(toUtf8('late'), toUtf8('salt'))
  while (lanes.running > 1) lanes.advance()
  lanes.wipe()
  assert.deepEqual(untilEnd(lanes), [toHex(scryptSync('late', 'salt', hashSize, cost))])
  assert.ok(!isEmpty(lanes.table), 'what is looked at is where it was')
  lanes.wipe()
  assert.ok(isEmpty(lanes.table))
  assert.ok(isEmpty(password))
})

test('two at a time take two lanes, however many follow each other', () => {
  const lanes = new ScryptLanes(kernel)
  for (const password of ['a', 'b', 'c', 'd']) {
    if (lanes.running === 2) while (lanes.advance().length === 0);
    lanes.begin(toUtf8(password), toUtf8('salt'))
    lanes.advance()
  }
  assert.ok(isEmpty(lanes.table.subarray(2 * laneSize)))
})

const isEmpty = (bytes: Uint8Array): boolean =>
  new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3).every(word => word === 0n)
