/** Every endpoint of the PDS is answered, and has its rows in the table of its folder. */
import {deepEqual, ok} from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {test} from 'node:test'
import {pdsEndpoints, type PdsParts} from './index.ts'

const here = import.meta.dirname
const files = globSync('{com,app}/**/*.ts', {cwd: here}).filter(file => !file.endsWith('.test.ts'))
const nsidOf = (file: string): string => file.slice(0, -'.ts'.length).split(/[/\\]/).join('.')

test('each file of the tree of methods is a method that is answered, and nothing else is', () => {
  const answered = pdsEndpoints({} as PdsParts).map(({lexicon}) => lexicon.nsid)
  deepEqual(answered.toSorted(), files.map(nsidOf).toSorted())
})

test('each method has a table of what it answers', () => {
  ok(files.length > 60)
  for (const file of files) {
    const tables = globSync('*endpoints.test.ts', {cwd: join(here, dirname(file))})
    const text = tables.map(table => readFileSync(join(here, dirname(file), table), 'utf8')).join('\n')
    ok(text.includes(`from './${basename(file)}'`), `${nsidOf(file)} is in no table`)
  }
})
