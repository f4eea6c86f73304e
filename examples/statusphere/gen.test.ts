/** The modules under `gen/` are what our generator makes of the documents under `lexicons/`. */
import {equal} from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import {emitModule} from '#lex/doc/emit.ts'
import {modulePath} from '#lex/doc/emit-names.ts'
import {parseLexicon} from '#lex/doc/parse.ts'

const here = import.meta.dirname
const read = (path: string): string => readFileSync(`${here}/${path}`, 'utf8')

for (const path of globSync('lexicons/**/*.json', {cwd: here})) {
  test(`the module of ${path} is up to date`, () => {
    const doc = parseLexicon(JSON.parse(read(path)))
    const source = `examples/statusphere/${path}`
    const command = 'wholesky lex gen examples/statusphere/lexicons --out examples/statusphere/gen'
    equal(read(`gen/${modulePath(doc.id)}`), emitModule(doc, {source, lookup: () => undefined, from: '#'}), command)
  })
}
