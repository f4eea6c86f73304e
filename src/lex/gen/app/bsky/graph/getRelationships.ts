// Generated from lexicons/app/bsky/graph/getRelationships.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /** Primary account requesting relationships for. */
  actor: AtIdentifier
  /** List of 'other' accounts to be related back to the primary. */
  others?: AtIdentifier[]
}
export type Output = {
  actor?: Did
  relationships: (
    | lex.Typed<graphDefs.Relationship>
    | lex.Typed<graphDefs.NotFoundActor>
    | lex.Other)[]
}
export type ErrorName = 'ActorNotFound'
/** Enumerates public relationships between one account, and a list of other accounts. Does not require auth. */
export const getRelationships: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.graph.getRelationships',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      others: lex.array(lex.string({format: 'at-identifier'}), {maxLength: 30}),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      actor: lex.string({format: 'did'}),
      relationships: lex.array(lex.union(() => [graphDefs.relationship, graphDefs.notFoundActor])),
    }, ['relationships'])),
    errors: ['ActorNotFound'],
  },
)

export {getRelationships as main}
