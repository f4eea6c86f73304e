// Generated from lexicons/com/atproto/sync/listReposByCollection.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  collection: Nsid
  /** Maximum size of response set. Recommend setting a large maximum (1000+) when enumerating large DID lists. */
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  repos: Repo[]
}
export type ErrorName = never
/** Enumerates all the DIDs which have records with the given collection NSID. */
export const listReposByCollection: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.sync.listReposByCollection',
  {
    params: lex.params({
      collection: lex.string({format: 'nsid'}),
      limit: lex.integer({minimum: 1, maximum: 2000, default: 500}),
      cursor: lex.string(),
    }, ['collection']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      repos: lex.array(lex.ref(() => repo)),
    }, ['repos'])),
  },
)

export type Repo = {
  $type?: 'com.atproto.sync.listReposByCollection#repo'
  did: Did
}
export const repo: lex.ObjectSchema<Repo> = lex.typed('com.atproto.sync.listReposByCollection#repo', {
  did: lex.string({format: 'did'}),
}, ['did'])

export {listReposByCollection as main}
