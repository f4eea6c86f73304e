/**
 * What services answer at the end of a crowd's run, each answer held against the books: whom the relay lists, and by
 * which collections; what the AppView shows of each account and of each post.
 */
import type {Caller} from '../../caller.ts'
import {canonical, type Json, type JsonRecord} from '../../truth/model.ts'
import type {Crowd, Member} from '../crowd.ts'
import {collections, kinds, postUri, recordOf} from '../records.ts'

/** Differences that are told. */
const toldMax = 5
const actorsMax = 25
const postsMax = 25

/** Pages of a query, to their end. */
async function* pages(
  caller: Caller,
  service: string,
  nsid: string,
  params: Record<string, string>,
): AsyncGenerator<JsonRecord> {
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const answer = await caller.ask(service, nsid, {params: {...params, ...(cursor && {cursor})}})
    if (answer.outcome !== 'done') throw new Error(`${nsid} is refused: ${answer.detail}`)
    yield answer.body
    cursor = answer.body.cursor as string | undefined
  }
}

/** Where the relay believes each repository to be. */
export async function relayList(crowd: Crowd, caller: Caller, relay: string): Promise<string[]> {
  const listed = new Map<string, JsonRecord>()
  for await (const {repos} of pages(caller, relay, 'com.atproto.sync.listRepos', {limit: '1000'})) {
    for (const repo of repos as unknown as JsonRecord[]) listed.set(String(repo.did), repo)
  }
  const found = [...listed.keys()]
    .filter(did => !crowd.byDid.has(did))
    .map(did => `the relay lists ${did}, of which nobody knows`)
  for (const {did, rev, head} of joined(crowd)) {
    const repo = listed.get(did)
    if (repo?.active !== false && repo?.rev === rev && repo?.head === head?.toString()) continue
    found.push(`${did} is at ${rev}, and the relay lists it as ${canonical(repo)}`)
  }
  return found.slice(0, toldMax)
}

/** Who has records of a collection, by the relay's index. */
export async function relayCollections(crowd: Crowd, caller: Caller, relay: string): Promise<string[]> {
  const found: string[] = []
  for (const collection of new Set(collections)) {
    const listed = new Set<string>()
    const params = {collection, limit: '1000'}
    for await (const {repos} of pages(caller, relay, 'com.atproto.sync.listReposByCollection', params)) {
      for (const {did} of repos as unknown as {did: string}[]) listed.add(did)
    }
    for (const {did, book} of joined(crowd)) {
      let has = false
      for (let i = 0; i < book.numbers && !has; i++) has = book.isLive(i) && collections[book.kindOf(i)] === collection
      if (has !== listed.has(did))
        found.push(`${did} has ${has ? '' : 'no '}${collection}, and the relay says otherwise`)
    }
  }
  return found.slice(0, toldMax)
}

/** What an index counts of the crowd, by account and by the number of the post. */
class Counts {
  readonly follows: Uint32Array
  readonly followers: Uint32Array
  readonly posts: Uint32Array
  readonly likes: readonly Uint32Array[]
  readonly reposts: readonly Uint32Array[]
  readonly replies: readonly Uint32Array[]

  constructor(crowd: Crowd) {
    const {members} = crowd
    const each = (): Uint32Array[] => members.map(({book}) => new Uint32Array(book.numbers))
    this.follows = new Uint32Array(members.length)
    this.followers = new Uint32Array(members.length)
    this.posts = new Uint32Array(members.length)
    this.likes = each()
    this.reposts = each()
    this.replies = each()
    for (const {number, book} of members) {
      for (let i = 0; i < book.numbers; i++) {
        if (!book.isLive(i)) continue
        const {kind, subject, subjectNumber} = book.sketch(i, crowd.didOf)
        if (isPost(kind)) this.posts[number]++
        if (kind === kinds.reply) this.replies[subject][subjectNumber]++
        if (kind === kinds.like) this.likes[subject][subjectNumber]++
        if (kind === kinds.repost) this.reposts[subject][subjectNumber]++
        if (kind === kinds.follow) {
          this.follows[number]++
          this.followers[subject]++
        }
      }
    }
  }
}

