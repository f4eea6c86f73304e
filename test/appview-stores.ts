/**
 * An index in the stores of an AppView, filled and asked through the seams alone, so that the contracts of the stores say
 * the same of every engine. Alice, Bob and Carol write records; the clock stands unless it is told to go on.
 */
import type {TestContext} from 'node:test'
import type {Value} from '../src/atp/data/value.ts'
import {datetimeOf} from '../src/atp/syntax/datetime.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import type {Handle} from '../src/atp/syntax/handle.ts'
import {parseAtUri} from '../src/atp/syntax/at-uri.ts'
import type {ActorCore} from '../src/services/appview/hydration/actor-core.ts'
import type {RecordCore} from '../src/services/appview/hydration/record-core.ts'
import type {RecordLink} from '../src/services/appview/index/record-indexer.ts'
import type {Position} from '../src/services/appview/store/position.ts'
import type {AppViewStores} from '../src/services/appview/store/stores.ts'
import type {StreamEvent} from '../src/stream/verified-events.ts'
import {Author} from './index-events.ts'

export const relay = 'https://relay.example.com'
export const startMs = Date.parse('2026-06-01T00:00:00Z')
export const newest: Position = {ms: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER}
export const anyCid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
export const ref = (uri: string) => ({uri, cid: anyCid})

interface Opened {
  readonly stores: AppViewStores
  /** Stores on the same database as another process has them, which is not told of what these write. */
  readonly beside: AppViewStores
}
/** Opens empty stores, which are closed when the test ends. */
export type OpenAppViewStores = (context: TestContext, world: {now(): number}) => Promise<Opened>

type Fields = Readonly<Record<string, Value>>

export async function fill(open: OpenAppViewStores, context: TestContext) {
  let nowMs = startMs
  let [seq, count] = [0, 0]
  const {stores, beside} = await open(context, {now: () => nowMs})
  const {index, hydration} = stores
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => new Author(`did:web:${name}.test`))
  const apply = (...events: StreamEvent[]) =>
    index.apply(
      relay,
      events.map(event => (event.t === '#info' ? event : {...event, seq: ++seq})),
      seq,
    )
  /** Writes a record of `app.bsky.<type>`, a minute after the last one unless it says when, and gives its URI. */
  async function put(author: Author, type: string, record: Fields, rkey = author.rkey(count + 1)): Promise<string> {
    const collection = `app.bsky.${type}`
    const createdAt = new Date(Date.parse('2025-01-01T00:00:00Z') + ++count * 60_000).toISOString()
    await apply(author.commit({[`${collection}/${rkey}`]: {$type: collection, createdAt, ...record}}))
    return `at://${author.did}/${collection}/${rkey}`
  }
  const actorId = async (name: string): Promise<number> => (await hydration.actorId(name)) ?? 0
  const recordId = async (uri: string): Promise<number> => (await hydration.recordIds([uri])).get(uri) ?? 0
  return {
    stores,
    beside,
    alice,
    bob,
    carol,
    apply,
    put,
    actorId,
    recordId,
    wait: (ms: number): void => void (nowMs += ms),
    remove: (author: Author, uri: string) => apply(author.commit({[uri.split('/').slice(3).join('/')]: null})),
    post: (author: Author, text = 'hello', more: Fields = {}) => put(author, 'feed.post', {text, ...more}),
    reply: (author: Author, root: string, parent = root) =>
      put(author, 'feed.post', {text: 'yes', reply: {root: ref(root), parent: ref(parent)}}),
    quote: (author: Author, uri: string) =>
      put(author, 'feed.post', {text: 'look', embed: {$type: 'app.bsky.embed.record', record: ref(uri)}}),
    like: (author: Author, uri: string) => put(author, 'feed.like', {subject: ref(uri)}),
    repost: (author: Author, uri: string) => put(author, 'feed.repost', {subject: ref(uri)}),
    follow: (author: Author, subject: Author) => put(author, 'graph.follow', {subject: subject.did}),
    block: (author: Author, subject: Author) => put(author, 'graph.block', {subject: subject.did}),
    list: (author: Author, purpose = 'curatelist') =>
      put(author, 'graph.list', {name: 'some', purpose: `app.bsky.graph.defs#${purpose}`}),
    listed: (author: Author, list: string, subject: Author) =>
      put(author, 'graph.listitem', {list, subject: subject.did}),
    profile: (author: Author, fields: Fields) => put(author, 'actor.profile', fields, 'self'),
    handle: (author: Author, handle: string | null) =>
      index.setHandle(author.did, handle as Handle | null, nowMs + 86_400_000),
    account: (author: Author, active: boolean, status?: string): StreamEvent => ({
      t: '#account',
      seq: 0,
      did: author.did,
      time: datetimeOf(nowMs),
      active,
      ...(status === undefined ? {} : {status}),
    }),
    /** A record as everyone sees it; `undefined` when there is none. */
    async record(uri: string, from: AppViewStores = stores): Promise<RecordCore | undefined> {
      const id = await recordId(uri)
      return (await from.hydration.hydrate(undefined, {records: [id]})).records.get(id)
    },
    async actor(author: Author, from: AppViewStores = stores): Promise<ActorCore | undefined> {
      const id = await actorId(author.did)
      return (await from.hydration.hydrate(undefined, {actors: [id]})).actors.get(id)
    },
    /** What an account is told: why, and by whom, the newest first. */
    async told(author: Author, reasons: readonly string[] = []): Promise<string[]> {
      const rows = await stores.skeletons.notifications(await actorId(author.did), reasons, newest, 100)
      const {records} = await hydration.hydrate(undefined, {records: rows.map(({id}) => id)})
      return rows.map(({id, reason}) => `${reason} ${records.get(id)?.did.slice('did:web:'.length, -'.test'.length)}`)
    },
    /** The URIs of records by their numbers. */
    async uris(ids: readonly number[]): Promise<(string | undefined)[]> {
      const {records} = await hydration.hydrate(undefined, {records: ids})
      return ids.map(id => records.get(id)?.uri)
    },
  }
}

export type Filled = Awaited<ReturnType<typeof fill>>

/** The record behind a URI that has one. */
export function linkOf(uri: string): RecordLink {
  const {authority, collection = '', rkey = ''} = parseAtUri(uri as never)
  return {did: authority as Did, collection, rkey}
}
