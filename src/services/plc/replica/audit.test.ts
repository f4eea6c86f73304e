/** Histories as primaries send them: read entry by entry, however large, and none that is no list. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {genesisDid, operationCid, type PlcOperation} from '#atp/plc/operation.ts'
import {operation, startMs, weak} from '../../../../test/plc-directory.ts'
import {readAudit} from './audit.ts'

const first = operation('a.test')
const did = genesisDid(first)
const entry = (one: PlcOperation, more: object = {}): object => ({
  did,
  operation: one,
  cid: operationCid(one),
  nullified: false,
  createdAt: new Date(startMs).toISOString(),
  ...more,
})
const read = (text: string, turn = async () => {}) => readAudit(did, text, turn)

suite('the history of an identity, as a primary sends it', () => {
  const whole: [name: string, text: string, lines: number, reason: string | undefined][] = [
    ['nothing', '[]', 0, 'empty-log'],
    ['nothing, with white space', ' \n[ \t\r\n] ', 0, 'empty-log'],
    ['one', JSON.stringify([entry(first)]), 1, undefined],
    [
      'two, written over many lines',
      JSON.stringify([entry(first), entry(operation('b.test', first, weak))], null, 4),
      2,
      undefined,
    ],
    [
      'brackets, commas, quotes and backslashes in a text',
      JSON.stringify([entry(operation('a.test', null, weak, {alsoKnownAs: ['at://],[{"\\"}', '\\\\']}))]),
      1,
      'genesis-of-other-did',
    ],
    ['what is no entry', '[1,"]",null,{},[[]],true]', 0, 'bad-entry'],
  ]
  for (const [name, text, count, reason] of whole) {
    test(`of ${name} is read`, async () => {
      const {lines, verdict} = await read(text)
      assert.equal(lines.length, count)
      assert.equal(verdict.ok ? undefined : verdict.reason, reason)
    })
  }

  const none: Record<string, string> = {
    'an empty text': '',
    'an object': '{}',
    null: 'null',
    'a list that does not end': '[{}',
    'a text that does not end': '["',
    'two commas': '[{},,{}]',
    'no comma': '[{} {}]',
    'an entry that is no JSON': '[{a:1}]',
    'an entry longer than any': `[{"a":"${'x'.repeat(300_000)}"}]`,
    'white space without an end': `[${' '.repeat(2_000)}]`,
    'more entries than any history has': `[${'{},'.repeat(12_001)}{}]`,
  }
  for (const [name, text] of Object.entries(none)) {
    test(`is none where it is ${name}`, async () => {
      const {lines, verdict} = await read(text)
      assert.deepEqual([lines.length, verdict.ok ? undefined : verdict.reason], [0, 'bad-entry'])
    })
  }

  test('lets others have their turn after every few entries, and is not believed from its 10,001st on', async () => {
    let turns = 0
    // Each follows the one before it, by its mark alone: the first is none already.
    const {verdict} = await read(`[${'{},'.repeat(11_000)}{}]`, async () => void turns++)
    assert.ok(turns >= 11_000 / 4)
    assert.deepEqual(verdict.ok ? undefined : [verdict.reason, verdict.index], ['bad-entry', 0])
  })
})
