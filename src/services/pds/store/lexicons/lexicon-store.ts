/** Lexicons of others, as their authorities published them and as long as they may be used. */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'

export interface StoredLexicon {
  nsid: Nsid
  /** Who published it. */
  did: Did
  /** The CID of its record there. */
  cid: string
  /** The document, as JSON. */
  text: string
  fetchedMs: number
}

export interface LexiconStore {
  lexicon(nsid: Nsid): Promise<StoredLexicon | undefined>
  /** Puts it in the place of the one of that name; those fetched longest ago go until all have `sizeMax` bytes or less. */
  put(lexicon: StoredLexicon, sizeMax: number): Promise<void>
  /** Throws away those fetched before `beforeMs`. */
  expire(beforeMs: number): Promise<void>
}
