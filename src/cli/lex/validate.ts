/** `lex validate`: checks records, or other data, against their lexicons. */
import {Malformed} from '#std/malformed.ts'
import {isMap, type Value} from '#atp/data/value.ts'
import {jsonToValue, jsonToValueLenient} from '#atp/data/json.ts'
import type {LexiconDoc} from '#lex/doc/lexicon-doc.ts'
import {modules} from '#lex/gen/modules.ts'
import {compileLexicon, type Definition, type Definitions} from '#lex/schema/compile.ts'
import {fault, type Fault, faultText} from '#lex/schema/fault.ts'
import {Schema} from '#lex/schema/schema.ts'
import {command, flag, maybe, some} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {readJson} from '../shell/input.ts'
import {oneLine, type Shell} from '../shell/shell.ts'
import {readLexicons} from './documents.ts'

export const validate = command({
  about: `
Checks data in JSON against the lexicon that its $type names. All lexicons of
com.atproto, app.bsky, chat.bsky and tools.ozone are known from the start; --lexicons
adds yours. The first fault is named with its path.`,
  arguments: {records: some('record', 'a record in JSON, or - for standard input')},
  options: {
    lexicons: maybe('path', 'a lexicon document or a folder of them, beside the known ones and before them'),
    type: maybe('nsid[#name]', 'check against this definition whatever the $type'),
    lenient: flag('accept what old records hold and new ones may not, such as blobs of before 2023'),
  },
  examples: ['wholesky lex validate post.json', 'wholesky lex validate --lexicons my-lexicons/ record.json'],
  async run({records, lexicons, type, lenient}, shell) {
    const own = lexicons === undefined ? [] : [...(await readLexicons([lexicons], shell)).values()].map(({doc}) => doc)
    const find = await definitions(own)
    let allGood = true
    for (const file of records) {
      const verdict = await judge(file, type, lenient, find, shell)
      allGood &&= verdict.fault === undefined
      const {path, reason, detail} = verdict.fault ?? {}
      await shell.item(
        {ok: verdict.fault === undefined, file, type: verdict.type, path, reason, detail},
        oneLine(
          `${shell.mark(verdict.fault === undefined)} ${file}: ${verdict.fault ? faultText(verdict.fault) : verdict.type}`,
        ),
      )
    }
    return allGood ? exitCodes.ok : exitCodes.bad
  },
})

type Find = (nsid: string, name: string) => Promise<Definition | undefined>

async function judge(
  file: string,
  type: string | undefined,
  lenient: boolean,
  find: Find,
  shell: Shell,
): Promise<{type?: string; fault?: Fault}> {
  let value: Value
  try {
    value = (lenient ? jsonToValueLenient : jsonToValue)(await readJson(file, shell))
  } catch (error) {
    if (error instanceof Malformed) return {fault: fault(error.reason, error.message)}
    throw error
  }
  const named = type ?? (isMap(value) ? value.$type : undefined)
  if (typeof named !== 'string')
    return {fault: {path: '/$type', reason: 'missing', detail: 'expected the name of a type'}}
  const [nsid, name = 'main'] = named.split('#')
  const definition = await find(nsid, name)
  if (!definition) return {type: named, fault: fault('unknown-type', `the lexicon of "${named}" is not known`)}
  if (!(definition instanceof Schema)) {
    return {type: named, fault: fault('not-data', `"${named}" is a ${definition.type}, which has no values`)}
  }
  return {type: named, fault: definition.check(value, lenient)}
}

/** Finds a definition among `own` documents first, then among the generated ones. */
async function definitions(own: readonly LexiconDoc[]): Promise<Find> {
  const compiled = new Map<string, Definitions>()
  const generated = new Map<string, Readonly<Record<string, Definition>>>()
  const load = async (nsid: string): Promise<void> => {
    if (generated.has(nsid) || !Object.hasOwn(modules, nsid)) return
    generated.set(nsid, (await modules[nsid]()) as Record<string, Definition>)
  }
  const lookup = (nsid: string, name: string): Definition | undefined =>
    compiled.get(nsid)?.get(name) ?? generated.get(nsid)?.[name]
  // Own documents follow their references while they check, when nothing can be loaded any more.
  for (const doc of own) for (const nsid of referredTo(doc)) await load(nsid)
  for (const doc of own) compiled.set(doc.id, compileLexicon(doc, lookup))
  return async (nsid, name) => {
    await load(nsid)
    return lookup(nsid, name)
  }
}

/** The NSIDs of other documents that a document refers to. */
function referredTo(doc: LexiconDoc): Set<string> {
  const found = new Set<string>()
  JSON.stringify(doc, (key, value: unknown) => {
    for (const ref of key === 'ref' ? [value] : key === 'refs' && Array.isArray(value) ? value : []) {
      if (typeof ref === 'string' && !ref.startsWith('#')) found.add(ref.split('#')[0])
    }
    return value
  })
  return found
}
