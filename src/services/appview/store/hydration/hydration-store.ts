/**
 * What stands behind numbers: all that a page of views is made of, read in one act.
 *
 * A page needs some ten looks: records, what they embed, gates, authors, blocks, what the viewer did. As a method each they
 * could be asked of any store, but then a page would show half of a change that came between two of them, and where the
 * store is another thread or another machine it would wait for ten answers one after the other. So the walk is the
 * engine's, and what it is to bring is said in `Wanted` and held by the contract.
 */
import type {Cid} from '#atp/data/cid.ts'
import type {Hydration, Wanted} from '../../hydration/hydration.ts'

export interface HydrationStore {
  /** `viewer` is the DID of who looks. What is gone, taken down, or was never seen is not in what is read. */
  hydrate(viewer: string | undefined, wanted: Wanted): Promise<Hydration>
  /** The last commit of the viewer's that is indexed, for the header `Atproto-Repo-Rev`; null when there is none. */
  rev(viewer: string | undefined): Promise<string | null>
  /** The number of an account by its DID or confirmed handle. */
  actorId(identifier: string): Promise<number | undefined>
  /** The numbers of records by their URIs. What has none is not there; the authority may be a handle. */
  recordIds(uris: Iterable<string>): Promise<Map<string, number>>
  /** Whether a record of this account names a picture. While an older index is filled with them, all are let pass. */
  isPictureNamed(actor: number, cid: Cid): Promise<boolean>
}
