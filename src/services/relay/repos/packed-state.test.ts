/** A state that was packed is the same again. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {toUtf8} from '#std/text.ts'
import {packed, unpacked} from './packed-state.ts'
import type {RepoState} from './repo-state.ts'

const cid = (text: string) => cidOf(codecs.cbor, toUtf8(text))
const head = {rev: '3jzfcijpj2z2a' as Tid, commit: cid('commit'), data: cid('data')}
const state: RepoState = {host: 7, active: true, status: null, head}

test('a state that was packed is the same again, and a text where that takes less', () => {
  const cases: [RepoState, 'string' | 'object'][] = [
    [state, 'string'],
    [{...state, active: false}, 'string'],
    [{...state, host: 2 ** 32 - 1, head: {...head, data: cid('other')}}, 'string'],
    [{...state, host: 2 ** 32}, 'object'],
    [{...state, active: false, status: 'takendown'}, 'object'],
    [{...state, head: null}, 'object'],
    [{...state, head: {...head, rev: 'short' as Tid}}, 'object'],
  ]
  const all = cases.map(([each]) => packed(each))
  for (const [i, [each, type]] of cases.entries()) {
    equal(typeof all[i], type)
    deepEqual(unpacked(all[i]), each)
  }
  equal((packed(state) as string).length, 90)
})
