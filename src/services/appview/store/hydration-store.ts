/**
 * What stands behind numbers: all that a page of views is made of, read in one act, so that a page never shows half of a
 * change. Which records go with those that are asked for is said in `Wanted`.
 */
import type {Cid} from '#atp/data/cid.ts'
import type {Hydration, Wanted} from '../hydration/hydration.ts'

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
