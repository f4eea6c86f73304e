/** Blobs that the caller's records refer to and that are not here yet, as after an import. */
import {listMissingBlobs} from '#lex/gen/com/atproto/repo/listMissingBlobs.ts'
import type {BlobRowStore} from '../../../../store/repos/blob-row-store.ts'
import {query} from '../../../callers.ts'
import {cidOfCursor} from '../../../cid-cursor.ts'

type Deps = {blobRows: Pick<BlobRowStore, 'missing'>}

export const endpoint = ({blobRows}: Deps) =>
  query(listMissingBlobs, {
    auth: 'sessionOrClient',
    async handle({params: {limit, cursor}, caller}) {
      const {did} = caller.for('nothing')
      const missing = await blobRows.missing(did, cidOfCursor(cursor), limit)
      return {
        blobs: missing.map(({cid, path}) => ({cid: cid.toString(), recordUri: `at://${did}/${path}`})),
        cursor: missing.at(-1)?.cid.toString(),
      }
    },
  })
