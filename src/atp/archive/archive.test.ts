/** The archive's format: what is written is read again, and hashes are those that others count. */
import {deepEqual, equal, ok, throws} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {toUtf8} from '#std/text.ts'
import {ArchiveBlock, encodeBlock, fitsBlock, rowKind, type ArchiveRow} from './block.ts'
import {bloomHas, checkBloom, didHash, encodeBloom, linesFor} from './bloom.ts'
import {blockFacts, headSize, readHead, readIndex, sealOf} from './segment.ts'
import {xxh3Of128, xxh3Of64} from './xxh3.ts'

/** Of `size` bytes, the `i`th of which is `7 × i + size`; counted with github.com/zeebo/xxh3. */
const hashes = `
4 dd40da4fb215e2141c39dbb553a705e0
8 f69a63d1bfe6b421ed2e15d607e65102
9 e6437f593809a3c57d29026a8dab645b
16 e8920f24c46d190e93e2125b8d5e83bd
17 87a3d4506bedd5649f166f98e8c7d6d8
32 948b89cc364a6c14a9e5525d1313ef69
65 652f0fb569a7679762635de38a5cecaf
128 6366d7603fd45b4ae5ba6e4129933089
129 29ff8922f1223360efe75d0059e9e2d3
240 162f94b689da4e16fd17fecfdb5c1b45
241 83e91254d35bcf72bd7d29b6ba966d6a bd7d29b6ba966d6a
1024 8bbb9f7af37f2f52dc5acf0b043c445b dc5acf0b043c445b
1025 f66a602aa3eda73bc856c953bbdbc807 c856c953bbdbc807
5000 cad9d92cd2479a93308f149a673a1625 308f149a673a1625
`
for (const line of hashes.trim().split('\n')) {
  const [size, wide, narrow] = line.split(' ')
  test(`XXH3 of ${size} bytes`, () => {
    const bytes = Uint8Array.from({length: Number(size)}, (_, i) => 7 * i + Number(size))
    const {high, low} = xxh3Of128(bytes)
    equal(high.toString(16).padStart(16, '0') + low.toString(16).padStart(16, '0'), wide)
    if (narrow) equal(xxh3Of64(bytes.subarray(0, 9), bytes.subarray(9)).toString(16).padStart(16, '0'), narrow)
  })
}

const micros = 1_767_323_045_000_000
const row = (seq: number, more: Partial<ArchiveRow> = {}): ArchiveRow => ({
  seq,
  witnessedMicros: micros + seq,
  indexedMicros: 0,
  kind: rowKind.create,
  did: `did:plc:${String(seq % 7).padStart(24, 'a')}`,
  collection: 'app.bsky.feed.post',
  rkey: `r${seq}`,
  rev: '3k2yihcrp6c2a',
  payload: toUtf8(`payload ${seq}`),
  ...more,
})
const marker = row(2 ** 40, {kind: rowKind.account, collection: '', rkey: '', rev: '', indexedMicros: micros})

suite('a block', () => {
  for (const [name, held] of [
    ['of three', [row(1), row(2, {payload: new Uint8Array(0), kind: rowKind.delete}), marker]],
    ['of none', []],
    ['of the longest texts', [row(3, {did: `did:web:${'a'.repeat(2_040)}`, rkey: 'k'.repeat(255)})]],
  ] as const) {
    test(`${name} is read as it was written`, () => deepEqual(new ArchiveBlock(encodeBlock(held)).rows(), held))
  }

  test('that is cut off, or claims what it has not, is refused', () => {
    const bytes = encodeBlock([row(1), row(2)])
    for (let size = 0; size < bytes.length; size++) {
      throws(() => new ArchiveBlock(bytes.subarray(0, size)), {name: 'Malformed', format: 'archive'}, `${size}`)
    }
    throws(() => new ArchiveBlock(Uint8Array.of(255, 255, 255, 255, 0)), {reason: 'not-a-block'})
  })

  test('has no room for the longest rkeys', () => equal(fitsBlock(row(1, {rkey: 'k'.repeat(256)})), false))
})

suite('a filter of DIDs', () => {
  const dids = Array.from({length: 2_000}, (_, i) => `did:plc:${i.toString(36).padStart(24, 'a')}`)
  const inside = dids.slice(0, 1_000)
  const bytes = encodeBloom(inside.map(didHash), linesFor(inside.length))

  test('has all that it was made of, and hardly any other', () => {
    ok(inside.every(did => bloomHas(bytes, didHash(did))))
    const wrong = dids.slice(1_000).filter(did => bloomHas(bytes, didHash(did))).length
    ok(wrong <= 8, `${wrong} of 1,000`)
  })

  test('of other parts may hold anything; one that was changed is refused', () => {
    checkBloom(bytes)
    const others = bytes.slice(0)
    others[1] = 7
    equal(bloomHas(others, didHash('did:web:example.com')), true)
    throws(() => checkBloom(others), {reason: 'not-a-filter'})
  })
})

/** Blocks of one event each; nothing is packed here. */
const rows = [row(5), row(6), marker]
const blocks = rows.map((one, i) => blockFacts([one], {offset: headSize + 100 * i, size: 92, unpackedSize: 90}))
const plain = (bytes: Uint8Array): Uint8Array => bytes

suite('a segment', () => {
  const footAt = headSize + 300
  const {head, foot} = sealOf(blocks, footAt, plain)

  test('says of its blocks what it was sealed with', () => {
    const index = readIndex(head, foot, plain)
    deepEqual(
      index.places,
      blocks.map(({place}) => place),
    )
    const {checksum: _, didsAt: __, blockDidsAt: ___, collectionsAt: ____, ...rest} = index.head
    deepEqual(rest, {
      blockCount: 3,
      eventCount: 3,
      didCount: 3,
      minSeq: 5,
      maxSeq: marker.seq,
      minMicros: micros + 5,
      maxMicros: marker.witnessedMicros,
      footAt,
    })
    deepEqual(Object.fromEntries([...index.collections].map(([name, {count, blocks}]) => [name, [count, ...blocks]])), {
      'app.bsky.feed.post': [2, 0, 1],
      $account: [0, 2],
    })
    ok(blocks.every((_, i) => bloomHas(index.dids, didHash(rows[i].did))))
    const at = index.blockDids.at - footAt
    deepEqual(
      blocks.map((_, i) =>
        bloomHas(foot.subarray(at + i * index.blockDids.size).subarray(0, index.blockDids.size), didHash(row(6).did)),
      ),
      [false, true, false],
    )
  })

  const changed = (at: number, value: number): Uint8Array => {
    const bytes = head.slice(0)
    bytes[at] = value
    return bytes
  }

  test('that is yet to be sealed has no head; one that is no segment, or was changed, is refused', () => {
    equal(readHead(new Uint8Array(headSize)), undefined)
    for (const [bytes, reason] of [
      [head.subarray(0, 255), 'not-a-segment'],
      [changed(0, 0), 'not-a-segment'],
      [changed(12, 2), 'other-version'],
      [changed(59, 0xff), 'not-a-segment'],
      [changed(30, 1), 'other-sum'],
    ] as const) {
      throws(() => readIndex(bytes, foot, plain), {name: 'Malformed', reason}, reason)
    }
    throws(() => readIndex(head, Uint8Array.of(...foot.subarray(0, foot.length - 1), 1), plain), {reason: 'other-sum'})
  })
})
