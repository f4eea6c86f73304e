/** The list of mutants that change nothing is of this checkout: whoever changes such a place changes its row. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {test} from 'node:test'
import {readTree} from '../source.ts'
import {staleEquivalents, type Equivalents} from './mutation.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const equivalents = JSON.parse(readFileSync(`${root}/test/mutate/equivalent.json`, 'utf8')) as Equivalents[]

test('this checkout has each mutant still that is listed as one that changes nothing', () => {
  assert.deepEqual(staleEquivalents(equivalents, readTree(root)), [])
  for (const {file, reason} of equivalents) assert.ok(reason.length > 10, file)
})
