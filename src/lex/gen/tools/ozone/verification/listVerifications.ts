// Generated from lexicons/tools/ozone/verification/listVerifications.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as verificationDefs from './defs.ts'

export type Params = {
  /** Pagination cursor */
  cursor?: string
  /** Maximum number of results to return */
  limit?: number
  /** Filter to verifications created after this timestamp */
  createdAfter?: Datetime
  /** Filter to verifications created before this timestamp */
  createdBefore?: Datetime
  /** Filter to verifications from specific issuers */
  issuers?: Did[]
  /** Filter to specific verified DIDs */
  subjects?: Did[]
  /** Sort direction for creation date */
  sortDirection?: 'asc' | 'desc'
  /** Filter to verifications that are revoked or not. By default, includes both. */
  isRevoked?: boolean
}
export type Output = {
  cursor?: string
  verifications: verificationDefs.VerificationView[]
}
export type ErrorName = never
/** List verifications */
export const listVerifications: lex.Query<Params, Output, ErrorName, 'limit' | 'sortDirection'> = lex.query(
  'tools.ozone.verification.listVerifications',
  {
    params: lex.params({
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      createdAfter: lex.string({format: 'datetime'}),
      createdBefore: lex.string({format: 'datetime'}),
      issuers: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
      subjects: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
      sortDirection: lex.string({enum: ['asc', 'desc'], default: 'desc'}),
      isRevoked: lex.boolean(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      verifications: lex.array(lex.ref(() => verificationDefs.verificationView)),
    }, ['verifications'])),
  },
)

export {listVerifications as main}
