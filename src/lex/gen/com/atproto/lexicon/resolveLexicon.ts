// Generated from lexicons/com/atproto/lexicon/resolveLexicon.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as lexiconSchema from './schema.ts'

export type Params = {
  /** The lexicon NSID to resolve. */
  nsid: Nsid
}
export type Output = {
  /** The CID of the lexicon schema record. */
  cid: CidString
  /** The resolved lexicon schema record. */
  schema: lexiconSchema.Schema
  /** The AT-URI of the lexicon schema record. */
  uri: AtUri
}
export type ErrorName = 'LexiconNotFound'
/** Resolves an atproto lexicon (NSID) to a schema. */
export const resolveLexicon: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.lexicon.resolveLexicon',
  {
    params: lex.params({
      nsid: lex.string({format: 'nsid'}),
    }, ['nsid']),
    output: lex.body('application/json', lex.object({
      cid: lex.string({format: 'cid'}),
      schema: lex.ref(() => lexiconSchema.main),
      uri: lex.string({format: 'at-uri'}),
    }, ['uri', 'cid', 'schema'])),
    errors: ['LexiconNotFound'],
  },
)

export {resolveLexicon as main}
