import assert from 'node:assert/strict'
import {test} from 'node:test'
import {emptyBytes} from '#std/bytes.ts'
import {cidSize} from '#atp/data/cid.ts'
import {cidFor} from '../../../../test/random.ts'
import {orderOfCid, orderOfSubject, SortedRun} from './sorted-run.ts'

function hasCid(run: SortedRun, name: string): boolean {
  const {bytes} = cidFor(name)
  return run.has(orderOfCid(bytes), bytes)
}

test('a run gives back all that it took, by hash, and is full at its size', () => {
  const textSize = 'text 0 10'.length
  const run = new SortedRun({headSize: cidSize, sizeMax: 100 * (cidSize + 2 + textSize)})
  for (const round of [0, 1]) {
    const taken = new Map<string, [number[], string]>()
    for (let i = 10; !run.isFull; i++) {
      const {bytes} = cidFor(`${round} ${i}`)
      run.add(orderOfCid(bytes), bytes, Uint8Array.of(i, 2), `text ${round} ${i}`)
      taken.set(Buffer.from(bytes).toString('hex'), [[i, 2], `text ${round} ${i}`])
    }
    assert.ok(taken.size >= 98 && taken.size <= 100, `${taken.size}`)
    const given = [...run.sorted()].map(
      ({head, bytes, text}) => [Buffer.from(head).toString('hex'), [[...bytes], text]] as const,
    )
    assert.deepEqual(
      given,
      [...taken].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
    for (const [i, has] of [
      [10, true],
      [9, false],
    ] as const) {
      assert.equal(hasCid(run, `${round} ${i}`), has)
    }
    run.empty()
  }
  assert.deepEqual([...run.sorted()], [])
  assert.equal(hasCid(run, '1 10'), false)
})

test('what a run does not have is hardly ever looked for in all of it', context => {
  const run = new SortedRun({headSize: cidSize, sizeMax: 2 ** 20})
  for (let i = 0; i < 5_000; i++) run.add(orderOfCid(cidFor(`${i}`).bytes), cidFor(`${i}`).bytes, emptyBytes, '')
  const {mock} = context.mock.method(Buffer.prototype, 'compare')
  for (let i = 0; i < 500; i++) assert.equal(hasCid(run, `not ${i}`), false)
  assert.ok(mock.callCount() < 100_000, `${mock.callCount()}`)
})

test('a run is full at so many entries, and takes one that is larger than its size', () => {
  const run = new SortedRun({headSize: 0, sizeMax: 1_000})
  const large = 'é'.repeat(400_000)
  run.add(1, emptyBytes, emptyBytes, large)
  assert.ok(run.isFull)
  assert.deepEqual(
    [...run.sorted()].map(({text}) => text),
    [large],
  )
  const many = new SortedRun({headSize: 0, sizeMax: 2 ** 30})
  let count = 0
  for (; !many.isFull; count++) many.add(2 ** 37 - 1 - count, emptyBytes, emptyBytes, '')
  assert.equal(count, 2 ** 16)
  assert.ok([...many.sorted()].every(({text, bytes}) => text === '' && bytes.length === 0))
})

test('what likes and follows are about comes in the order of its text, within a method', () => {
  const subjects = [
    'at://did:plc:2abcd/app.bsky.feed.post/1',
    'at://did:plc:aaaaa/app.bsky.feed.post/1',
    'did:plc:aaaab',
    'at://did:plc:ab/app.bsky.feed.post/1',
    'did:plc:zzzzé',
  ]
  const orders = subjects.map(orderOfSubject)
  assert.deepEqual(
    orders,
    orders.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(orders).size, subjects.length)
  for (const odd of ['', ':', 'x', '\u{1f600}']) assert.ok(orderOfSubject(odd) < 2 ** 37, odd)
})

test('entries whose hashes begin alike are kept apart, in the order in which they came', () => {
  const run = new SortedRun({headSize: cidSize, sizeMax: 2 ** 30})
  const last = new Uint8Array(cidSize).fill(255)
  const first = Uint8Array.from({length: cidSize}, (_, i) => (i < 4 ? 255 : 0))
  let count = 0
  for (; !run.isFull; count++) {
    const cid = count % 2 === 0 ? last : first
    run.add(orderOfCid(cid), cid, emptyBytes, `${count}`)
  }
  const texts = Array.from(run.sorted(), ({text}) => Number(text))
  const isInOrder = texts.every((text, i) => text === (i < count / 2 ? 2 * i + 1 : 2 * i - count))
  assert.deepEqual([texts.length, isInOrder], [count, true])
})

/** A CID whose hash begins with so many ones, and then these bits. */
function hashed(ones: number, rest: string): Uint8Array {
  const bits = ('1'.repeat(ones) + rest).padEnd(256, '1')
  return Uint8Array.from({length: cidSize}, (_, i) => (i < 4 ? i : parseInt(bits.slice(8 * i - 32, 8 * i - 24), 2)))
}

test('each of the first 37 bits of two hashes tells which of them comes first', () => {
  const run = new SortedRun({headSize: cidSize, sizeMax: 2 ** 20})
  const add = (cid: Uint8Array, text: string): void => run.add(orderOfCid(cid), cid, emptyBytes, text)
  for (let bit = 0; bit < 37; bit++) {
    for (const ones of new Set([0, bit])) {
      const same = '0'.repeat(bit - ones)
      run.empty()
      add(hashed(ones, `${same}1${'0'.repeat(40)}`), 'later')
      add(hashed(ones, `${same}0${'1'.repeat(40)}`), 'first')
      assert.deepEqual(
        Array.from(run.sorted(), ({text}) => text),
        ['first', 'later'],
        `bit ${bit}`,
      )
    }
  }
})
