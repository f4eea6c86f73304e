/** What things are called in generated modules. The names depend on the document alone, so that others can refer to it. */
import {isMethodDef, type LexDef, type LexiconDoc} from './lexicon-doc.ts'

/** Names that a definition cannot have as a constant: it gets an underscore, and is exported under its own name too. */
const reserved = new Set(
  (
    'lex arguments await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
)
/** Types that the text of a module takes from the language. */
const globalTypes = ['Uint8Array']
const methodTypes = ['Params', 'Input', 'Output', 'Message', 'ErrorName']

export interface Names {
  /** The constant of each definition. */
  readonly values: ReadonlyMap<string, string>
  /** The type of each definition, methods and permission sets apart: those have none. */
  readonly types: ReadonlyMap<string, string>
}

export function namesOf(doc: LexiconDoc): Names {
  const main = Object.hasOwn(doc.defs, 'main') ? doc.defs.main : undefined
  const values = new Map<string, string>()
  const types = new Map<string, string>()
  const takenTypes = new Set([...globalTypes, ...(main && isMethodDef(main) ? methodTypes : [])])
  const takenValues = new Set(reserved)
  for (const [name, def] of Object.entries(doc.defs)) {
    const given = name === 'main' ? nameOfMain(doc) : name
    values.set(name, free(takenValues, given.replaceAll('-', '_')))
    if (hasType(def)) types.set(name, free(takenTypes, given[0].toUpperCase() + given.slice(1).replaceAll('-', '_')))
  }
  return {values, types}
}

function nameOfMain({id, defs}: LexiconDoc): string {
  const last = id.slice(id.lastIndexOf('.') + 1)
  return Object.hasOwn(defs, last) ? 'main' : last
}

const hasType = (def: LexDef): boolean => !isMethodDef(def) && def.type !== 'permission-set'

function free(taken: Set<string>, name: string): string {
  let result = name
  while (taken.has(result)) result += '_'
  taken.add(result)
  return result
}

/** What a module calls another document that it imports: `feedPost`, or all segments when that is taken. */
export function aliasOf(nsid: string, taken: Set<string>): string {
  const segments = nsid.replaceAll('-', '_').split('.')
  const short = camelCase(segments.slice(-2))
  return free(taken, taken.has(short) || reserved.has(short) ? camelCase(segments) : short)
}

const camelCase = (words: readonly string[]): string =>
  words.map((word, i) => (i === 0 ? word : word[0].toUpperCase() + word.slice(1))).join('')

/** The path of a document's module below the folder of generated modules: `app/bsky/feed/post.ts`. */
export const modulePath = (nsid: string): string => `${nsid.replaceAll('.', '/')}.ts`

/** How one module names the other in an import. */
export function relativePath(fromNsid: string, toNsid: string): string {
  const from = fromNsid.split('.')
  const to = toNsid.split('.')
  let same = 0
  while (same < from.length - 1 && same < to.length - 1 && from[same] === to[same]) same++
  const up = from.length - 1 - same
  return (up === 0 ? './' : '../'.repeat(up)) + to.slice(same).join('/') + '.ts'
}
