/**
 * How fast a whole AppView reads, alone in its process as `wholesky appview` starts it, with 1,000 people and 200,000
 * records on disk, under the load of `appview-load.ts`, which is another process. Every viewer has a token that its key
 * has signed. Of timelines it must give thirty times what the official AppView was measured to give with a fifth of the
 * people: 21 of 50 posts a second. Both at once, with the same people, are in `official.bench.ts`.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {Keypair, formatMultikey} from '#atp/crypto/key.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {realWorld} from '#std/world.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import type {AppViewLoad, AppViewRow} from './appview-load.ts'
import {anyOf, fillTown, type Town} from './appview-town.ts'
import {figure} from './measure.ts'

useNativeCrypto()

const plan = {people: 1_000, follows: 40, posts: 60, likes: 89, reposts: 10}
const recordCount = 200_000
const viewersCount = 40
const port = 24_584
const did = `did:web:localhost%3A${port}`

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
  const main = join(import.meta.dirname, '..', 'src', 'bin', 'wholesky.js')
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

/** Requests in the name of some of the people, by method. */
function requests({people, posts}: Town): AppViewLoad['methods'] {
  const actor = () => ({actor: anyOf(people).did})
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

/** Timelines a second at the official AppView, one at a time and sixteen at once. */
const official: Readonly<Record<number, number>> = {1: 20.8, 16: 21.4}
const timesOfficial = 30

// Beside the checkout, not under /tmp, which may be memory.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const database = `sqlite:${join(folder, 'appview.sqlite')}`
let server: ChildProcess | undefined
try {
  const town = await fillTown(database, plan)
  if (town.records !== recordCount) throw new Error(`${town.records} records`)
  server = await startAppView(database)
  const load = spawn(process.execPath, [join(import.meta.dirname, 'appview-load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const work: AppViewLoad = {url: `http://localhost:${port}`, ms: 4_000, warmMs: 1_500, methods: requests(town)}
  load.stdin.end(JSON.stringify(work))
  for await (const line of createInterface({input: load.stdout})) {
    const {method, at, rate, p50, p99, size} = JSON.parse(line) as AppViewRow
    const title = `${method} at ${at}, ${(size / 1000).toFixed(1)} kB, ${p50.toFixed(2)} / ${p99.toFixed(2)} ms`
    figure(title, rate, 'req/s', method === 'getTimeline' ? {atLeast: Math.round(official[at] * timesOfficial)} : {})
  }
} finally {
  server?.kill('SIGINT')
  if (server) await once(server, 'close')
  directory.close()
  rmSync(folder, {recursive: true})
}
