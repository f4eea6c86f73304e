/**
 * Holds what each service gives out against the model: the repositories of the PDSes, the relay's list and its stream,
 * Jetstream's stream, what a Tap has told, the counts and texts of the AppView. Each check gives the differences that it
 * finds, as sentences.
 */
import {readRepoFrame} from '#atp/sync/verify.ts'
import type {Caller} from '../caller.ts'
import {addresses, type PdsName} from '../house.ts'
import {canonical, type Account, type Json, type JsonRecord, type Model} from './model.ts'

/** Differences that are told; more are counted. */
const toldMax = 5

/** Looks again and again, as the services come together; what cannot change any more is looked at once. */
export class Comparison {
  readonly #model: Model
  readonly #caller: Caller
  readonly #tap: TapFold | undefined
  #repositoriesAgree = false

  constructor(model: Model, caller: Caller, hasTap: boolean) {
    this.#model = model
    this.#caller = caller
    this.#tap = hasTap ? new TapFold() : undefined
  }

  /** What differs now; empty when nothing does. */
  async differences(): Promise<string[]> {
    const settled = this.#repositoriesAgree ? [] : [repositories]
    const tap = this.#tap ? [this.#tap.differences] : []
    for (const check of [...settled, relayList, index, relayStream, jetstreamStream, ...tap]) {
      const found = await check(this.#model, this.#caller)
      if (check === repositories) this.#repositoriesAgree = found.length === 0
      if (found.length === 0) continue
      const more = found.length - toldMax
      return [...found.slice(0, toldMax), ...(more > 0 ? [`and ${more} more`] : [])]
    }
    return []
  }
}

/** Every record that its PDS has, and none that it has not. */
async function repositories(model: Model, caller: Caller): Promise<string[]> {
  const found: string[] = []
  for (const account of model.present()) {
    const service = addresses[account.pds as PdsName]
    const collections = new Set([...account.records.keys()].map(path => path.slice(0, path.indexOf('/'))))
    const described = await caller.ask(service, 'com.atproto.repo.describeRepo', {params: {repo: account.did}})
    const named = described.outcome === 'done' ? (described.body.collections as string[]) : []
    if (named.toSorted().join() !== [...collections].toSorted().join()) {
      found.push(`${account.did} has ${named.join()} at its PDS and not ${[...collections].join()}`)
    }
    for (const collection of collections) {
      const records = new Map<string, JsonRecord>()
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const params = {repo: account.did, collection, limit: '100', ...(cursor && {cursor})}
        const page = await caller.ask(service, 'com.atproto.repo.listRecords', {params})
        const listed =
          page.outcome === 'done' ? (page.body.records as unknown as {uri: string; value: JsonRecord}[]) : []
        for (const {uri, value} of listed) records.set(uri.slice(`at://${account.did}/`.length), value)
        cursor = page.outcome === 'done' && listed.length > 0 ? (page.body.cursor as string | undefined) : undefined
      }
      const expected = [...account.records].filter(([path]) => path.startsWith(`${collection}/`))
      found.push(...recordDifferences(`${account.did} at its PDS`, new Map(expected), records))
    }
  }
  return found
}

function recordDifferences(
  where: string,
  expected: ReadonlyMap<string, JsonRecord>,
  records: ReadonlyMap<string, JsonRecord>,
): string[] {
  const found: string[] = []
  for (const [path, record] of expected) {
    const other = records.get(path)
    if (canonical(other) !== canonical(record))
      found.push(`${path} of ${where} is ${canonical(other)} and not ${canonical(record)}`)
  }
  for (const path of records.keys()) if (!expected.has(path)) found.push(`${path} of ${where} should not be there`)
  return found
}

/** Where the relay believes each repository to be. */
async function relayList(model: Model, caller: Caller): Promise<string[]> {
  const found: string[] = []
  const listed = new Map<string, JsonRecord>()
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const params = {limit: '500', ...(cursor && {cursor})}
    const page = await caller.ask(addresses.relay, 'com.atproto.sync.listRepos', {params})
    if (page.outcome !== 'done') return [`the relay does not list its repositories: ${page.detail}`]
    for (const repo of page.body.repos as unknown as JsonRecord[]) listed.set(String(repo.did), repo)
    cursor = page.body.cursor as string | undefined
  }
  for (const account of model.accounts.values()) {
    const repo = listed.get(account.did)
    const isActive = account.status === 'active'
    if (!repo) {
      if (account.status !== 'deleted') found.push(`the relay does not know ${account.did}`)
    } else if ((repo.active !== false) !== isActive) {
      found.push(`${account.did} is ${account.status}, and the relay lists it as ${canonical(repo)}`)
    } else if (isActive && (repo.head !== account.head || repo.rev !== account.rev)) {
      found.push(`${account.did} is at ${account.rev}, and the relay lists it at ${String(repo.rev)}`)
    }
  }
  return found
}

