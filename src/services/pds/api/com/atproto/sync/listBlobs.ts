/** CIDs of the blobs that a repository refers to, of those that `getBlob` gives. */
import {listBlobs} from '#lex/gen/com/atproto/sync/listBlobs.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import type {BlobRowStore} from '../../../../store/repos/blob-row-store.ts'
import {query} from '../../../callers.ts'
import {cidOfCursor} from '../../../cid-cursor.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; blobRows: Pick<BlobRowStore, 'visible'>}

export const endpoint = ({accountStore, blobRows}: Deps) =>
  query(listBlobs, {
    auth: 'visitor',
    async handle({params, caller}) {
      const {since, cursor, limit} = params
      const {did} = await visibleRepo(accountStore, params.did, caller)
      const cids = (await blobRows.visible(did, since, cidOfCursor(cursor), limit)).map(String)
      return {cids, cursor: cids.length === limit ? cids[limit - 1] : undefined}
    },
  })
