/** Hydration from SQLite: a statement for each kind of thing, and none for each item. */
import type {Cid} from '#atp/data/cid.ts'
import type {Sql, SqlReader} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {Threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import type {Follow} from '#lex/gen/app/bsky/graph/follow.ts'
import type {ActorCore} from '../../hydration/actor-core.ts'
import {Hydration, type Wanted} from '../../hydration/hydration.ts'
import type {RecordCore} from '../../hydration/record-core.ts'
import type {JsonOf} from '../../hydration/record-json.ts'
import type {Pair} from '../../hydration/relation.ts'
import {Room} from '../../hydration/room.ts'
import type {ImageUrls} from '../../views/image-urls.ts'
import type {HydrationStore} from './hydration-store.ts'
import {ActorCores} from './actor-cores.ts'
import {listStates} from './list-states.ts'
import {marksOf, mutedThreads} from './marks.ts'
import {RecordCores} from './record-cores.ts'
import {Refs} from './refs.ts'
import {blockedPairs, relationsOf, toldBy, type Told} from './relations.ts'
import {Viewers} from './viewers.ts'
import {Pictures} from '../index/pictures.ts'
import type {Memory} from '../memory.ts'

/** How deep embedded posts are shown within each other. */
const embedDepth = 2
const weekMs = 7 * 86_400_000

const nothing: Told = {
  mutes: false,
  listMutes: false,
  threadMutes: false,
  bookmarks: false,
  subscriptions: false,
}

export class SqliteHydrationStore implements HydrationStore {
  readonly #sql: Sql
  readonly #images: ImageUrls
  readonly #world: Pick<World, 'now'>
  readonly #records: RecordCores
  readonly #actors: ActorCores
  readonly #viewers: Viewers
  readonly #refs: Refs
  readonly #pictures: Pictures

  constructor(sql: Sql, images: ImageUrls, world: Pick<World, 'now'>, memory: Memory) {
    this.#sql = sql
    this.#world = world
    this.#images = images
    this.#records = new RecordCores(memory)
    this.#actors = new ActorCores(memory)
    this.#viewers = new Viewers(memory)
    this.#refs = new Refs(memory)
    this.#pictures = new Pictures(sql)
  }

  async hydrate(viewer: string | undefined, wanted: Wanted): Promise<Hydration> {
    return this.#sql.read(tx => this.#hydrate(tx, viewer, wanted))
  }

  async rev(viewer: string | undefined): Promise<string | null> {
    if (viewer === undefined) return null
    return this.#sql.read(tx => {
      const id = this.#refs.actor(tx, viewer)
      const found = new Map<number, ActorCore>()
      if (id !== undefined) this.#actors.find(tx, [id], found)
      return found.get(id ?? 0)?.rev ?? null
    })
  }

  async actorId(identifier: string): Promise<number | undefined> {
    return this.#sql.read(tx => this.#refs.actor(tx, identifier))
  }

  async recordIds(uris: Iterable<string>): Promise<Map<string, number>> {
    return this.#sql.read(tx => this.#refs.records(tx, uris))
  }

  async isPictureNamed(actor: number, cid: Cid): Promise<boolean> {
    return this.#pictures.isNamed(actor, cid)
  }

  #hydrate(tx: SqlReader, viewerDid: string | undefined, wanted: Wanted): Hydration {
    const read = new Hydration(this.#images)
    const room = new Room()
    const shown = [...(wanted.records ?? [])]
    const pairs: Pair[] = []
    const actors = new Set(wanted.actors)
    this.#records.findIn(tx, shown, read.records, room)
    if (wanted.withReplied) shown.push(...this.#replied(tx, read, shown, actors, room))
    this.#embedded(tx, read, shown, pairs, room)
    if (wanted.withVia) this.#via(tx, read, shown, room)
    const gates = this.#gates(tx, read)
    if (wanted.inDetail) {
      this.#actors.find(tx, actors, read.actors)
      const packs = [...read.actors.values()].flatMap(({joinedVia}) => joinedVia ?? [])
      this.#records.findIn(tx, packs, read.records, room)
    }
    for (const {actor} of read.records.values()) actors.add(actor)
    if (wanted.meetingActor !== undefined) actors.add(wanted.meetingActor)
    const viewerId = viewerDid === undefined ? undefined : this.#refs.actor(tx, viewerDid)
    if (viewerId !== undefined) actors.add(viewerId)
    this.#actors.find(tx, actors, read.actors)
    read.viewer = viewerId === undefined ? undefined : read.actors.get(viewerId)
    pairReplies(read, pairs)
    const host = wanted.meetingActor ?? read.records.get(wanted.meeting ?? 0)?.actor
    if (host !== undefined) for (const actor of actors) pairs.push([host, actor])
    read.blocks = blockedPairs(tx, read.actors, pairs)
    if (read.viewer) this.#viewed(tx, read, read.viewer, gates)
    const lists = [...read.records.values()].filter(({collection}) => collection === 'app.bsky.graph.list')
    if (lists.length > 0) {
      const ids = lists.map(({id}) => id)
      read.lists = listStates(tx, read.viewer, ids)
    }
    const packs = [...read.records.values()].filter(({collection}) => collection === 'app.bsky.graph.starterpack')
    if (packs.length > 0) {
      const ids = packs.map(({id}) => id)
      read.joinedLately = joinedSince(tx, ids, this.#world.now() - weekMs)
    }
    return read
  }

  /** The posts that replies answer, and the first of their threads; and who wrote what those answer in turn. */
  #replied(tx: SqlReader, read: Hydration, ids: readonly number[], actors: Set<number>, room: Room): number[] {
    const replied = new Set<number>()
    for (const id of ids) {
      const core = read.records.get(id)
      if (core?.parent == null || core.root === null) continue
      replied.add(core.parent)
      replied.add(core.root)
    }
    this.#records.findIn(tx, replied, read.records, room)
    for (const id of replied) {
      const did = read.records.get(id)?.answeredDid
      const actor = did === undefined ? undefined : this.#refs.actor(tx, did)
      if (actor !== undefined) actors.add(actor)
    }
    return [...replied]
  }

  /** Starter packs that follows name as what they came by. */
  #via(tx: SqlReader, read: Hydration, ids: readonly number[], room: Room): void {
    const uris = ids.flatMap(id => {
      const core = read.records.get(id)
      const {via} = (core?.record ?? {}) as Partial<JsonOf<Follow>>
      return core?.collection === 'app.bsky.graph.follow' && via ? [via.uri] : []
    })
    const numbers = this.#refs.records(tx, uris)
    this.#records.findIn(tx, numbers.values(), read.records, room)
    for (const [uri, id] of numbers) {
      const core = read.records.get(id)
      if (core) read.noteUri(uri, core)
    }
  }

  #embedded(tx: SqlReader, read: Hydration, ids: readonly number[], pairs: Pair[], room: Room): void {
    let shown = ids
    for (let depth = 0; depth < embedDepth && shown.length > 0; depth++) {
      const uris: string[] = []
      const cores: RecordCore[] = []
      for (const id of shown) {
        const core = read.records.get(id)
        if (core?.embedded === undefined) continue
        cores.push(core)
        uris.push(core.embedded)
      }
      if (cores.length === 0) return
      const numbers = this.#refs.records(tx, uris)
      shown = [...numbers.values()]
      this.#records.findIn(tx, shown, read.records, room)
      for (const {embedded = '', actor} of cores) {
        const core = read.records.get(numbers.get(embedded) ?? 0)
        if (!core) continue
        read.noteUri(embedded, core)
        pairs.push([actor, core.actor])
      }
    }
  }

  /** The gates before posts, and before the threads of replies; gives the numbers of the lists that they let in. */
  #gates(tx: SqlReader, read: Hydration): Map<string, number> {
    // Of their own: no post may push out the gate that keeps it away.
    const room = new Room()
    const roots = new Set<number>()
    for (const {root} of read.records.values()) if (root !== null && !read.records.has(root)) roots.add(root)
    this.#records.findIn(tx, roots, read.records, room)
    const gates = new Set<number>()
    for (const {threadgate, postgate} of read.records.values()) {
      if (threadgate !== null) gates.add(threadgate)
      if (postgate !== null) gates.add(postgate)
    }
    const lists = new Set<string>()
    if (gates.size === 0) return new Map()
    this.#records.findIn(tx, gates, read.records, room)
    for (const id of gates) {
      const {allow} = (read.records.get(id)?.record ?? {}) as Partial<JsonOf<Threadgate>>
      for (const rule of allow ?? []) {
        if (rule.$type === 'app.bsky.feed.threadgate#listRule') lists.add((rule as {list: string}).list)
      }
    }
    const numbers = this.#refs.records(tx, lists)
    this.#records.findIn(tx, numbers.values(), read.records, room)
    for (const [uri, id] of numbers) {
      const list = read.records.get(id)
      if (list) read.noteUri(uri, list)
    }
    return numbers
  }

  #viewed(tx: SqlReader, read: Hydration, viewer: ActorCore, gateLists: ReadonlyMap<string, number>): void {
    const told = read.records.size + read.actors.size > 0 ? toldBy(tx, viewer.id) : nothing
    const known = this.#viewers.of(viewer.id)
    read.relations = relationsOf(tx, viewer, told, read.actors, known.follows)
    const marked: number[] = []
    const roots = new Set<number>()
    for (const {id, root, collection} of read.records.values()) {
      if (collection === 'app.bsky.feed.post') roots.add(root ?? id)
      if (!collection.endsWith('gate')) marked.push(id)
    }
    if (marked.length > 0) read.marks = marksOf(tx, viewer, told, marked, known.marks)
    read.mutedThreads = mutedThreads(tx, viewer.id, told, roots)
    const lists = new Set<number>()
    for (const {mutedByList, blockingByList} of read.relations.values()) {
      if (mutedByList !== undefined) lists.add(mutedByList)
      if (blockingByList !== undefined) lists.add(blockingByList)
    }
    if (lists.size > 0) this.#records.findIn(tx, lists, read.records, new Room())
    if (gateLists.size > 0) read.onLists = listsWith(tx, gateLists, viewer.id)
  }
}

