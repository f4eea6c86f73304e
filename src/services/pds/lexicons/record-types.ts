/**
 * Record types that others have published, ready to check records by: a lexicon with all lexicons that it refers to. They
 * are strangers' work, so how much of them is followed is bounded, and how much work a check may be.
 */
import type {LexiconDoc} from '#lex/doc/lexicon-doc.ts'
import {modules} from '#lex/gen/modules.ts'
import {compileLexicon, type Definition, type Definitions} from '#lex/schema/compile.ts'
import type {Fault} from '#lex/schema/fault.ts'
import {RecordSchema} from '#lex/schema/structure.ts'
import {isMap, type ValueMap} from '#atp/data/value.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {World} from '#std/world.ts'
import type {Lexicons, LexiconWish} from './lexicons.ts'
import {WeightedCache} from './weighted-cache.ts'

/** Lexicons that one may refer to, directly or through others, and what all of them may have in them. */
const lexiconsMax = 32
const fieldsMax = 20_000
/** Of all types that are held, in fields: each is some 300 bytes. */
const heldFieldsMax = 100_000
/** So long one is used as it was put together, whatever has become of its parts; and so long when some were not there. */
const typeMs = 10 * 60_000
const partialMs = 30_000
/** Values of a record, times the members of the widest object that they may be of. Real ones come to some 10,000. */
const workMax = 5_000_000

interface RecordType {
  schema: RecordSchema
  /** Members of the widest object in any of its lexicons. */
  width: number
}

export class RecordTypes {
  readonly #lexicons: Pick<Lexicons, 'find'>
  readonly #types: WeightedCache<Nsid, RecordType>

  constructor(lexicons: Pick<Lexicons, 'find'>, world: Pick<World, 'now'>) {
    this.#lexicons = lexicons
    this.#types = new WeightedCache(heldFieldsMax, world.now)
  }

  /** The schema of a collection for one record; undefined when it is not at hand, or would be too much work. */
  async schemaFor(collection: Nsid, record: ValueMap, wish: LexiconWish): Promise<RecordSchema | undefined> {
    const type = this.#types.get(collection) ?? (await this.#made(collection, wish))
    return type && countOf(record, workMax / type.width) * type.width <= workMax ? type.schema : undefined
  }

  async #made(collection: Nsid, wish: LexiconWish): Promise<RecordType | undefined> {
    const docs = new Map<string, LexiconDoc>()
    const known = new Map<string, object>()
    const wanted = new Set<string>([collection])
    let [isWhole, fields, width] = [true, 0, 1]
    for (const nsid of wanted) {
      if (nsid !== collection && Object.hasOwn(modules, nsid)) {
        known.set(nsid, await modules[nsid]())
        continue
      }
      const found = await this.#lexicons.find(nsid as Nsid, wish)
      const read = found && readingOf(found.doc)
      if (!found || !read || fields + read.fields > fieldsMax) {
        if (nsid === collection) return undefined
        isWhole = false
        continue
      }
      docs.set(nsid, found.doc)
      fields += read.fields
      width = Math.max(width, read.width)
      for (const other of read.references) {
        if (wanted.size < lexiconsMax) wanted.add(other)
        else if (!wanted.has(other)) isWhole = false
      }
    }
    const compiled = new Map<string, Definitions>()
    const lookup = (nsid: string, name: string): Definition | undefined =>
      compiled.get(nsid)?.get(name) ?? definitionIn(known.get(nsid), name)
    for (const [nsid, doc] of docs) compiled.set(nsid, compileLexicon(doc, lookup))
    const schema = compiled.get(collection)?.get('main')
    if (!(schema instanceof RecordSchema)) return undefined
    const type = {schema, width}
    this.#types.set(collection, type, fields, isWhole ? typeMs : partialMs)
    return type
  }
}

const definitionIn = (module: object | undefined, name: string): Definition | undefined =>
  module && Object.hasOwn(module, name) ? (module as Readonly<Record<string, Definition>>)[name] : undefined

/** Whether a fault says nothing of the record, but that a part of the lexicon is not at hand. */
export const isUnchecked = ({reason}: Fault): boolean => reason === 'unknown-reference'

/** What there is in a document: all its objects, the members of the widest, and the other lexicons that it refers to. */
function readingOf(doc: LexiconDoc): {fields: number; width: number; references: ReadonlySet<string>} {
  const references = new Set<string>()
  let [fields, width] = [0, 1]
  visit(doc.defs, ({properties, ref, refs}) => {
    fields++
    if (isMap(properties)) width = Math.max(width, Object.keys(properties).length)
    for (const one of Array.isArray(refs) ? refs : [ref]) {
      const [nsid] = typeof one === 'string' ? one.split('#') : []
      if (nsid && nsid !== doc.id) references.add(nsid)
    }
  })
  return {fields, width, references}
}

/** All objects in a document, of which `parseLexicon` bounds depth and number. */
function visit(value: unknown, see: (map: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see)
  else if (isMap(value)) {
    see(value)
    for (const item of Object.values(value)) visit(item, see)
  }
}

/** Levels of a record: no block of a repository has more, and a type that holds itself would follow it down. */
const levelsMax = 64

/** Values in a record, counted until there are more than `enough`; without end for one that is too deep. */
function countOf(record: ValueMap, enough: number): number {
  let count = 0
  let level: unknown[] = [record]
  for (let levels = 0; level.length > 0 && count <= enough; levels++) {
    if (levels === levelsMax) return Infinity
    count += level.length
    const next: unknown[] = []
    for (const value of level) {
      if (Array.isArray(value)) for (const item of value) next.push(item)
      else if (isMap(value)) for (const name of Object.keys(value)) next.push(value[name])
    }
    level = next
  }
  return count
}
