// Generated from lexicons/app/bsky/labeler/getServices.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as labelerDefs from './defs.ts'

export type Params = {
  dids: Did[]
  detailed?: boolean
}
export type Output = {
  views: (
    | lex.Typed<labelerDefs.LabelerView>
    | lex.Typed<labelerDefs.LabelerViewDetailed>
    | lex.Other)[]
}
export type ErrorName = never
/** Get information about a list of labeler services. */
export const getServices: lex.Query<Params, Output, ErrorName, 'detailed'> = lex.query(
  'app.bsky.labeler.getServices',
  {
    params: lex.params({
      dids: lex.array(lex.string({format: 'did'})),
      detailed: lex.boolean({default: false}),
    }, ['dids']),
    output: lex.body('application/json', lex.object({
      views: lex.array(lex.union(() => [labelerDefs.labelerView, labelerDefs.labelerViewDetailed])),
    }, ['views'])),
  },
)

export {getServices as main}
