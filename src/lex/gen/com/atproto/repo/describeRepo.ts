// Generated from lexicons/com/atproto/repo/describeRepo.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The handle or DID of the repo. */
  repo: AtIdentifier
}
export type Output = {
  handle: Handle
  did: Did
  /** The complete DID document for this account. */
  didDoc: lex.Unknown
  /** List of all the collections (NSIDs) for which this repo contains at least one record. */
  collections: Nsid[]
  /** Indicates if handle is currently valid (resolves bi-directionally) */
  handleIsCorrect: boolean
}
export type ErrorName = never
/** Get information about an account and repository, including the list of collections. Does not require auth. */
export const describeRepo: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.repo.describeRepo',
  {
    params: lex.params({
      repo: lex.string({format: 'at-identifier'}),
    }, ['repo']),
    output: lex.body('application/json', lex.object({
      handle: lex.string({format: 'handle'}),
      did: lex.string({format: 'did'}),
      didDoc: lex.unknown(),
      collections: lex.array(lex.string({format: 'nsid'})),
      handleIsCorrect: lex.boolean(),
    }, ['handle', 'did', 'didDoc', 'collections', 'handleIsCorrect'])),
  },
)

export {describeRepo as main}
