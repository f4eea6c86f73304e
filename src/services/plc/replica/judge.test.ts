/** What a replica takes over of what a primary lists, and what it says of the rest. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {genesisDid, operationCid, signOperation, type PlcOperation, type PlcTombstone} from '#atp/plc/operation.ts'
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import {hourMs, operation, outsider, startMs, strong, weak} from '../../../../test/plc-directory.ts'
import {readAudit} from './audit.ts'
import {compareHistories} from './compare.ts'
import {judge, readLine} from './judge.ts'

const first = operation('a.test')
const did = genesisDid(first)
const second = operation('b.test', first, weak)
const third = operation('c.test', second, weak)
const back = operation('back.test', first, strong)

const line = (one: PlcOperation, seq: number, atMs = startMs, more: object = {}): Record<string, unknown> => ({
  did,
  operation: one,
  cid: operationCid(one),
  createdAt: new Date(atMs).toISOString(),
  seq,
  type: 'sequenced_op',
  ...more,
})

const other = operation('x.test')
const nobody = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did

const storeOf = (entries: readonly PlcEntry[]) => ({history: async (of: Did) => (of === did ? entries : [])})
const entryOf = (one: PlcOperation, takenMs: number, nullified = false): PlcEntry => {
  return {operation: one, cid: operationCid(one), nullified, takenMs}
}
const known = [entryOf(first, startMs), entryOf(second, startMs + 1_000)]

suite('what a primary lists', () => {
  /** [name, lines, cids that are taken over, kinds of findings, highest seq]; `first` and `second` are known. */
  const rows: [name: string, lines: unknown[], taken: PlcOperation[], found: string[], seq: number][] = [
    ['nothing', [], [], [], 0],
    ['what follows', [line(third, 3, startMs + 2_000)], [third], [], 3],
    ['what is known', [line(first, 1), line(second, 2, startMs + 1_000)], [], [], 2],
    ['a recovery', [line(third, 3, startMs + 2_000), line(back, 4, startMs + 3_000)], [third, back], [], 4],
    ['the first of another identity', [line(other, 3, startMs, {did: genesisDid(other)})], [other], [], 3],
    ['the first of another identity under this DID', [line(other, 3)], [], ['refused'], 3],
    ['the first of another identity under a third DID', [line(other, 3, startMs, {did: nobody})], [], ['refused'], 3],
    ['the same under another time', [line(second, 2, startMs + 1_001)], [], ['changed'], 2],
    ['another CID', [line(third, 3, startMs + 2_000, {cid: operationCid(first)})], [], ['wrong-cid'], 3],
    [
      'a known CID on another operation',
      [line(third, 3, startMs + 1_000, {cid: operationCid(second)})],
      [],
      ['wrong-cid'],
      3,
    ],
    ['what an outsider signed', [line(operation('x.test', second, outsider), 3, startMs + 2_000)], [], ['refused'], 3],
    ['a fork by the same key', [line(operation('x.test', first, weak), 3, startMs + 2_000)], [], ['refused'], 3],
    ['a recovery that is too late', [line(back, 3, startMs + 1_000 + 72 * hourMs + 1)], [], ['refused'], 3],
    ['a recovery just in time', [line(back, 3, startMs + 1_000 + 72 * hourMs)], [back], [], 3],
    [
      'what follows what was refused',
      [line(operation('x.test', operation('y.test', first)), 9, startMs + 2_000)],
      [],
      ['refused'],
      9,
    ],
    ['an hour ahead of our clock', [line(third, 3, startMs + 101 * hourMs)], [third], [], 3],
    ['more than an hour ahead', [line(third, 3, startMs + 101 * hourMs + 1)], [third], ['ahead'], 3],
    [
      'garbage, and goes on',
      [undefined, 7, {}, line(third, 3, startMs + 2_000)],
      [third],
      ['unreadable', 'unreadable', 'unreadable'],
      3,
    ],
    ['from before 1970', [line(third, 3, -1)], [], ['unreadable'], 3],
    ['garbage with a place', [{seq: 8, did: 'x'}], [], ['unreadable'], 8],
    ['no operation', [line(third, 3, startMs, {operation: {type: 'x'}})], [], ['unreadable'], 3],
  ]
  for (const [name, lines, taken, found, seq] of rows) {
    test(name, async () => {
      const judged = await judge(storeOf(known), lines, startMs + 100 * hourMs, async () => {})
      assert.deepEqual(
        judged.followed.map(({entry}) => entry.cid),
        taken.map(operationCid),
      )
      assert.deepEqual(
        judged.findings.map(({kind}) => kind),
        found,
      )
      assert.equal(judged.last.seq, seq)
      assert.deepEqual([...judged.suspects], found.includes('refused') ? [(lines[0] as {did: Did}).did] : [])
      assert.equal(judged.takenMs, judged.followed.at(-1)?.entry.takenMs)
    })
  }

  test('is taken over with what it strikes out, after as many as there are then', async () => {
    const lines = [line(third, 3, startMs + 2_000), line(back, 5, startMs + 3_000)]
    const {followed} = await judge(storeOf(known), lines, startMs, async () => {})
    assert.deepEqual(followed, [
      {did, known: 2, entry: entryOf(third, startMs + 2_000), nullifies: [], seq: 3},
      {
        did,
        known: 3,
        entry: entryOf(back, startMs + 3_000),
        nullifies: [second, third].map(operationCid),
        seq: 5,
      },
    ])
    assert.deepEqual(
      known.map(({nullified}) => nullified),
      [false, false],
      'what the store gave is not touched',
    )
  })

  test('is judged after what came with it: what was struck out is followed by nothing', async () => {
    const lines = [line(back, 3, startMs + 3_000), line(third, 4, startMs + 4_000)]
    const {followed, findings} = await judge(storeOf(known), lines, startMs, async () => {})
    assert.equal(followed.length, 1)
    assert.match(findings[0].detail, /prev-nullified/)
  })

  test('is taken when it is its turn, so that a page is never held as it is read', async () => {
    const taken: number[] = []
    const lines = Array.from({length: 32}, (_, i) => i)
      .values()
      .map(i => (taken.push(i), line(first, 1)))
    const counts: number[] = []
    await judge(storeOf(known), lines, startMs, async () => void counts.push(taken.length))
    assert.deepEqual(counts, [6, 12, 18, 24, 30])
  })

  test('leaves others their turn', async () => {
    let turns = 0
    const lines = Array.from({length: 64}, () => line(first, 1))
    await judge(storeOf(known), lines, startMs, async () => void turns++)
    assert.equal(turns, 10)
    await judge(storeOf(known), [7, {}, undefined], startMs, async () => void turns++)
    assert.equal(turns, 13, 'what cannot be read may have taken long')
    const keys = Array.from({length: 40}, (_, i) => (i === 0 ? strong.didKey : `did:key:z${i}`))
    const begun = operation('a.test', null, strong, {rotationKeys: keys})
    const next = operation('b.test', begun, strong)
    const many = [line(begun, 3), line(next, 4)].map(one => ({...one, did: genesisDid(begun)}))
    await judge(storeOf([]), many, startMs, async () => void turns++)
    assert.equal(turns, 15, 'each of many keys may be the one that has signed')
  })

  const alike = (count: number): PlcEntry[] => Array.from({length: count}, () => entryOf(second, startMs + 1_000))
  const beyond: [name: string, log: PlcEntry[], one: PlcOperation, refused: RegExp][] = [
    [
      'more bytes than any directory has ever taken',
      known,
      operation('c.test', second, weak, {alsoKnownAs: ['at://x.test'.padEnd(7_500, 'x')]}),
      /too-big/,
    ],
    ['more than 10,000 of one identity', [known[0], ...alike(9_999)], third, /too-many: the history/],
    ['an operation that strikes out more than a thousand', [known[0], ...alike(1_001)], back, /too-many: it strikes/],
  ]
  for (const [name, log, one, refused] of beyond) {
    test(`is refused: ${name}`, async () => {
      const {followed, findings} = await judge(storeOf(log), [line(one, 3, startMs + 2_000)], startMs, async () => {})
      assert.equal(followed.length, 0)
      assert.match(findings[0].detail, refused)
    })
  }

  test('is judged in acts that hold no more than fifty thousand operations', async () => {
    const history = alike(10_000)
    const store = {history: async () => history}
    const lines = Array.from({length: 9}, (_, i) =>
      line(third, i, startMs, {did: `did:plc:${'abcdefghi'[i].repeat(24)}`}),
    )
    const {count, last} = await judge(store, lines, startMs, async () => {})
    assert.deepEqual([count, last.seq], [5, 4], 'the others are for the next')
  })
})

