/**
 * How fast a whole AppView reads, alone in its process as `wholesky appview` starts it, with 1,000 people and 200,000
 * records on disk, under the load of `appview-load.ts`, which is another process. Every viewer has a token that its key
 * has signed. What must be reached is thirty times what the official AppView was measured to give, with a fifth of the
 * people: 21 timelines of 50 posts a second.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {Keypair, formatMultikey} from '#atp/crypto/key.ts'
import {parseCid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSql} from '#engines/open.ts'
import {realWorld} from '#std/world.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import {type IndexEvent, Processor} from '../src/services/appview/index/processor.ts'
import {appviewMigrations} from '../src/services/appview/schema.ts'
import {Author} from '../test/index-events.ts'
import {seeded} from '../test/random.ts'
import type {AppViewLoad, AppViewRow} from './appview-load.ts'
import {figure} from './measure.ts'

useNativeCrypto()

const peopleCount = 1_000
const recordCount = 200_000
const each = {follow: 40, post: 60, like: 89, repost: 10}
const viewersCount = 40
const postsFromMs = Date.parse('2025-12-01T00:00:00Z')
const postsMs = 30 * 86_400_000
const port = 24_584
const did = `did:web:localhost%3A${port}`
const anyCid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const imageCid = 'bafkreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'

const chance = seeded(1)
const anyOf = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)]
const letters = 'abcdefghijklmnopqrstuvwxyz234567'
const plcDid = (): string => `did:plc:${Array.from({length: 24}, () => anyOf([...letters])).join('')}`
const people = Array.from({length: peopleCount}, () => new Author(plcDid()))
const posts: string[] = []
const text = 'What a day it was, and how long ago it seems: a walk by the river, two herons, and rain at the end of it.'

const createdAt = (): string => new Date(postsFromMs + Math.floor(chance() * postsMs)).toISOString()

const ref = (uri: string) => ({uri, cid: anyCid})

/** Half of them replies; of the others some with a picture, a link card or a quote. */
function newPost(): Value {
  const post = {$type: 'app.bsky.feed.post', text, langs: ['en'], createdAt: createdAt()}
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

function* records(): Generator<[Author, string, Value]> {
  let count = 0
  for (const [at, author] of people.entries()) {
    const profile = {
      $type: 'app.bsky.actor.profile',
      displayName: `Person ${at}`,
      description: text,
      createdAt: createdAt(),
    }
    yield [author, 'app.bsky.actor.profile/self', profile]
  }
  const rounds = Math.max(...Object.values(each))
  for (let round = 0; round < rounds; round++) {
    for (const author of people) {
      const rkey = (): string => author.rkey(++count)
      if (round < each.post) {
        const number = ++count
        yield [author, `app.bsky.feed.post/${author.rkey(number)}`, newPost()]
        const uri = author.uri('app.bsky.feed.post', number)
        if (chance() < 0.3) posts.push(uri)
      }
      const subject = {uri: anyOf(posts), cid: anyCid}
      if (round < each.follow) {
        const follow = {$type: 'app.bsky.graph.follow', subject: anyOf(people).did, createdAt: createdAt()}
        yield [author, `app.bsky.graph.follow/${rkey()}`, follow]
      }
      if (round < each.like) {
        yield [author, `app.bsky.feed.like/${rkey()}`, {$type: 'app.bsky.feed.like', subject, createdAt: createdAt()}]
      }
      if (round < each.repost) {
        const repost = {$type: 'app.bsky.feed.repost', subject, createdAt: createdAt()}
        yield [author, `app.bsky.feed.repost/${rkey()}`, repost]
      }
    }
  }
}

async function fill(database: string): Promise<number> {
  const sql = openSql(database, {migrations: appviewMigrations})
  const processor = new Processor(sql, realWorld)
  let events: IndexEvent[] = []
  let seq = 0
  const flush = async (): Promise<void> => {
    await processor.apply('bench', events)
    events = []
  }
  for (const [author, path, value] of records()) {
    events.push({...author.commit({[path]: value}), seq: ++seq})
    if (events.length === 500) await flush()
  }
  await flush()
  for (const [at, author] of people.entries()) {
    await processor.setHandle(author.did, `person-${at}.test` as Handle, Date.now() + 86_400_000)
  }
  await sql.close()
  return seq
}

const keypair = Keypair.generate('k256', size => crypto.getRandomValues(new Uint8Array(size)))
/** Everybody has the same key here: what is measured is that it is checked. */
const directory = createServer((request, response) => {
  const id = decodeURIComponent(request.url?.slice(1) ?? '')
  const key = {
    id: `${id}#atproto`,
    type: 'Multikey',
    controller: id,
    publicKeyMultibase: formatMultikey(keypair.publicKey),
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({id, verificationMethod: [key], service: []}))
})
directory.listen(0, '127.0.0.1')
await once(directory, 'listening')

async function startAppView(database: string): Promise<ChildProcess> {
  const main = join(import.meta.dirname, '..', 'src', 'bin', 'wholesky.ts')
  const env = {
    APPVIEW_PORT: String(port),
    APPVIEW_PUBLIC_URL: `http://localhost:${port}`,
    APPVIEW_DATABASE: database,
    APPVIEW_RELAYS: 'http://localhost:9',
    APPVIEW_PLC_URL: `http://localhost:${(directory.address() as AddressInfo).port}`,
  }
  const child = spawn(process.execPath, [main, 'appview'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {...process.env, ...env},
  })
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`http://localhost:${port}/_health`).catch(() => undefined)
    if (answer?.ok) return child
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('The AppView did not start.')
}

