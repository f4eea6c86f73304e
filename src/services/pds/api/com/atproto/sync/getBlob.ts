/**
 * A blob that a record of this account refers to, as it was uploaded. A browser never shows it as a page, and never gets it
 * for what it would run: the pages of accounts are of the same name, and trust scripts of their own.
 */
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

/** What browsers ask for in order to run it, or to have it rule a page (fetch standard, "destination"). */
const isToRun = (destination: string | null): boolean =>
  destination !== null && /worker|worklet|^(?:script|style|xslt|json|manifest|embed|object)$/.test(destination)

export const endpoint = ({accountStore, blobs}: Deps) =>
  query(getBlob, {
    auth: 'visitor',
    async handle({params, caller, request, headers, signal, fail}) {
      headers.append('vary', 'Sec-Fetch-Dest')
      if (isToRun(request.headers.get('sec-fetch-dest'))) throw fail('Forbidden', 'A blob is no part of a page.')
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