/** Accounts of one starter pack that are counted. */
const joinedMax = 20_000
const joinedSql = `
  SELECT j.value, (SELECT count(*) FROM (
    SELECT 1 FROM profile p WHERE p.joinedVia = j.value AND p.sortMs > ?2 LIMIT ${joinedMax})) FROM json_each(?1) j`

const joinedSince = (tx: SqlReader, packs: readonly number[], ms: number): Map<number, number> =>
  new Map(tx.arrays<[number, number]>(joinedSql, JSON.stringify(packs), ms))

const listsWithSql = 'SELECT list FROM list_item WHERE subject = ?2 AND list IN (SELECT value FROM json_each(?1))'

function listsWith(tx: SqlReader, lists: ReadonlyMap<string, number>, subject: number): Set<string> {
  const on = new Set(tx.arrays<[number]>(listsWithSql, JSON.stringify([...lists.values()]), subject).flat())
  return new Set([...lists].filter(([, list]) => on.has(list)).map(([uri]) => uri))
}

/** Replies and what they answer: their authors' blocks come between them. */
function pairReplies(read: Hydration, pairs: Pair[]): void {
  for (const {actor, parent, root} of read.records.values()) {
    if (parent === null || root === null) continue
    const answered = read.records.get(parent)
    const first = read.records.get(root)
    if (answered) pairs.push([actor, answered.actor])
    if (first) pairs.push([actor, first.actor])
  }
}