/** What the AppView shows of each account and each post. */
async function index(model: Model, caller: Caller): Promise<string[]> {
  const found: string[] = []
  const profiles = model.profileCounts()
  for (const account of model.present()) {
    const {did} = account
    const answer = await caller.ask(addresses.appview, 'app.bsky.actor.getProfile', {params: {actor: did}})
    if (answer.outcome !== 'done') {
      found.push(`the AppView does not show ${did}: ${answer.detail}`)
      continue
    }
    const {posts, follows, followers} = profiles.get(did) ?? {posts: 0, follows: 0, followers: 0}
    const {handle, displayName, postsCount, followsCount, followersCount} = answer.body
    const own = account.records.get('app.bsky.actor.profile/self')
    const expected = {handle: account.handle, displayName: own?.displayName ?? null, posts, follows, followers}
    const shown = {
      handle,
      displayName: displayName || null,
      posts: postsCount ?? 0,
      follows: followsCount ?? 0,
      followers: followersCount ?? 0,
    }
    if (canonical(shown) !== canonical(expected)) {
      found.push(`${did} is shown as ${canonical(shown)} and is ${canonical(expected)}`)
    }
  }
  const counts = model.postCounts()
  const uris = model
    .present()
    .flatMap(({did, records}) => [...records.keys()].filter(isPost).map(path => `at://${did}/${path}`))
  for (let start = 0; start < uris.length; start += postsMax) {
    const some = uris.slice(start, start + postsMax)
    const answer = await caller.ask(addresses.appview, 'app.bsky.feed.getPosts', {params: {uris: some}})
    if (answer.outcome !== 'done') return [`the AppView shows no posts: ${answer.detail}`]
    const shown = new Map((answer.body.posts as unknown as JsonRecord[]).map(post => [String(post.uri), post]))
    for (const uri of some) {
      const view = shown.get(uri)
      const record = recordAt(model, uri)
      const {likes, reposts, replies} = counts.get(uri) ?? {likes: 0, reposts: 0, replies: 0}
      const is = view && {
        record: view.record,
        likes: view.likeCount ?? 0,
        reposts: view.repostCount ?? 0,
        replies: view.replyCount ?? 0,
      }
      const expected = {record: record as Json, likes, reposts, replies}
      if (canonical(is) !== canonical(expected)) {
        found.push(`${uri} is shown as ${canonical(is)} and is ${canonical(expected)}`)
      }
    }
  }
  return found
}

const postsMax = 25
const isPost = (path: string): boolean => path.startsWith('app.bsky.feed.post/')

function recordAt(model: Model, uri: string): JsonRecord | undefined {
  const [did, path] = [uri.split('/')[2], uri.split('/').slice(3).join('/')]
  return model.accounts.get(did)?.records.get(path)
}

/** Every commit once and in order, by its revision. */
async function relayStream(model: Model, caller: Caller): Promise<string[]> {
  const url = `${addresses.relay.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=0`
  const frames = await caller.listen(url, 4_000)
  if (!frames) return ['the stream of the relay broke']
  const found: string[] = []
  const revs = new Map<string, string[]>()
  let lastSeq = 0
  for (const frame of frames) {
    const read = typeof frame === 'string' ? undefined : readRepoFrame(frame)
    if (!read?.ok || !read.event || read.event.t === '#info') {
      found.push(`a frame of the relay is no event: ${JSON.stringify(read)}`)
      continue
    }
    const {event} = read
    if (event.seq <= lastSeq) found.push(`the relay tells the event ${event.seq} after ${lastSeq}`)
    lastSeq = event.seq
    if (event.t === '#commit') revs.set(event.did, [...(revs.get(event.did) ?? []), event.rev])
  }
  for (const account of model.accounts.values()) {
    const told = revs.get(account.did) ?? []
    const made = account.commits.map(({rev}) => rev)
    found.push(...orderDifferences(`commits of ${account.did} at the relay`, account, made, told))
  }
  return found
}

