/**
 * A town of people with what they posted, followed, liked and reposted, put into an AppView's database by the store
 * that the AppView itself has: what is measured on it is read, not made.
 */
import {parseCid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openSql} from '#engines/open.ts'
import {realWorld} from '#std/world.ts'
import type {StreamEvent} from '../src/stream/verified-events.ts'
import {SqliteIndexStore} from '../src/services/appview/store/index/index-store.sqlite.ts'
import {appviewMigrations} from '../src/services/appview/store/schema.ts'
import {Author} from '../test/index-events.ts'
import {seeded} from '../test/random.ts'

/** How many, and how many records of each. */
export interface TownPlan {
  people: number
  follows: number
  posts: number
  likes: number
  reposts: number
}

export interface Town {
  people: readonly Author[]
  /** URIs of the posts that are liked, reposted, quoted and answered: three in ten. */
  posts: readonly string[]
  records: number
}

/** Commits in one act. */
const batchSize = 2_000
const postsFromMs = Date.parse('2025-12-01T00:00:00Z')
const postsMs = 30 * 86_400_000
const anyCid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const imageCid = 'bafkreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const letters = [...'abcdefghijklmnopqrstuvwxyz234567']
const text = 'What a day it was, and how long ago it seems: a walk by the river, two herons, and rain at the end of it.'

export const chance = seeded(1)
export const anyOf = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)]

const plcDid = (): string => `did:plc:${Array.from({length: 24}, () => anyOf(letters)).join('')}`
const createdAt = (): string => new Date(postsFromMs + Math.floor(chance() * postsMs)).toISOString()
const ref = (uri: string) => ({uri, cid: anyCid})

/** Fills the database, which is new: `sqlite:/…/appview.sqlite`. */
export async function fillTown(database: string, plan: TownPlan): Promise<Town> {
  const sql = openSql(database, {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, realWorld)
  const people = Array.from({length: plan.people}, () => new Author(plcDid()))
  const posts: string[] = []
  let events: StreamEvent[] = []
  let records = 0
  let seq = 0
  for (const [author, writes] of commits(people, posts, plan)) {
    records += Object.keys(writes).length
    events.push({...author.commit(writes), seq: ++seq})
    if (events.length < batchSize) continue
    await store.apply('bench', events)
    events = []
  }
  await store.apply('bench', events)
  const dueMs = Date.now() + 86_400_000
  await Promise.all(people.map(({did}, at) => store.setHandle(did, `person-${at}.test` as Handle, dueMs)))
  await sql.close()
  return {people, posts, records}
}

type Writes = Record<string, Value>

/** First everybody's profile; then round by round one record of each kind of everybody, as long as the plan has any. */
function* commits(people: readonly Author[], posts: string[], plan: TownPlan): Generator<[Author, Writes]> {
  let count = 0
  for (const [at, author] of people.entries()) {
    const $type = 'app.bsky.actor.profile'
    const profile = {$type, displayName: `Person ${at}`, description: text, createdAt: createdAt()}
    yield [author, {[`${$type}/self`]: profile}]
  }
  for (let round = 0; round < Math.max(plan.follows, plan.posts, plan.likes, plan.reposts); round++) {
    for (const author of people) {
      const writes: Writes = {}
      const add = (name: string, record: Record<string, Value>): string => {
        const $type = `app.bsky.${name}`
        const number = ++count
        writes[`${$type}/${author.rkey(number)}`] = {$type, ...record, createdAt: createdAt()}
        return author.uri($type, number)
      }
      if (round < plan.posts) {
        const uri = add('feed.post', newPost(posts))
        if (chance() < 0.3) posts.push(uri)
      }
      const subject = () => ref(anyOf(posts))
      if (round < plan.follows) add('graph.follow', {subject: anyOf(people).did})
      if (round < plan.likes) add('feed.like', {subject: subject()})
      if (round < plan.reposts) add('feed.repost', {subject: subject()})
      yield [author, writes]
    }
  }
}

/** Half of them replies; of the others some with a picture, a link card or a quote. */
function newPost(posts: readonly string[]): Record<string, Value> {
  const post = {text, langs: ['en']}
  const kind = chance()
  if (posts.length === 0) return post
  if (kind < 0.5) {
    const parent = ref(anyOf(posts))
    return {...post, reply: {root: parent, parent}}
  }
  if (kind < 0.6) {
    const image = {$type: 'blob', ref: parseCid(imageCid), mimeType: 'image/jpeg', size: 1000}
    return {...post, embed: {$type: 'app.bsky.embed.images', images: [{image, alt: 'Two herons'}]}}
  }
  if (kind < 0.65) {
    const external = {uri: 'https://example.com', title: 'An example', description: text}
    return {...post, embed: {$type: 'app.bsky.embed.external', external}}
  }
  return kind < 0.75 ? {...post, embed: {$type: 'app.bsky.embed.record', record: ref(anyOf(posts))}} : post
}
