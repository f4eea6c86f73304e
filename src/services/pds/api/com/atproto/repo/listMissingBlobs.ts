/** Blobs that the caller's records refer to and that are not here yet, as after an import. */
import {listMissingBlobs} from '#lex/gen/com/atproto/repo/listMissingBlobs.ts'
import {query} from '../../../../callers.ts'
import {cidOfCursor} from '../../../../cid-cursor.ts'
import type {RepoStore} from '../../../../repo-store.ts'

type Deps = {store: Pick<RepoStore, 'missingBlobs'>}

export const endpoint = ({store}: Deps) =>
  query(listMissingBlobs, {
    auth: 'session',
    async handle({params: {limit, cursor}, caller: {did}}) {
      const missing = await store.missingBlobs(did, cidOfCursor(cursor), limit)
      return {
        blobs: missing.map(({cid, path}) => ({cid: cid.toString(), recordUri: `at://${did}/${path}`})),
        cursor: missing.at(-1)?.cid.toString(),
      }
    },
  })