const isPost = (kind: number): boolean => kind === kinds.post || kind === kinds.reply
const joined = ({members, joined: count}: Crowd): readonly Member[] => members.slice(0, count)

/** What the AppView shows of every account and of every post. */
export async function appviewIndex(crowd: Crowd, caller: Caller, appview: string): Promise<string[]> {
  const counts = new Counts(crowd)
  const found: string[] = []
  const members = joined(crowd)
  for (let start = 0; start < members.length && found.length < toldMax; start += actorsMax) {
    found.push(...(await profiles(crowd, counts, members.slice(start, start + actorsMax), caller, appview)))
  }
  let uris: {uri: string; member: Member; number: number}[] = []
  for (const member of members) {
    const {book, did} = member
    for (let number = 0; number < book.numbers; number++) {
      if (!book.isLive(number) || !isPost(book.kindOf(number))) continue
      uris.push({uri: postUri(did, member.number, number), member, number})
      if (uris.length < postsMax) continue
      found.push(...(await posts(crowd, counts, uris, caller, appview)))
      if (found.length >= toldMax) return found.slice(0, toldMax)
      uris = []
    }
  }
  if (uris.length > 0) found.push(...(await posts(crowd, counts, uris, caller, appview)))
  return found.slice(0, toldMax)
}

async function profiles(
  crowd: Crowd,
  counts: Counts,
  members: readonly Member[],
  caller: Caller,
  appview: string,
): Promise<string[]> {
  const params = {actors: members.map(({did}) => did)}
  const answer = await caller.ask(appview, 'app.bsky.actor.getProfiles', {params})
  if (answer.outcome !== 'done') return [`the AppView shows no profiles: ${answer.detail}`]
  const shown = new Map((answer.body.profiles as unknown as JsonRecord[]).map(view => [String(view.did), view]))
  return members.flatMap(({did, handle, number, book}) => {
    const view = shown.get(did)
    const is = view && {
      handle: view.handle,
      displayName: view.displayName,
      posts: view.postsCount ?? 0,
      follows: view.followsCount ?? 0,
      followers: view.followersCount ?? 0,
    }
    const {displayName} = recordOf(book.sketch(0, crowd.didOf))
    const {posts, follows, followers} = counts
    const wanted = {
      handle,
      displayName: displayName as string,
      posts: posts[number],
      follows: follows[number],
      followers: followers[number],
    }
    return canonical(is) === canonical(wanted)
      ? []
      : [`${did} is shown as ${canonical(is)} and is ${canonical(wanted)}`]
  })
}

async function posts(
  crowd: Crowd,
  counts: Counts,
  some: readonly {uri: string; member: Member; number: number}[],
  caller: Caller,
  appview: string,
): Promise<string[]> {
  const params = {uris: some.map(({uri}) => uri)}
  const answer = await caller.ask(appview, 'app.bsky.feed.getPosts', {params})
  if (answer.outcome !== 'done') return [`the AppView shows no posts: ${answer.detail}`]
  const shown = new Map((answer.body.posts as unknown as JsonRecord[]).map(post => [String(post.uri), post]))
  return some.flatMap(({uri, member, number}) => {
    const view = shown.get(uri)
    const is = view && {
      record: view.record,
      likes: view.likeCount ?? 0,
      reposts: view.repostCount ?? 0,
      replies: view.replyCount ?? 0,
    }
    const wanted = {
      record: recordOf(member.book.sketch(number, crowd.didOf)) as unknown as Json,
      likes: counts.likes[member.number][number],
      reposts: counts.reposts[member.number][number],
      replies: counts.replies[member.number][number],
    }
    return canonical(is) === canonical(wanted)
      ? []
      : [`${uri} is shown as ${canonical(is)} and is ${canonical(wanted)}`]
  })
}
