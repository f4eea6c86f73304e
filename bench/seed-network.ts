/**
 * People and their records, written over XRPC into any network, ours or the official one, so that both hold the same
 * when they are measured: each follows some others, posts, answers and likes.
 */
import {mapConcurrent} from '#std/waiting/async.ts'
import type {Servers} from './servers.ts'

export interface Person {
  did: string
  handle: string
  accessJwt: string
  posts: {uri: string; cid: string}[]
}

export interface Amounts {
  people: number
  follows: number
  /** Half of them answers. */
  posts: number
  likes: number
}

/** The amounts of the reference measurements: 32,200 records. */
export const smallTown: Amounts = {people: 200, follows: 40, posts: 20, likes: 100}

const writesPerCall = 100
const callers = 8

/** A JSON call; `token` as its bearer. Throws with what the server answered. */
export async function call<T>(base: string, nsid: string, token?: string, body?: object): Promise<T> {
  const response = await fetch(`${base}/xrpc/${nsid}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token !== undefined && {authorization: `Bearer ${token}`}),
      ...(body && {'content-type': 'application/json'}),
    },
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${nsid}: ${response.status} ${text}`)
  return JSON.parse(text) as T
}

type Write = [collection: string, value: object]

/** Fills a network. The same people do the same in each: chance comes from a seed. */
export async function seedNetwork({pds}: Pick<Servers, 'pds'>, amounts: Amounts): Promise<Person[]> {
  const chance = chanceFrom(1)
  const start = Date.now() - 86_400_000
  let made = 0
  const createdAt = (): string => new Date(start + made++ * 1000).toISOString()
  const others = Array.from({length: amounts.people}, (_, i) => i)
  const people = await mapConcurrent(others, 4, async i => {
    const handle = `person${i}.test`
    const account = await call<Omit<Person, 'posts'>>(pds, 'com.atproto.server.createAccount', undefined, {
      handle,
      email: `${handle}@example.com`,
      password: 'a long enough password',
    })
    return {...account, posts: []} as Person
  })
  const write = async (person: Person, writes: Write[]): Promise<Person['posts']> => {
    const written: Person['posts'] = []
    for (let i = 0; i < writes.length; i += writesPerCall) {
      const {results} = await call<{results: Person['posts']}>(pds, 'com.atproto.repo.applyWrites', person.accessJwt, {
        repo: person.did,
        writes: writes.slice(i, i + writesPerCall).map(([collection, value]) => ({
          $type: 'com.atproto.repo.applyWrites#create',
          collection,
          value: {$type: collection, ...value, createdAt: createdAt()},
        })),
      })
      written.push(...results.map(({uri, cid}) => ({uri, cid})))
    }
    return written
  }
  const some = <T>(from: readonly T[], count: number): T[] => {
    const picked = new Set<T>()
    while (picked.size < Math.min(count, from.length)) picked.add(from[Math.floor(chance() * from.length)])
    return [...picked]
  }
  const say = (n: number): string => `Post ${n}: ${words.filter(() => chance() < 0.4).join(' ')}`

  const first = Math.ceil(amounts.posts / 2)
  await mapConcurrent(people, callers, async person => {
    const follows = some(people, amounts.follows + 1)
      .filter(other => other !== person)
      .slice(0, amounts.follows)
      .map(({did}): Write => ['app.bsky.graph.follow', {subject: did}])
    const posts = Array.from({length: first}, (_, n): Write => ['app.bsky.feed.post', {text: say(n), langs: ['en']}])
    const profile: Write = ['app.bsky.actor.profile', {displayName: person.handle, description: say(0)}]
    await write(person, follows)
    person.posts = await write(person, posts)
    await call(pds, 'com.atproto.repo.putRecord', person.accessJwt, {
      repo: person.did,
      collection: profile[0],
      rkey: 'self',
      record: {$type: profile[0], ...profile[1]},
    })
  })
  const roots = people.flatMap(({posts}) => posts)
  await mapConcurrent(people, callers, async person => {
    const replies = some(roots, amounts.posts - first).map((root, n): Write => [
      'app.bsky.feed.post',
      {text: say(n), langs: ['en'], reply: {root, parent: root}},
    ])
    const likes = some(roots, amounts.likes).map((subject): Write => ['app.bsky.feed.like', {subject}])
    person.posts.push(...(await write(person, replies)))
    await write(person, likes)
  })
  return people
}

/** Waits until the AppView shows all that `seedNetwork` wrote: every like and every follow counted. */
export async function untilIndexed({pds}: Pick<Servers, 'pds'>, people: readonly Person[], amounts: Amounts) {
  const [{accessJwt}] = people
  const roots = people.flatMap(({posts}) => posts.slice(0, Math.ceil(amounts.posts / 2)))
  for (;;) {
    const likes = await sum(
      roots.map(({uri}) => uri),
      25,
      async uris => {
        const {posts} = await call<{posts: {likeCount?: number}[]}>(
          pds,
          `app.bsky.feed.getPosts?${query('uris', uris)}`,
          accessJwt,
        )
        return posts.reduce((count, post) => count + (post.likeCount ?? 0), 0)
      },
    )
    const follows = await sum(
      people.map(({did}) => did),
      25,
      async dids => {
        const {profiles} = await call<{profiles: {followsCount?: number; followersCount?: number}[]}>(
          pds,
          `app.bsky.actor.getProfiles?${query('actors', dids)}`,
          accessJwt,
        )
        return profiles.reduce(
          (count, {followsCount = 0, followersCount = 0}) => count + followsCount + followersCount,
          0,
        )
      },
    )
    const isDone = likes === people.length * amounts.likes && follows === 2 * people.length * amounts.follows
    if (isDone) return
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
}

const query = (name: string, values: readonly string[]): string =>
  values.map(value => `${name}=${encodeURIComponent(value)}`).join('&')

async function sum<T>(items: readonly T[], size: number, of: (page: T[]) => Promise<number>): Promise<number> {
  let total = 0
  for (let i = 0; i < items.length; i += size) total += await of(items.slice(i, i + size))
  return total
}

function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const words = 'the sea was calm and we walked along a quiet shore until evening came with rain over every hill'.split(
  ' ',
)
