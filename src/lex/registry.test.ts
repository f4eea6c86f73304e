/** Records that are about to be written, in each of the three modes. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import {records} from './gen/records.ts'
import {Registry, type ValidationMode} from './registry.ts'
import * as lex from './schema/define.ts'

const registry = new Registry(records)
const follow = {$type: 'app.bsky.graph.follow', subject: 'did:web:a.test', createdAt: '2026-01-01T00:00:00Z'}
const note = {$type: 'com.example.note', text: 1}

/** The status, or the path and reason of the fault, in the modes require, optimistic and skip. */
function outcomes(collection: string, record: Value, rkey = '3jzfcijpj2z2a', known = registry): string[] {
  return (['require', 'optimistic', 'skip'] as ValidationMode[]).map(mode => {
    const result = known.validateRecord(collection, rkey, record, mode)
    return result.ok ? result.status : `${result.fault.path} ${result.fault.reason}`.trimStart()
  })
}

suite('validation of records', () => {
  test('a known type is checked, unless that is skipped', () => {
    assert.deepEqual(outcomes(follow.$type, follow), ['valid', 'valid', 'unknown'])
    const bad = {...follow, subject: 'a.test'}
    assert.deepEqual(outcomes(follow.$type, bad), ['/subject bad-format', '/subject bad-format', 'unknown'])
    assert.deepEqual(outcomes(follow.$type, follow, 'self'), ['bad-record-key', 'bad-record-key', 'unknown'])
  })

  test('an unknown type passes unless its lexicon is required', () => {
    assert.deepEqual(outcomes('com.example.note', note), ['unknown-lexicon', 'unknown', 'unknown'])
  })

  test('the $type names the collection in every mode', () => {
    const wrong = '/$type other-type'
    assert.deepEqual(outcomes('app.bsky.graph.block', follow), [wrong, wrong, wrong])
    assert.deepEqual(outcomes('com.example.other', note), ['unknown-lexicon', wrong, wrong])
    for (const record of [null, [], 'com.example.note', {}]) {
      assert.deepEqual(outcomes('com.example.note', record), ['unknown-lexicon', wrong, wrong])
    }
  })

  test('a lexicon may become known, and change', () => {
    const known = new Registry()
    assert.equal(known.record('com.example.note'), undefined)
    known.add(lex.record('com.example.note', 'any', lex.object({text: lex.string()})))
    assert.equal(outcomes('com.example.note', note, 'x', known)[1], '/text wrong-type')
    known.add(lex.record('com.example.note', 'any', lex.object({})))
    assert.equal(outcomes('com.example.note', note, 'x', known)[1], 'valid')
  })
})