suite('a line', () => {
  const good = line(first, 7, startMs, {nullified: true})
  test('is read', () => {
    assert.deepEqual(readLine(good), {
      did,
      operation: first,
      cid: operationCid(first),
      takenMs: startMs,
      seq: 7,
      nullified: true,
    })
    const {seq: _seq, nullified: _nullified, ...least} = good
    assert.deepEqual([readLine(least)?.seq, readLine(least)?.nullified], [0, undefined])
  })
  for (const [name, json] of Object.entries({
    'no object': 'x',
    null: null,
    'a list': [],
    'another DID': {...good, did: 'did:web:a.test'},
    'a DID that is too long': {...good, did: `${did}a`},
    'no DID': {...good, did: 7},
    'no CID': {...good, cid: null},
    'no time': {...good, createdAt: 7},
    'a time that is none': {...good, createdAt: 'now'},
    'a seq below zero': {...good, seq: -1},
    'a seq with a fraction': {...good, seq: 1.5},
    'a seq beyond all numbers': {...good, seq: 2 ** 53},
    'a seq as text': {...good, seq: '7'},
    'a mark that is none': {...good, nullified: 'no'},
    'no operation': {...good, operation: {...first, sig: 7}},
  })) {
    test(`with ${name} is none`, () => assert.equal(readLine(json), undefined))
  }
})

