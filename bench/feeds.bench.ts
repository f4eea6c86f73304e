/**
 * How fast a feed service answers, alone in its process as `wholesky feeds` starts it, with a million posts of two days on
 * disk, five likes and half a repost to each, under the load of `appview-load.ts`, which is another process; how much a
 * post takes up, with all that is kept about it; and how soon it is back. What a thousand feeds without code cost for each
 * post that comes is in `feeds-plan.bench.ts`.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {formatMultikey, Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {realWorld} from '#std/world.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import type {AppViewLoad, AppViewRow} from './appview-load.ts'
import {fillFeeds} from './feeds-town.ts'
import {figure} from './measure.ts'
import {answers, cliFile, ended, freePorts} from './servers.ts'

useNativeCrypto()

const postCount = Number(process.env.FEEDS_BENCH_POSTS ?? 1_000_000)
const plan = {
  posts: postCount,
  likesPerPost: 5,
  repostsPerPost: 0.5,
  feeds: ['topic', 'two', 'three'],
  viewers: 40,
  followsPerViewer: 300,
}
const [port] = await freePorts(1)
const url = `http://localhost:${port}`
const did = `did:web:localhost%3A${port}`
const method = 'app.bsky.feed.getFeedSkeleton'

const keypair = Keypair.generate('k256', size => crypto.getRandomValues(new Uint8Array(size)))
/** Everybody has the same key here: what is measured is that it is checked. */
const directory = createServer((request, response) => {
  const id = decodeURIComponent(request.url?.slice(1) ?? '')
  const publicKeyMultibase = formatMultikey(keypair.publicKey)
  const key = {id: `${id}#atproto`, type: 'Multikey', controller: id, publicKeyMultibase}
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({id, verificationMethod: [key], service: []}))
})
directory.listen(0, '127.0.0.1')
await once(directory, 'listening')

// Beside the checkout, not under /tmp, which may be memory. One that is named is kept, and filled only once.
const given = process.env.FEEDS_BENCH_FOLDER
const folder = given ?? mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const file = join(folder, 'feeds.sqlite')
const viewersFile = join(folder, 'viewers.json')

let server: ChildProcess | undefined

async function start(): Promise<ChildProcess> {
  const env = {
    FEEDS_PORT: String(port),
    FEEDS_DATABASE: `sqlite:${file}`,
    FEEDS_FOLDER: join(folder, 'files'),
    FEEDS_RELAYS: 'http://localhost:9',
    FEEDS_PLC_URL: `http://localhost:${(directory.address() as AddressInfo).port}`,
  }
  server = spawn(process.execPath, [cliFile, 'feeds'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {...process.env, ...env},
  })
  await answers(`${url}/_health`, [server])
  return server
}

const stop = (child: ChildProcess): Promise<void> => ended(child, () => child.kill('SIGINT'))

const pathOf = (feed: string, cursor?: string): string =>
  `/xrpc/${method}?${new URLSearchParams({feed: `at://${did}/app.bsky.feed.generator/${feed}`, limit: '50', ...(cursor && {cursor})})}`

/** The first page of a feed, and some that lie behind it, so that what is kept for the first ones does not answer all. */
async function pages(feed: string, count: number, token?: string): Promise<string[]> {
  const found = [pathOf(feed)]
  while (found.length < count) {
    const headers: Record<string, string> = token === undefined ? {} : {authorization: `Bearer ${token}`}
    const answer = await fetch(`${url}${found.at(-1)}`, {headers})
    const {cursor} = (await answer.json()) as {cursor?: string}
    if (cursor === undefined) break
    found.push(pathOf(feed, cursor))
  }
  return found
}

try {
  mkdirSync(join(folder, 'files'), {recursive: true})
  const takes = `import {defineFeed} from 'wholesky/feed'
export default defineFeed({
  name: 'topic',
  title: 'Topic',
  takes: () => false,
  skeleton: request => request.posts.newest({from: 'taken'}, request),
})`
  writeFileSync(join(folder, 'files', 'topic.ts'), takes)
  if (!existsSync(viewersFile)) {
    let [changes, ms] = [0, 0]
    const filled = await fillFeeds(`sqlite:${file}`, plan, (count, tookMs) => {
      changes += count
      ms += tookMs
    })
    writeFileSync(viewersFile, JSON.stringify(filled))
    figure('posts, likes and reposts written', (changes / ms) * 1000, 'records/s')
  }
  const viewers = JSON.parse(readFileSync(viewersFile, 'utf8')) as Did[]
  figure('on disk for a post, with its likes, accounts and feeds', statSync(file).size / plan.posts, 'bytes', {
    atMost: 400,
  })
  const first = await start()
  const exp = Math.floor(Date.now() / 1000) + 3600
  const tokens = viewers.map(iss => mintServiceToken(realWorld, {iss, aud: did, lxm: method as Nsid, exp, keypair}))
  const of = async (feed: string, count: number) => (await pages(feed, count)).map(path => ({path}))
  const personal = async (feed: string) => tokens.map(token => ({path: pathOf(feed), token}))
  const mostAsked = [...(await of('whats-hot', 3)), ...(await of('hot-classic', 3)), ...(await of('topic', 3))]
  const methods: AppViewLoad['methods'] = {
    'the first pages of three feeds': mostAsked,
    'a thousand pages of what a feed took': await of('topic', 1_000 * 2),
    'hundreds of pages of a ranking': await of('whats-hot', 40),
    'posts of 300 whom one follows': await personal('with-friends'),
    'likes of 300 whom one follows': await personal('friends-like'),
  }
  const load = spawn(process.execPath, [join(import.meta.dirname, 'appview-load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const work: AppViewLoad = {url, ms: 3_000, warmMs: 1_000, methods}
  load.stdin.end(JSON.stringify(work))
  for await (const line of createInterface({input: load.stdout})) {
    const {method: what, at, rate, p50, p99, size} = JSON.parse(line) as AppViewRow
    const isClaimed = at === 16 && !what.includes('whom one follows')
    const title = `${what} at ${at}, ${(size / 1000).toFixed(1)} kB, half in ${p50.toFixed(2)} ms`
    figure(title, rate, 'req/s', isClaimed ? {atLeast: 5_000} : {})
    figure(`${what} at ${at}, all but one in a hundred`, p99, 'ms', {atMost: 10})
  }
  await stop(first)
  const began = performance.now()
  await start()
  await fetch(`${url}${pathOf('hot-classic')}`)
  figure('back after a stop, with its first page', performance.now() - began, 'ms', {atMost: 1_000})
} finally {
  if (server) await stop(server)
  directory.close()
  if (given === undefined) rmSync(folder, {recursive: true})
}
