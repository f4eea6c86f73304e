/** A blob that a record of this account refers to, as it was uploaded. Never shown by a browser as a page. */
import {parseCid} from '#atp/data/cid.ts'
import type {BlobStore} from '#engines/blob-store/blob-store.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import type {AccountStore} from '../../../../account-store.ts'
import {query} from '../../../../callers.ts'
import type {RepoStore} from '../../../../repo-store.ts'
import {visibleRepo} from '../../../../visible-repo.ts'

type Deps = {
  accountStore: Pick<AccountStore, 'byDid'>
  store: Pick<RepoStore, 'blob'>
  blobs: Pick<BlobStore, 'open'>
}

export const endpoint = ({accountStore, store, blobs}: Deps) =>
  query(getBlob, {
    auth: 'none',
    async handle({params, headers, signal, fail}) {
      const {did} = await visibleRepo(accountStore, params.did)
      const cid = parseCid(params.cid)
      const row = await store.blob(did, cid)
      const blob =
        row && row.stage === null && row.takedownRef === null ? await blobs.open(did, cid, signal) : undefined
      if (!row || !blob) throw fail('BlobNotFound', `${did} has no blob ${cid} here.`)
      headers.set('content-length', String(blob.size))
      headers.set('content-disposition', `attachment; filename="${cid}"`)
      headers.set('content-security-policy', `default-src 'none'; sandbox`)
      headers.set('x-content-type-options', 'nosniff')
      return {encoding: row.mimeType, body: blob.body}
    },
  })
