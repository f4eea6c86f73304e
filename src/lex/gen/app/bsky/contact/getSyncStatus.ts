// Generated from lexicons/app/bsky/contact/getSyncStatus.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as contactDefs from './defs.ts'

export type Params = {}
export type Output = {
  /**
   * If present, indicates the user has imported their contacts. If not present, indicates the user never used the
   * feature or called `app.bsky.contact.removeData` and didn't import again since.
   */
  syncStatus?: contactDefs.SyncStatus
}
export type ErrorName = 'InvalidDid' | 'InternalError'
/** Gets the user's current contact import status. Requires authentication. */
export const getSyncStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.contact.getSyncStatus',
  {
    output: lex.body('application/json', lex.object({
      syncStatus: lex.ref(() => contactDefs.syncStatus),
    })),
    errors: ['InvalidDid', 'InternalError'],
  },
)

export {getSyncStatus as main}
