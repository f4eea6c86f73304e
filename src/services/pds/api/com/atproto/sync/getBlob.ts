/** A blob that a record of this account refers to, as it was uploaded. Never shown by a browser as a page. */
import {parseCid} from '#atp/data/cid.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import type {AccountStore} from '../../../../store/accounts/account-store.ts'
import type {Blobs} from '../../../../blobs/blobs.ts'
import {query} from '../../../callers.ts'
import {visibleRepo} from '../../../visible-repo.ts'

type Deps = {
  accountStore: Pick<AccountStore, 'byDid'>
  blobs: Pick<Blobs, 'open'>
}

export const endpoint = ({accountStore, blobs}: Deps) =>
  query(getBlob, {
    auth: 'visitor',
    async handle({params, caller, headers, signal, fail}) {
      const {did} = await visibleRepo(accountStore, params.did, caller)
      const cid = parseCid(params.cid)
      const blob = await blobs.open(did, cid, signal)
      if (!blob) throw fail('BlobNotFound', `${did} has no blob ${cid} here.`)
      headers.set('content-length', String(blob.size))
      headers.set('content-disposition', `attachment; filename="${cid}"`)
      headers.set('content-security-policy', `default-src 'none'; sandbox`)
      headers.set('x-content-type-options', 'nosniff')
      return {encoding: blob.mimeType, body: blob.body}
    },
  })
