/** Pages of what a replica has, held against what its primary shows now. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import {operation, outsider, startMs, weak} from '../../../../test/plc-directory.ts'
import {firstLines, lineOf, TestPrimary, type PrimaryLine} from '../../../../test/plc-primary.ts'
import type {OperationStore, Sequenced} from '../store/operation-store.ts'
import {Primary} from './primary.ts'
import {Recheck} from './recheck.ts'

const minuteMs = 60_000
const never = new AbortController().signal

const sequenced = ({did, operation: one, cid, createdAt, seq, nullified}: PrimaryLine): Sequenced => {
  return {did, operation: one, cid, takenMs: Date.parse(createdAt), seq, nullified}
}

/** A replica that has these lines, and a primary that shows those; what it was asked. */
function recheckOf(ours: readonly PrimaryLine[], theirs: readonly PrimaryLine[]) {
  const all = ours.map(sequenced)
  const store: Pick<OperationStore, 'history' | 'takenAfter' | 'newest'> = {
    history: async did => all.filter(entry => entry.did === did).map(entryOf),
    takenAfter: async (ms, limit) => all.filter(({takenMs}) => takenMs > ms).slice(0, limit),
    newest: async () => ({seq: 0, takenMs: Math.max(0, ...all.map(({takenMs}) => takenMs))}),
  }
  const primary = new TestPrimary([...theirs])
  const world = {
    fetch: primary.fetch,
    subscribe: async () => new Response(),
    sleep: () => new Promise<void>(() => {}),
  }
  return {recheck: new Recheck(store, new Primary('http://primary.test', world)), asked: primary.asked, primary}
}

const exportOf = (lines: readonly PrimaryLine[]): string => lines.map(line => JSON.stringify(line)).join('\n')

const entryOf = ({operation: one, cid, nullified, takenMs}: Sequenced): PlcEntry => {
  return {operation: one, cid, nullified, takenMs}
}

/** One DID for each number. */
const didOf = (i: number): Did =>
  `did:plc:${i.toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(24, 'a')}` as Did

const [a, b, c] = firstLines(3)
const next = lineOf(operation('b.test', a.operation, weak), 4, 4, a.did)
const back = lineOf(operation('back.test', a.operation), 5, 5, a.did)
const truth = [a, b, c, next]
const struck = {...next, nullified: true}
const late = lineOf(operation('new.test'), 9, 4 + 10 * minuteMs)

