/**
 * What is found: posts and accounts by words, and what is popular with everybody. Numbers only, in order, a page at a time;
 * who may see them is judged elsewhere. Nothing is known here of what somebody reads.
 */
import type {PostQuery} from '../../search/post-query.ts'

export interface FoundPage {
  readonly ids: number[]
  readonly cursor: string | undefined
}

/** A query whose accounts have been found. */
export interface FoundQuery extends Omit<PostQuery, 'from' | 'mentions'> {
  /** Numbers of accounts, of one of which a post must be; `undefined` for any. */
  readonly authors: readonly number[] | undefined
  /** Of each group of facts one must be there; of the others none may be. */
  readonly anyOf?: readonly (readonly string[])[]
  readonly excludedFacts?: readonly string[]
}

export interface PageOptions {
  readonly limit: number
  /** As a page gave it; what never was one begins from the beginning. */
  readonly cursor?: string | undefined
}

export interface SearchStore {
  /** The newest first. */
  latestPosts(query: FoundQuery, options: PageOptions): Promise<FoundPage>
  /** Those that have moved most people, the older the more it takes. A cursor keeps the time of the first page. */
  topPosts(query: FoundQuery, options: PageOptions): Promise<FoundPage>
  /**
   * Accounts whose handle, name or, with `inAbout`, description has words that begin as those of `text` do: the one of
   * that very handle first, then by followers.
   */
  actors(text: string, inAbout: boolean, options: PageOptions): Promise<FoundPage>

  /** Accounts with the most followers, without those that the viewer follows. */
  popularAccounts(viewer: number | undefined, offset: number, limit: number): Promise<number[]>
  /** Accounts that those who follow `actor` follow most, without those that the viewer follows. */
  accountsLike(actor: number, viewer: number | undefined, limit: number): Promise<number[]>
  /** Feeds with the most likes; with `text`, those whose name has it. */
  popularFeeds(text: string | undefined, offset: number, limit: number): Promise<number[]>
  /** Starter packs that the most accounts were made through; with `text`, those whose name has it. */
  popularStarterPacks(text: string | undefined, offset: number, limit: number): Promise<number[]>
}
