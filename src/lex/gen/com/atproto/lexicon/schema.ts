// Generated from lexicons/com/atproto/lexicon/schema.json by the lexicon generator. Do not edit.
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

/**
 * Representation of Lexicon schemas themselves, when published as atproto records. Note that the schema language is not
 * defined in Lexicon; this meta schema currently only includes a single version field ('lexicon'). See the atproto
 * specifications for description of the other expected top-level fields ('id', 'defs', etc).
 */
export type Schema = {
  $type: 'com.atproto.lexicon.schema'
  /** Indicates the 'version' of the Lexicon language. Must be '1' for the current atproto/Lexicon schema system. */
  lexicon: number
}
export const schema: lex.RecordSchema<Schema, Nsid> = lex.record('com.atproto.lexicon.schema', 'nsid', lex.object({
  lexicon: lex.integer(),
}, ['lexicon']))

export {schema as main}
