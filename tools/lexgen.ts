/**
 * Lexicons in and out, run by hand when the source's version is raised:
 *
 *   node tools/lexgen.ts extract    the documents of @atproto/api (its `schemas`) → lexicons/<nsid path>.json
 *   node tools/lexgen.ts            lexicons/**.json → src/lex/gen/<nsid path>.ts, and the two tables beside them
 *
 * Both outputs are committed; `lexgen.test.ts` makes them again in memory and compares.
 */
import {globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {schemas} from '@atproto/api'
import {emitModule} from '#lex/doc/emit.ts'
import {modulePath} from '#lex/doc/emit-names.ts'
import type {LexiconDoc} from '#lex/doc/lexicon-doc.ts'
import {parseLexicon} from '#lex/doc/parse.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
export const lexiconsDir = join(root, 'lexicons')
export const genDir = join(root, 'src/lex/gen')

/** Path below the output folder → text. */
export type Files = Map<string, string>

/** The documents of the pinned package, as files. It keeps its references absolute (`lex:…`); here they are as written. */
export function extract(): Files {
  const files: Files = new Map()
  for (const schema of schemas) {
    const prefix = `lex:${schema.id}#`
    const unresolve = (ref: string): string =>
      ref.startsWith(prefix) ? `#${ref.slice(prefix.length)}` : ref.replace(/^lex:/, '')
    const text = JSON.stringify(
      schema,
      (key, value) => {
        if (key === 'ref' && typeof value === 'string') return unresolve(value)
        return key === 'refs' && Array.isArray(value) ? value.map(unresolve) : value
      },
      2,
    )
    files.set(`${schema.id.replaceAll('.', '/')}.json`, `${text}\n`)
  }
  return files
}

/** Every document under `lexicons/`, by NSID, in order of NSID. */
export function readLexicons(): Map<string, LexiconDoc> {
  const docs = new Map<string, LexiconDoc>()
  for (const path of globSync('**/*.json', {cwd: lexiconsDir}).toSorted()) {
    const doc = parseLexicon(JSON.parse(readFileSync(join(lexiconsDir, path), 'utf8')))
    docs.set(doc.id, doc)
  }
  return docs
}

/** The generated modules. */
export function generate(docs: Map<string, LexiconDoc>): Files {
  const files: Files = new Map()
  for (const doc of docs.values()) {
    const source = `lexicons/${doc.id.replaceAll('.', '/')}.json`
    files.set(modulePath(doc.id), emitModule(doc, {source, lookup: nsid => docs.get(nsid), from: '#'}))
  }
  files.set('modules.ts', modulesTable(docs))
  files.set('records.ts', recordsTable(docs))
  return files
}

const head = '// Generated from lexicons/ by the lexicon generator. Do not edit.\n'

function modulesTable(docs: Map<string, LexiconDoc>): string {
  const rows = [...docs.keys()].map(nsid => `  '${nsid}': () => import('./${modulePath(nsid)}'),\n`)
  return `${head}
/** Every generated module by its NSID, loaded when it is asked for. Its exports go by the names in the document. */
export const modules: {readonly [nsid: string]: () => Promise<object>} = {
${rows.join('')}}
`
}

const nameInTable = (nsid: string): string => nsid.replaceAll('.', '_')

function recordsTable(docs: Map<string, LexiconDoc>): string {
  const nsids = [...docs.values()].filter(doc => doc.defs.main?.type === 'record').map(doc => doc.id)
  const imports = nsids.map(nsid => `import {main as ${nameInTable(nsid)}} from './${modulePath(nsid)}'\n`)
  return `${head}import type {RecordSchema} from '#lex/schema/structure.ts'
${imports.join('')}
/** Every record type we know from the start, loaded, for whoever must check records as they come. */
export const records: readonly RecordSchema[] = [
${nsids.map(nsid => `  ${nameInTable(nsid)},\n`).join('')}]
`
}

function write(dir: string, files: Files): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), {recursive: true})
    writeFileSync(join(dir, path), text)
  }
  console.log(`${files.size} files written below ${dir}`)
}

if (import.meta.main) {
  if (process.argv[2] === 'extract') write(lexiconsDir, extract())
  else {
    rmSync(genDir, {recursive: true, force: true})
    write(genDir, generate(readLexicons()))
  }
}
