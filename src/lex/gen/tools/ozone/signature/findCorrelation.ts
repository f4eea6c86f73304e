// Generated from lexicons/tools/ozone/signature/findCorrelation.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as signatureDefs from './defs.ts'

export type Params = {
  dids: Did[]
}
export type Output = {
  details: signatureDefs.SigDetail[]
}
export type ErrorName = never
/** Find all correlated threat signatures between 2 or more accounts. */
export const findCorrelation: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.signature.findCorrelation',
  {
    params: lex.params({
      dids: lex.array(lex.string({format: 'did'})),
    }, ['dids']),
    output: lex.body('application/json', lex.object({
      details: lex.array(lex.ref(() => signatureDefs.sigDetail)),
    }, ['details'])),
  },
)

export {findCorrelation as main}
