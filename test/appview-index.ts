/**
 * An AppView in memory without its loops: the real index, which takes records as a firehose would bring them, and the
 * real methods, which are asked through the router. Who asks is told plainly; tokens are another matter.
 */
import type {Value} from '../src/atp/data/value.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import type {Handle} from '../src/atp/syntax/handle.ts'
import {openSql} from '../src/engines/open.ts'
import {appviewEndpoints} from '../src/services/appview/api/index.ts'
import type {Callers} from '../src/services/appview/callers.ts'
import type {StreamEvent} from '../src/stream/verified-events.ts'
import {appviewMigrations} from '../src/services/appview/store/schema.ts'
import {sqliteAppViewStores} from '../src/services/appview/store/stores.sqlite.ts'
import {imageUrls} from '../src/services/appview/views/image-urls.ts'
import {failed} from '../src/sdk/did-lookup.ts'
import {Client} from '../src/xrpc/client.ts'
import {XrpcError} from '../src/xrpc/errors.ts'
import {Router} from '../src/xrpc/router.ts'
import {Author} from './index-events.ts'

const relay = 'https://relay.example.com'
const createdAt = '2025-01-01T00:00:00.000Z'
const startMs = Date.parse('2026-06-01T00:00:00Z')

/** A handle of nobody in the index. */
const elsewhere = (handle: string) =>
  handle === 'dave.example.com' ? ({ok: true, value: 'did:web:dave.test' as Did} as const) : failed('not-found', handle)

const caller = async (request: Request) => {
  const did = request.headers.get('x-viewer')
  return did ? {did: did as Did} : undefined
}

/** Alice, Bob and Carol have a profile and a handle each. The clock goes on by a second whenever it is looked at. */
export async function openIndex() {
  let nowMs = startMs
  /** What every feed's own service answers. */
  const feed: {items: readonly {post: string}[]} = {items: []}
  const world = {now: () => (nowMs += 1000)}
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const stores = sqliteAppViewStores(sql, {world, images: imageUrls('https://appview.test')})
  const store = stores.index
  const endpoints = appviewEndpoints({
    hydrator: stores.hydration,
    skeletons: stores.skeletons,
    search: stores.search,
    state: stores.private,
    feedServices: {endpointOf: async () => 'https://feed.test', skeleton: async () => ({feed: feed.items})} as never,
    identities: {handleDid: async handle => elsewhere(handle)},
  })
  const viewer = async (request: Request) => {
    const found = await caller(request)
    if (!found) throw new XrpcError('AuthMissing', 'Authentication Required')
    return found
  }
  const router = new Router<Callers>({endpoints, auth: {viewer, anyone: caller, feed: caller}})
  const people = ['alice', 'bob', 'carol'].map(name => new Author(`did:web:${name}.test`))
  let [seq, count] = [0, 0]
  /** Applies events in one act, whatever their own numbers. */
  const apply = (...events: StreamEvent[]) =>
    store.apply(
      relay,
      events.map(event => (event.t === '#info' ? event : {...event, seq: ++seq})),
      seq,
    )
  /** Writes a record of `app.bsky.<type>`, or of a whole type with dots in plenty, and gives its URI. */
  const put = async (author: Author, type: string, record: Record<string, Value>, rkey = author.rkey(++count)) => {
    const collection = type.split('.').length > 2 ? type : `app.bsky.${type}`
    await apply(author.commit({[`${collection}/${rkey}`]: {$type: collection, createdAt, ...record}}))
    return `at://${author.did}/${collection}/${rkey}`
  }
  const remove = (author: Author, uri: string) => apply(author.commit({[uri.split('/').slice(3).join('/')]: null}))
  for (const author of people) {
    const name = author.did.slice(8, -5)
    await put(author, 'actor.profile', {displayName: name.toUpperCase()}, 'self')
    await store.setHandle(author.did, `${name}.example.com` as Handle, nowMs)
  }
  /** A client that checks what it is answered. */
  const as = (author?: Author) =>
    new Client({
      service: 'https://appview.test',
      fetch: request => router.fetch(request),
      headers: author ? {'x-viewer': author.did} : {},
    })
  return {
    people,
    feed,
    sql,
    store,
    router,
    endpoints,
    apply,
    put,
    remove,
    as,
    [Symbol.asyncDispose]: () => sql.close(),
  }
}