const audit = (...entries: PlcEntry[]): object[] =>
  entries.map(({operation: one, cid, nullified, takenMs}) => {
    return {did, operation: one, cid, nullified, createdAt: new Date(takenMs).toISOString()}
  })

suite('a history as it is shown now', () => {
  const [a, b] = known
  const end = signOperation<PlcTombstone>({type: 'plc_tombstone', prev: b.cid}, weak)
  const rows: [name: string, json: unknown, kinds: string[]][] = [
    ['is as it was', audit(a, b), []],
    ['goes on', audit(a, b, entryOf(third, startMs + 2_000)), []],
    ['ends', audit(a, b, entryOf(end, startMs + 2_000)), []],
    ['was recovered since', audit(a, {...b, nullified: true}, entryOf(back, startMs + 2_000)), []],
    ['is gone', undefined, ['vanished', 'vanished']],
    ['is empty', [], ['vanished', 'vanished', 'refused']],
    ['is garbage', {}, ['vanished', 'vanished', 'refused']],
    ['lacks its end', audit(a), ['vanished']],
    ['lacks its beginning', audit(b), ['vanished', 'refused']],
    ['has another end', audit(a, entryOf(operation('x.test', first, weak), startMs + 1_000)), ['vanished']],
    ['has another time', audit(a, {...b, takenMs: startMs + 999}), ['changed']],
    ['marks what nothing struck out', audit(a, {...b, nullified: true}), ['nullified']],
    ['does not mark what was struck out', audit(a, b, entryOf(back, startMs + 2_000)), ['nullified']],
    ['was recovered too late', audit(a, {...b, nullified: true}, entryOf(back, startMs + 74 * hourMs)), ['refused']],
    [
      'was recovered by nobody',
      audit(a, {...b, nullified: true}, entryOf(operation('x.test', first, outsider), startMs + 2_000)),
      ['refused'],
    ],
  ]
  for (const [name, json, kinds] of rows) {
    test(name, async () => {
      const shown = json === undefined ? undefined : await readAudit(did, JSON.stringify(json), async () => {})
      const found = compareHistories(did, known, shown)
      assert.deepEqual(
        found.map(({kind}) => kind),
        kinds,
      )
      for (const finding of found) assert.ok(finding.did === did && finding.detail.length > 10)
    })
  }
})