const actor = () => ({actor: anyOf(people).did})

/** Requests in the name of some of the people, by method. */
function requests(): AppViewLoad['methods'] {
  const viewers = Array.from({length: viewersCount}, () => anyOf(people))
  const exp = Math.floor(Date.now() / 1000) + 3600
  const asked = (method: string, paramsOf: () => Record<string, string>) =>
    viewers.map(({did: iss}) => {
      const token = mintServiceToken(realWorld, {iss, aud: did, lxm: method as Nsid, exp, keypair})
      return {path: `/xrpc/${method}?${new URLSearchParams(paramsOf())}`, token}
    })
  return {
    getTimeline: asked('app.bsky.feed.getTimeline', () => ({limit: '50'})),
    getAuthorFeed: asked('app.bsky.feed.getAuthorFeed', () => ({...actor(), limit: '50'})),
    getPostThreadV2: asked('app.bsky.unspecced.getPostThreadV2', () => ({anchor: anyOf(posts)})),
    getPostThread: asked('app.bsky.feed.getPostThread', () => ({uri: anyOf(posts)})),
    getProfile: asked('app.bsky.actor.getProfile', actor),
    getFollowers: asked('app.bsky.graph.getFollowers', actor),
    getLikes: asked('app.bsky.feed.getLikes', () => ({uri: anyOf(posts)})),
  }
}

/** Requests a second at the official AppView, one at a time and sixteen at once. */
const official: Readonly<Record<string, readonly [number, number]>> = {
  getTimeline: [20.8, 21.4],
  getAuthorFeed: [31.2, 34.6],
  getPostThreadV2: [53, 63.9],
  getPostThread: [51.2, 59.4],
  getProfile: [84.2, 81.8],
}
const timesOfficial = 30

// Beside the checkout, not under /tmp, which may be memory.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const database = `sqlite:${join(folder, 'appview.sqlite')}`
let server: ChildProcess | undefined
try {
  const count = await fill(database)
  if (count < recordCount) throw new Error(`only ${count} records`)
  server = await startAppView(database)
  const load = spawn(process.execPath, [join(import.meta.dirname, 'appview-load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const plan: AppViewLoad = {url: `http://localhost:${port}`, ms: 4_000, warmMs: 1_500, methods: requests()}
  load.stdin.end(JSON.stringify(plan))
  for await (const line of createInterface({input: load.stdout})) {
    const {method, at, rate, p50, p99, size} = JSON.parse(line) as AppViewRow
    const title = `${method} at ${at}, ${(size / 1000).toFixed(1)} kB, ${p50.toFixed(2)} / ${p99.toFixed(2)} ms`
    const theirs = official[method]?.[at === 1 ? 0 : 1]
    figure(title, rate, 'req/s', theirs === undefined ? {} : {atLeast: theirs * timesOfficial})
  }
} finally {
  server?.kill('SIGINT')
  if (server) await once(server, 'close')
  directory.close()
  rmSync(folder, {recursive: true})
}
