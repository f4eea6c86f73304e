/**
 * A few people who write, like and follow, and what feeds make of that: events go through the view and the store of a feed
 * service, and pages come from its skeletons; only what other servers would be asked for is given by hand. The clock stands
 * unless it is told to go on.
 */
import type {TestContext} from 'node:test'
import type {Value} from '../src/atp/data/value.ts'
import type {AtUri} from '../src/atp/syntax/at-uri.ts'
import {datetimeOf} from '../src/atp/syntax/datetime.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import {openSql} from '../src/engines/open.ts'
import type {Feed, FeedPage} from '../src/sdk/feed/feed.ts'
import {ListedFeeds} from '../src/services/feeds/feed.ts'
import {Lists} from '../src/services/feeds/graph/lists.ts'
import {PostView} from '../src/services/feeds/index/post-view.ts'
import {KeptPosts} from '../src/services/feeds/skeletons/feed-posts.ts'
import {Rankings} from '../src/services/feeds/skeletons/rankings.ts'
import {Skeletons} from '../src/services/feeds/skeletons/skeletons.ts'
import {SqlitePostStore} from '../src/services/feeds/store/post-store.sqlite.ts'
import {feedsMigrations} from '../src/services/feeds/store/schema.ts'
import {silentLog} from '../src/std/log.ts'
import type {StreamEvent} from '../src/stream/verified-events.ts'
import {Author} from './index-events.ts'

export const startMs = Date.parse('2026-06-01T12:00:00Z')
export const relay = 'https://relay.example.com'
const did = 'did:web:feeds.test' as Did
const anyCid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'

interface PostOptions {
  /** How long ago it was written. */
  readonly hoursAgo?: number
  readonly likes?: number
  readonly replyTo?: AtUri
  readonly label?: string
  readonly more?: Readonly<Record<string, Value>>
}

export class FeedTown {
  nowMs = startMs
  readonly sql = openSql('memory:', {migrations: feedsMigrations})
  readonly store = new SqlitePostStore(this.sql)
  readonly set = new ListedFeeds([], (_, error) => {
    throw error
  })
  readonly #authors = new Map<string, Author>()
  readonly #texts = new Map<string, string>()
  /** By viewer, those whom it followed before the stream began, and who of them followed it back. */
  readonly #before = new Map<Did, {follows: Did[]; back: Did[]}>()
  /** The lists of starter packs, by record key. */
  readonly packs = new Map<string, AtUri>()
  readonly #items = new Map<string, {rkey: string; value: object}[]>()
  readonly view: PostView
  readonly lists: Lists
  readonly skeletons: Skeletons
  #count = 0
  #seq = 0

  constructor(context: TestContext, keptMs = 48 * 3_600_000) {
    context.after(() => this.sql.close())
    const world = {now: () => this.nowMs, sleep: () => new Promise<void>(() => {})}
    const records = {
      list: async (owner: Did) => this.#items.get(owner) ?? [],
      get: async (_: Did, __: string, rkey: string) => ({list: this.packs.get(rkey)}),
    }
    this.lists = new Lists({records, world, log: silentLog})
    this.view = new PostView({store: this.store, sets: [this.set], graph: [this.lists], world, keptMs})
    const {store, lists} = this
    const rankings = new Rankings(store, world.now)
    const know = async (viewer: Did, withFollowers: boolean): Promise<void> => {
      if ((await store.see(viewer, this.nowMs)) !== undefined) return
      const {follows = [], back = []} = this.#before.get(viewer) ?? {}
      const keyed = (dids: Did[]) => dids.map((subject, at) => ({subject, rkey: this.of('key').rkey(at)}))
      await store.setFollows(viewer, keyed(follows), this.nowMs)
      if (withFollowers) await store.addFollowers(viewer, keyed(back))
    }
    this.skeletons = new Skeletons({
      sets: [this.set],
      did,
      owner: undefined,
      postsFor: (key, viewer) => new KeptPosts({store, rankings, now: world.now, know, lists}, key, viewer),
      version: () => this.sql.version,
      now: world.now,
      onFault: () => {},
    })
  }

  of(name: string): Author {
    const known = this.#authors.get(name)
    if (known) return known
    const author = new Author(name.length === 24 ? `did:plc:${name}` : `did:web:${name}.test`)
    this.#authors.set(name, author)
    return author
  }