/** Every change of a record once and in order, with its content. */
async function jetstreamStream(model: Model, caller: Caller): Promise<string[]> {
  const messages = await caller.listen(`${addresses.jetstream.replace('http', 'ws')}/subscribe?cursor=1`, 4_000)
  if (!messages) return ['the stream of the Jetstream broke']
  const found: string[] = []
  const changes = new Map<string, string[]>()
  const standing = new Map<string, boolean>()
  let lastMicros = 0
  for (const message of messages) {
    const event = JSON.parse(String(message)) as Told
    if (event.time_us <= lastMicros) found.push(`the Jetstream tells ${event.time_us} after ${lastMicros}`)
    lastMicros = event.time_us
    if (event.kind === 'account') standing.set(event.did, event.account.active)
    if (event.kind !== 'commit') continue
    const {rev, operation, collection, rkey, record} = event.commit
    const told = changes.get(event.did) ?? []
    told.push(`${rev} ${operation} ${collection}/${rkey} ${canonical(record)}`)
    changes.set(event.did, told)
  }
  for (const account of model.accounts.values()) {
    const made = account.commits.flatMap(({rev, ops}) =>
      ops.map(({action, path, record}) => `${rev} ${action} ${path} ${canonical(record)}`),
    )
    found.push(
      ...orderDifferences(`changes of ${account.did} at the Jetstream`, account, made, changes.get(account.did) ?? []),
    )
    const isActive = account.status === 'active'
    if (standing.has(account.did) && standing.get(account.did) !== isActive) {
      found.push(`${account.did} is ${account.status}, and the Jetstream has told otherwise`)
    }
  }
  return found
}

interface Told {
  readonly did: string
  readonly time_us: number
  readonly kind: 'commit' | 'account' | 'identity'
  readonly account: {readonly active: boolean}
  readonly commit: {
    readonly rev: string
    readonly operation: string
    readonly collection: string
    readonly rkey: string
    readonly record?: JsonRecord
  }
}

/**
 * `told` against `made`: the same, where the account is exact. Where something was forgotten since, or came with a leap,
 * there may be more and less of it; but what is of both stands in the same order, and nothing comes twice.
 */
function orderDifferences(
  what: string,
  {isExact}: Account,
  made: readonly string[],
  told: readonly string[],
): string[] {
  if (isExact) {
    const at = Array.from({length: Math.max(made.length, told.length)}, (_, i) => i).find(i => made[i] !== told[i])
    return at === undefined
      ? []
      : [`of the ${what}, ${at} of ${made.length}, "${told[at]}" was told in the place of "${made[at]}"`]
  }
  const places = new Map(made.map((one, i) => [one, i]))
  let last = -1
  for (const one of told) {
    const place = places.get(one)
    if (place === undefined) continue
    if (place <= last) return [`of the ${what}, "${one}" was told too late, or twice`]
    last = place
  }
  return []
}

interface ToldByTap {
  readonly record?: {
    readonly live: boolean
    readonly did: string
    readonly rev: string
    readonly collection: string
    readonly rkey: string
    readonly action: 'create' | 'update' | 'delete'
    readonly record?: JsonRecord
  }
}

/** What comes of all that a Tap tells. It tells each thing to one connection only, so that this is kept from look to look. */
class TapFold {
  readonly #records = new Map<string, Map<string, JsonRecord>>()
  readonly #revs = new Map<string, string>()
  /** What nothing that comes later makes right. */
  readonly #disorder: string[] = []

  readonly differences = async (model: Model, caller: Caller): Promise<string[]> => {
    const messages = await caller.listen(`${addresses.tap.replace('http', 'ws')}/channel`, 4_000)
    if (!messages) return ['the channel of the Tap broke']
    for (const message of messages) {
      const {record: told} = JSON.parse(String(message)) as ToldByTap
      if (!told) continue
      const {did, rev, live, action, collection, rkey, record = {}} = told
      if (live && rev < (this.#revs.get(did) ?? '')) {
        this.#disorder.push(`the Tap tells ${rev} of ${did} after ${this.#revs.get(did)}`)
      }
      this.#revs.set(did, rev)
      const records = this.#records.get(did) ?? new Map<string, JsonRecord>()
      this.#records.set(did, records)
      if (action === 'delete') records.delete(`${collection}/${rkey}`)
      else records.set(`${collection}/${rkey}`, record)
    }
    const found = [...this.#disorder]
    for (const {did, status, records} of model.present()) {
      if (status !== 'active') continue
      found.push(...recordDifferences(`${did} at the Tap`, records, this.#records.get(did) ?? new Map()))
    }
    return found
  }
}
