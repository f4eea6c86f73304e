/** CIDs of the blobs that a repository refers to. */
import {listBlobs} from '#lex/gen/com/atproto/sync/listBlobs.ts'
import type {AccountStore} from '../../../../account-store.ts'
import {query} from '../../../../callers.ts'
import {cidOfCursor} from '../../../../cid-cursor.ts'
import type {RepoStore} from '../../../../repo-store.ts'
import {visibleRepo} from '../../../../visible-repo.ts'

type Deps = {accountStore: Pick<AccountStore, 'byDid'>; store: Pick<RepoStore, 'usedBlobs'>}

export const endpoint = ({accountStore, store}: Deps) =>
  query(listBlobs, {
    auth: 'none',
    async handle({params}) {
      const {since, cursor, limit} = params
      const {did} = await visibleRepo(accountStore, params.did)
      const cids = (await store.usedBlobs(did, since, cidOfCursor(cursor), limit)).map(String)
      return {cids, cursor: cids.length === limit ? cids[limit - 1] : undefined}
    },
  })
