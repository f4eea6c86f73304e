/** `lex gen`: writes TypeScript modules from lexicon documents, as this project does for itself. */
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {modulePath} from '#lex/doc/emit-names.ts'
import {emitModule} from '#lex/doc/emit.ts'
import {command, maybe, one, some} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {readLexicons} from './documents.ts'

export const gen = command({
  about: `
Writes one TypeScript module for each document: types, schemas, declared errors.
Documents that yours refer to must be among the paths. Existing modules of the same
name are replaced, others left alone.`,
  arguments: {paths: some('path', 'a document in JSON, or a folder of them')},
  options: {
    out: one('folder', 'where the modules go'),
    from: maybe('prefix', 'what imports of the runtime begin with; by default #, as inside this package'),
  },
  examples: ['wholesky lex gen lexicons/ my-lexicons/ --out src/generated'],
  async run({paths, out, from = '#'}, shell) {
    const docs = await readLexicons(paths, shell)
    // All are made before one is written, so that a bad reference leaves nothing half done.
    const modules = [...docs.values()].map(({file, doc}) => ({
      id: doc.id,
      path: join(out, modulePath(doc.id)),
      text: emitModule(doc, {source: file, lookup: nsid => docs.get(nsid)?.doc, from}),
    }))
    for (const {path, text} of modules) {
      await mkdir(dirname(path), {recursive: true})
      await writeFile(path, text)
    }
    const count = `${modules.length} module${modules.length === 1 ? '' : 's'}`
    await shell.answer(
      {ok: true, modules: modules.map(({id, path}) => ({id, path}))},
      `${shell.mark(true)} ${count} below ${out}`,
    )
    return exitCodes.ok
  },
})
