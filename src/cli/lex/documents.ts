/** Lexicon documents on disk, as the `lex` commands take them: files, and folders searched for `.json`. */
import {glob, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {Malformed} from '#std/malformed.ts'
import type {LexiconDoc} from '#lex/doc/lexicon-doc.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {readJson} from '../shell/input.ts'
import type {Shell} from '../shell/shell.ts'

export type DocumentFile = {file: string} & ({doc: LexiconDoc} | {fault: Malformed})

/** Every file named, and every `.json` file below a folder named, in order of name. Throws the system's error. */
async function filesAt(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    if (path === '-' || !(await stat(path)).isDirectory()) files.push(path)
    else {
      const below: string[] = []
      for await (const name of glob('**/*.json', {cwd: path})) below.push(join(path, name))
      files.push(...below.toSorted())
    }
  }
  return files
}

/** Reads documents; one that is malformed is given with its fault. */
export async function* readDocuments(paths: readonly string[], shell: Shell): AsyncGenerator<DocumentFile> {
  for (const file of await filesAt(paths)) {
    try {
      yield {file, doc: parseLexicon(await readJson(file, shell))}
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      yield {file, fault: error}
    }
  }
}

/** Reads documents by their NSID, with where each came from. Throws `Malformed` for the first that is. */
export async function readLexicons(
  paths: readonly string[],
  shell: Shell,
): Promise<Map<string, {file: string; doc: LexiconDoc}>> {
  const docs = new Map<string, {file: string; doc: LexiconDoc}>()
  for await (const read of readDocuments(paths, shell)) {
    if ('fault' in read)
      throw new Malformed(read.fault.format, read.fault.reason, `${read.file}: ${read.fault.message}`)
    docs.set(read.doc.id, read)
  }
  return docs
}
