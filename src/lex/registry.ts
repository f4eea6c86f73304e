/**
 * The record types that a server knows: those generated, and those it has resolved since. A repository takes records
 * of any type, so what is not known here is not wrong; the mode says what to make of it (spec: lexicon, "validation
 * options").
 */
import {type Fault, fault, invalid, type Invalid} from './schema/fault.ts'
import type {RecordSchema} from './schema/structure.ts'
import type {Result} from '#std/result.ts'
import type {Value} from '#atp/data/value.ts'

/** `require`: refuse a record of a type that is not known. `optimistic`: let it pass. `skip`: check none. */
export type ValidationMode = 'require' | 'optimistic' | 'skip'

/** `valid`: checked against its lexicon. `unknown`: there was none to check against, or none was asked for. */
export type Validation = Result<{status: 'valid' | 'unknown'}, Invalid>

export class Registry {
  readonly #records = new Map<string, RecordSchema>()

  /** `records` is what is known from the start: `records` of `#lex/gen/records.ts`, or a part of it. */
  constructor(records: Iterable<RecordSchema> = []) {
    for (const schema of records) this.add(schema)
  }

  /** Adds a record type, or puts a newer version in its place. */
  add(schema: RecordSchema): void {
    this.#records.set(schema.nsid, schema)
  }

  record(nsid: string): RecordSchema | undefined {
    return this.#records.get(nsid)
  }

  /**
   * Checks a record that is about to stand in `collection` under `rkey`. Its `$type` must name the collection in every
   * mode: no reader would find it otherwise. `published` is for a type that is not known here, but to the caller.
   */
  validateRecord(
    collection: string,
    rkey: string,
    record: Value,
    mode: ValidationMode,
    published?: RecordSchema,
  ): Validation {
    const schema = mode === 'skip' ? undefined : (this.#records.get(collection) ?? published)
    if (schema) {
      const found = schema.check(record) ?? keyFault(schema, rkey)
      return found ? invalid(found) : {ok: true, status: 'valid'}
    }
    if (mode === 'require') return refused('', 'unknown-lexicon', `the lexicon of "${collection}" is not known`)
    const type = (record as {$type?: unknown} | null)?.$type
    return type === collection
      ? {ok: true, status: 'unknown'}
      : refused('/$type', 'other-type', `expected "${collection}"`)
  }
}

function keyFault(schema: RecordSchema, rkey: string): Fault | undefined {
  return schema.isKey(rkey) ? undefined : fault('bad-record-key', `"${rkey}" is no record key of type ${schema.key}`)
}

const refused = (path: string, reason: string, detail: string): Validation => invalid({path, reason, detail})