  did = (name: string): Did => this.of(name).did

  /** These feeds in place of those before. */
  offer(...feeds: readonly Feed[]): void {
    this.set.replace(feeds.map(feed => ({feed, owner: undefined})))
  }

  async apply(...events: readonly StreamEvent[]): Promise<void> {
    const numbered = events.map(event => ({...event, seq: ++this.#seq, ...this.#time(event)}) as StreamEvent)
    await this.view.apply(relay, numbered, this.#seq)
  }

  /** Getters of a commit do not survive a spread. */
  #time(event: StreamEvent): object {
    const time = datetimeOf(this.nowMs)
    return event.t === '#commit' ? {time, carried: event.carried} : {time}
  }

  async put(name: string, collection: string, record: Readonly<Record<string, Value>>): Promise<AtUri> {
    const {event, uri} = this.written(name, collection, record)
    await this.apply(event)
    return uri
  }

  /** An event that writes a record, which is to be applied yet. */
  written(name: string, collection: string, record: Readonly<Record<string, Value>>) {
    const author = this.of(name)
    const rkey = author.rkey(++this.#count)
    const createdAt = datetimeOf(this.nowMs)
    const event = author.commit({[`${collection}/${rkey}`]: {$type: collection, createdAt, ...record}})
    return {event, uri: `at://${author.did}/${collection}/${rkey}` as AtUri}
  }

  /** Its URI. Pages tell of it by its text. */
  async post(name: string, text: string, options: PostOptions = {}): Promise<AtUri> {
    const {hoursAgo = 0, likes = 0, replyTo, label, more} = options
    const ref = replyTo && {uri: replyTo, cid: anyCid}
    const uri = await this.put(name, 'app.bsky.feed.post', {
      text,
      createdAt: datetimeOf(this.nowMs - hoursAgo * 3_600_000),
      ...(ref && {reply: {root: ref, parent: ref}}),
      ...(label && {labels: {$type: 'com.atproto.label.defs#selfLabels', values: [{val: label}]}}),
      ...more,
    })
    this.#texts.set(uri, text)
    const like = {subject: {uri, cid: anyCid}}
    const all = Array.from({length: likes}, (_, n) => this.written(`fan${n}`, 'app.bsky.feed.like', like).event)
    await this.apply(...all)
    return uri
  }

  like = (name: string, uri: AtUri): Promise<AtUri> =>
    this.put(name, 'app.bsky.feed.like', {subject: {uri, cid: anyCid}})

  follow = (name: string, whom: string): Promise<AtUri> =>
    this.put(name, 'app.bsky.graph.follow', {subject: this.did(whom)})

  async remove(uri: AtUri): Promise<void> {
    const [, , owner, ...path] = uri.split('/')
    const author = [...this.#authors.values()].find(one => one.did === owner)!
    await this.apply(author.commit({[path.join('/')]: null}))
  }

  /** Before the stream begins. */
  followed(name: string, follows: readonly string[], back: readonly string[] = []): void {
    this.#before.set(this.did(name), {follows: follows.map(this.did), back: back.map(this.did)})
  }

  /** A list with these members, before the stream begins. */
  list(owner: string, members: readonly string[]): AtUri {
    const uri = `at://${this.did(owner)}/app.bsky.graph.list/list` as AtUri
    const items = members.map((name, at) => ({
      rkey: this.of(owner).rkey(at),
      value: {list: uri, subject: this.did(name)},
    }))
    this.#items.set(this.did(owner), items)
    return uri
  }

  textOf = (uri: string): string => this.#texts.get(uri) ?? uri

  async page(name: string, options: {viewer?: string; limit?: number; cursor?: string} = {}): Promise<FeedPage> {
    const {viewer, limit = 50, cursor} = options
    const found = this.skeletons.find(did, name)!
    const asked = {viewer: viewer === undefined ? undefined : this.did(viewer), limit, cursor, languages: []}
    return JSON.parse(await this.skeletons.page(found, asked)) as FeedPage
  }

  /** The texts of the first page of a feed. */
  async shows(name: string, viewer?: string): Promise<string[]> {
    return (await this.page(name, {viewer})).feed.map(({post}) => this.textOf(post))
  }
}
