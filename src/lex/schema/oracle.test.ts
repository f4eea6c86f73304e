/** Against the official validator: records made from every schema, and the same with something changed. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {schemas} from '@atproto/api'
import {jsonToLex, type LexiconDoc, Lexicons} from '@atproto/lexicon'
import {runSeed, seeded} from '../../../test/random.ts'
import {mutated, sampleOf} from '../../../test/samples.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import manifest from '../../../lexicons/network/wholesky/feed/manifest.json' with {type: 'json'}
import {records} from '../gen/records.ts'
import {type Fault, faultText} from './fault.ts'

/** The published ones, and those of records that are our own. */
const official = new Lexicons([...schemas, manifest as unknown as LexiconDoc])

function theirFault(nsid: string, value: Value): string | undefined {
  try {
    official.assertValidRecord(nsid, jsonToLex(valueToJson(value)))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Where the two are known to differ, and why ours is as it is. */
function isKnown(value: Value, ours: Fault | undefined, theirs: string | undefined): boolean {
  // In a `$type` a main definition goes by its NSID alone (spec: data model). With `#main` it is a type like any other
  // that is not known, as for their newer validator; this one of theirs drops the suffix.
  if (!ours && JSON.stringify(valueToJson(value)).includes('#main"')) return true
  // Neither of them says what an unknown `$type` may look like; theirs fails to take one apart.
  if (!ours) return theirs === 'Uri can only have one hash segment'
  // An array is an object to theirs, of which nothing is required.
  if (ours.reason === 'wrong-type' && ours.detail === 'expected an object, found an array') return true
  const member = ours.path.slice(ours.path.lastIndexOf('/') + 1)
  // Media type and size of blobs are in the specification and the published vectors; theirs leaves them to the server.
  if (member === 'mimeType' || member === 'size') return true
  // A `$type` other than the name of the type it stands for, where no union needs one. Their newer validator agrees.
  return ours.reason === 'other-type' && member === '$type'
}

test('records are judged as @atproto/lexicon judges them', () => {
  const random = seeded(runSeed)
  const seen = {valid: 0, invalid: 0}
  for (let round = 0; round < records.length * 25; round++) {
    const schema = records[round % records.length]
    let value = sampleOf(schema, random)
    const note = `SEED=${runSeed} round ${round}`
    assert.equal(schema.check(value), undefined, note)
    for (let changes = 0; changes < 3; changes++) {
      const ours = schema.check(value)
      const theirs = theirFault(schema.nsid, value)
      const agreed = (ours === undefined) === (theirs === undefined) || isKnown(value, ours, theirs)
      assert.ok(agreed, `${note}: ${ours ? faultText(ours) : 'valid'}; theirs: ${theirs ?? 'valid'}`)
      seen[ours ? 'invalid' : 'valid']++
      value = mutated(value, random)
    }
  }
  assert.ok(seen.valid > 100 && seen.invalid > 100, `both kinds are there: ${JSON.stringify(seen)}`)
})