suite('a page that is held against the primary', () => {
  /** [name, ours, theirs, what is found, whose histories are asked for]. */
  const rows: [name: string, ours: PrimaryLine[], theirs: PrimaryLine[], found: string[], asked: number][] = [
    ['is the same', truth, truth, [], 0],
    ['has nothing', [], [], [], 0],
    ['lacks one', truth, [a, c, next], ['vanished'], 1],
    ['lacks all', truth, [], ['vanished', 'vanished', 'vanished', 'vanished'], 3],
    ['has another time for one', truth, [a, {...b, createdAt: c.createdAt}, c, next], ['changed'], 1],
    ['marks what nothing struck out', truth, [a, b, c, struck], ['nullified'], 1],
    ['marks what was struck out just now', truth, [a, b, c, struck, back], [], 1],
    ['does not mark what was struck out', [a, b, c, struck, back], [a, b, c, next, back], ['nullified'], 1],
    ['has what is on its way', [a, b], [a, b, c], [], 1],
    ['has of old what it never told of', [a, b, late], [a, b, c, late], ['withheld'], 1],
    [
      'has for ten minutes what it never told of',
      [a, b, lineOf(late.operation, 9, 3 + 10 * minuteMs)],
      [a, b, c, lineOf(late.operation, 9, 3 + 10 * minuteMs)],
      [],
      1,
    ],
    [
      'has what no directory may take',
      [a, b, late],
      [a, b, lineOf(operation('x.test', a.operation, outsider), 8, 8, a.did), late],
      ['refused'],
      1,
    ],
  ]
  for (const [name, ours, theirs, found, asked] of rows) {
    test(`${name}: ${found.join(', ') || 'nothing is found'}`, async () => {
      const {recheck, asked: paths} = recheckOf(ours, theirs)
      const {findings, nextMs} = await recheck.page(-1, never)
      assert.deepEqual(
        findings.map(({kind}) => kind),
        found,
      )
      for (const {did, detail} of findings) assert.ok(did.startsWith('did:plc:') && detail.length > 10)
      assert.equal(nextMs, -1, 'it begins anew')
      assert.equal(paths[0], '/export?count=1000')
      assert.equal(paths.length, 1 + asked)
    })
  }

  test('ends between two moments, and the next goes on from there', async () => {
    const many = Array.from({length: 2_300}, (_, i) => lineOf(a.operation, i + 1, Math.floor(i / 7), didOf(i)))
    const {recheck, asked} = recheckOf(many, many)
    const ends: number[] = []
    for (let ms = -1; ends.length === 0 || ms !== -1;) {
      const {findings, nextMs} = await recheck.page(ms, never)
      assert.deepEqual(findings, [])
      ends.push(nextMs)
      ms = nextMs
    }
    assert.deepEqual(ends, [startMs + 141, startMs + 283, -1])
    assert.equal(asked.length, 3)
    assert.equal(asked[1], `/export?count=1000&after=${encodeURIComponent(new Date(startMs + 141).toISOString())}`)
  })

  test('of one moment goes on after it', async () => {
    const many = Array.from({length: 1_500}, (_, i) => lineOf(a.operation, i + 1, i < 1_400 ? 5 : 6, didOf(i)))
    const {recheck, asked} = recheckOf(many.toReversed(), many)
    assert.deepEqual(await recheck.page(-1, never), {findings: [], nextMs: startMs + 5})
    assert.equal(asked.length, 1)
  })

  test('of lies asks for twenty histories at a time, and goes on when all were asked for', async () => {
    const many = firstLines(50)
    const {recheck, asked} = recheckOf(many, [])
    const found: string[] = []
    for (const count of [20, 20, 10]) {
      const {findings, nextMs} = await recheck.page(-1, never)
      assert.deepEqual([findings.length, nextMs], [count, -1])
      for (const {did} of findings) found.push(did)
    }
    assert.deepEqual([new Set(found).size, asked.length], [50, 53])
    assert.equal((await recheck.page(-1, never)).findings.length, 20, 'it begins anew')
  })

  test('that is shown empty is held against all that is here, piece by piece', async () => {
    const many = Array.from({length: 4_100}, (_, i) => lineOf(a.operation, i + 1, i, a.did))
    const {recheck, asked} = recheckOf(many, [])
    const ends: number[] = []
    for (let ms = -1; ends.length === 0 || ms !== -1;) ends.push((ms = (await recheck.page(ms, never)).nextMs))
    assert.deepEqual([ends, asked.length], [[startMs + 1_998, startMs + 3_997, -1], 6])
  })

  test('that is the same again and again is come by all the same', async () => {
    const many = Array.from({length: 1_000}, (_, i) => lineOf(a.operation, i + 1, i))
    const {recheck, primary} = recheckOf([...many, late], many)
    primary.instead = path => (path.startsWith('/export') ? new Response(exportOf(many)) : undefined)
    const {nextMs} = await recheck.page(-1, never)
    assert.equal(nextMs, startMs + 998)
    const {nextMs: last} = await recheck.page(nextMs, never)
    assert.equal(last, startMs + 999)
    assert.deepEqual(
      (await recheck.page(last, never)).findings.map(({kind}) => kind),
      ['vanished'],
    )
  })

  test('with a history that is not to be had: the others are looked at, and that is told', async () => {
    const {recheck, primary} = recheckOf(truth, [])
    primary.instead = path => (path.startsWith(`/${a.did}/`) ? new Response('', {status: 500}) : undefined)
    for (let i = 0; i < 4; i++) await assert.rejects(recheck.page(-1, never), /answers 500/)
    const {findings} = await recheck.page(-1, never)
    assert.deepEqual(
      findings.map(({did, kind}) => [did, kind]),
      [
        [a.did, 'withheld'],
        [b.did, 'vanished'],
        [c.did, 'vanished'],
      ],
    )
  })

  test('passes over what is no operation', async () => {
    const {recheck} = recheckOf(truth, [{...a, cid: 7 as unknown as string}, ...truth])
    assert.deepEqual((await recheck.page(-1, never)).findings, [])
  })
})
