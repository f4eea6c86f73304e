/** Documents of strangers: whatever is done to one, it is refused as malformed, or all that is made of it works. */
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {test} from 'node:test'
import {runSeed, seeded} from '../../../test/random.ts'
import {mutated} from '../../../test/samples.ts'
import type {Value} from '#atp/data/value.ts'
import {Malformed} from '#std/malformed.ts'
import {compileLexicon} from '../schema/compile.ts'
import {Schema} from '../schema/schema.ts'
import {emitModule} from './emit.ts'
import {parseLexicon} from './parse.ts'

const folder = fileURLToPath(new URL('../../../lexicons', import.meta.url))
const documents = globSync('**/*.json', {cwd: folder})
  .toSorted()
  .map(path => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Value)
const known = new Map(documents.map(json => parseLexicon(json)).map(doc => [doc.id as string, doc]))

test('a changed document is malformed, or can be compiled, checked with and emitted', () => {
  const random = seeded(runSeed)
  let [read, refused] = [0, 0]
  for (let round = 0; round < 3000; round++) {
    let json = documents[Math.floor(random() * documents.length)]
    for (let changes = random() * 2; changes > 0; changes--) json = mutated(json, random)
    try {
      use(json, random)
      read++
    } catch (error) {
      assert.ok(error instanceof Malformed, `SEED=${runSeed} round ${round}: ${(error as Error).stack}`)
      refused++
    }
  }
  assert.ok(read > 100 && refused > 100, `both outcomes are there: ${read} read, ${refused} refused`)
})

/** Does all that is done with a document; any error but `Malformed` is a failure. */
function use(json: Value, random: () => number): void {
  const doc = parseLexicon(json)
  const definitions = compileLexicon(doc, () => undefined)
  for (const definition of definitions.values()) {
    const schemas = definition instanceof Schema ? [definition] : 'params' in definition ? [definition.params] : []
    for (const schema of schemas) schema.check(mutated({$type: doc.id, subject: {uri: 'x'}, text: ['y']}, random))
  }
  emitModule(doc, {source: 'x.json', lookup: nsid => known.get(nsid), from: '#'})
}
