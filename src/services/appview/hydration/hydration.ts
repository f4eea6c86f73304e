/**
 * Everything that a page of views is made of, read in sets: skeletons give numbers, this is what stands behind them.
 * Rules and views look things up in it and read nothing themselves. A store reads it (`../store/hydration-store.ts`).
 */
import type {ImageUrls} from '../views/image-urls.ts'
import type {ActorCore} from './actor-core.ts'
import type {RecordCore} from './record-core.ts'
import {type ListState, type Marks, pairKey, type Relation} from './relation.ts'
import {Room} from './room.ts'

/** What to read. */
export interface Wanted {
  /** Numbers of records of any kind: posts, feeds, lists, … */
  readonly records?: Iterable<number>
  /** Numbers of accounts that are shown beside the authors of the records. */
  readonly actors?: Iterable<number>
  /** Whether the accounts are shown with all there is to say of them. */
  readonly inDetail?: boolean
  /**
   * The number of a record with whose author all the others are brought together, or of that account: blocks between
   * them are read.
   */
  readonly meeting?: number
  readonly meetingActor?: number
  /** Whether to read the starter packs through which follows came, for notifications. */
  readonly withVia?: boolean
  /** Whether to read what replies answer too, for feeds. */
  readonly withReplied?: boolean
}

/** What was read. Records and accounts that are not in it are gone, or were never seen. */
export class Hydration {
  /** Who looks; `undefined` for one who is not signed in, or whom the index has not met. */
  viewer: ActorCore | undefined
  readonly records = new Map<number, RecordCore>()
  readonly actors = new Map<number, ActorCore>()
  /** By the number of the account; empty without a viewer. */
  relations: ReadonlyMap<number, Relation> = new Map()
  marks: ReadonlyMap<number, Marks> = new Map()
  mutedThreads: ReadonlySet<number> = new Set()
  /** The lists named by gates that the viewer is on, by URI. */
  onLists: ReadonlySet<string> = new Set()
  /** By the number of the list. */
  lists: ReadonlyMap<number, ListState> = new Map()
  /** By the number of the starter pack: accounts that were made through it in the last week. */
  joinedLately: ReadonlyMap<number, number> = new Map()
  readonly #byUri = new Map<string, RecordCore>()
  #byDid: ReadonlyMap<string, ActorCore> | undefined
  #blocks: ReadonlySet<string> = new Set()
  readonly #shown = new Room()
  readonly images: ImageUrls

  constructor(images: ImageUrls) {
    this.images = images
  }

  /** A record that another one embeds. */
  embedded(uri: string): RecordCore | undefined {
    return this.#byUri.get(uri)
  }

  actorByDid(did: string | undefined): ActorCore | undefined {
    if (did === undefined) return undefined
    this.#byDid ??= new Map([...this.actors.values()].map(actor => [actor.did, actor]))
    return this.#byDid.get(did)
  }

  /**
   * Whether there is room in the answer for a record, which takes it. Asked each time that it is shown: a heavy one that
   * a hundred posts quote is in the answer a hundred times, and what it embeds stands there once more as a view.
   */
  fits({size}: RecordCore): boolean {
    return this.#shown.take(2 * size)
  }

  /** Whether there is a block between two accounts whose posts meet here, such as a post's and the quoted post's. */
  areBlocked(a: number, b: number): boolean {
    return this.#blocks.size > 0 && this.#blocks.has(pairKey(a, b))
  }

  set blocks(blocks: ReadonlySet<string>) {
    this.#blocks = blocks
  }

  noteUri(uri: string, core: RecordCore): void {
    this.#byUri.set(uri, core)
  }
}
