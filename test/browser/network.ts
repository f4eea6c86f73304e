/** The whole network on ports of its own, with some people who have said and done some of everything. */
import {AtpAgent, RichText} from '@atproto/api'
import {silentLog} from '#std/log.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {listen} from '#runtime/http/listener.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {openNetwork} from '../../src/bin/network.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

export const password = 'correct horse'

export interface BrowserNetwork extends AsyncDisposable {
  /** Where the pages are. */
  readonly url: string
  /** Makes an account, and signs it in at the PDS. */
  signUp(name: string): Promise<AtpAgent>
  /** Waits until the AppView knows an account. */
  known(did: string): Promise<void>
  /** Waits until the AppView shows a post. */
  shown(uri: string): Promise<void>
}

export async function openBrowserNetwork(): Promise<BrowserNetwork> {
  const ports = await freePorts()
  const env = networkEnv(temporaryFolder('browser'), ports)
  const [world, guarded] = [
    nodeWorld({userAgent: 'test'}),
    nodeWorld({userAgent: 'test', guard: createGuard({allowLoopback: true})}),
  ]
  const {members} = await openNetwork(env, {world, guarded, log: silentLog})
  for (const {service} of members) await service.start()
  const shownOutside = new Set(['web', 'appview', 'pds'])
  const listeners = await Promise.all(
    members
      .filter(({service}) => shownOutside.has(service.name))
      .map(({service, port}) => listen(service, {port, log: silentLog})),
  )
  const appview = new AtpAgent({service: urlOf(ports.appview)})
  return {
    url: urlOf(ports.web),
    async signUp(name) {
      const agent = new AtpAgent({service: urlOf(ports.pds)})
      await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password})
      return agent
    },
    async known(did) {
      await until(async () => {
        const {profiles} = (await appview.app.bsky.actor.getProfiles({actors: [did]})).data
        return profiles.length > 0
      }, `${did} is known`)
    },
    async shown(uri) {
      await until(async () => {
        const {posts} = (await appview.app.bsky.feed.getPosts({uris: [uri]})).data
        return posts.length > 0
      }, `${uri} is shown`)
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) await listener.stop()
      for (const {service} of members.toReversed()) await service.stop()
      await Promise.all([world.close(), guarded.close()])
    },
  }
}

/** What there is to see: Alice signs in and reads, Bob and Carol have written. */
export interface Scene {
  /** Of Bob's post with everything in it. */
  readonly post: string
  readonly bob: string
  readonly blob: string
}

/** A picture of 640 × 480 in one colour, as JPEG. */
const picture = async (): Promise<Uint8Array> => {
  const {default: sharp} = await import('sharp')
  return sharp({create: {width: 640, height: 480, channels: 3, background: 'teal'}})
    .jpeg()
    .toBuffer()
}

/** Fills the network: posts of all kinds, replies, quotes, likes, follows, a block, a bookmark, an app password. */
export async function setScene(network: BrowserNetwork): Promise<Scene> {
  const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map(name => network.signUp(name)))
  await bob.upsertProfile(() => ({displayName: 'Bob', description: 'Birds and boats, see example.com'}))
  const {blob} = (await bob.uploadBlob(await picture(), {encoding: 'image/jpeg'})).data
  const text = new RichText({text: 'Hello @alice.test, the boat is at https://example.com #boats'})
  await text.detectFacets(bob)
  const images = {$type: 'app.bsky.embed.images', images: [{image: blob, alt: 'A teal boat on a teal sea'}]}
  const post = await bob.post({text: text.text, facets: text.facets, embed: images, langs: ['en']})
  const external = {
    $type: 'app.bsky.embed.external',
    external: {uri: 'https://example.com/', title: 'A page elsewhere', description: 'What it is about'},
  }
  await bob.post({text: 'A link', embed: external})
  const reply = await carol.post({text: 'A reply to it', reply: {root: post, parent: post}})
  await alice.post({text: 'And one to that', reply: {root: post, parent: reply}})
  await carol.post({text: 'A quote', embed: {$type: 'app.bsky.embed.record', record: post}})
  const mine = await alice.post({text: 'A post of mine'})
  await alice.follow(bob.assertDid)
  await alice.follow(carol.assertDid)
  await bob.follow(alice.assertDid)
  await bob.like(mine.uri, mine.cid)
  await carol.like(post.uri, post.cid)
  await carol.repost(post.uri, post.cid)
  await alice.like(post.uri, post.cid)
  await alice.app.bsky.bookmark.createBookmark({uri: post.uri, cid: post.cid})
  await alice.com.atproto.server.createAppPassword({name: 'A phone'})
  const dave = await network.signUp('dave')
  await alice.app.bsky.graph.block.create(
    {repo: alice.assertDid},
    {subject: dave.assertDid, createdAt: new Date().toISOString()},
  )
  const erin = await network.signUp('erin')
  await network.known(erin.assertDid)
  await alice.mute(erin.assertDid)
  const last = await bob.post({text: 'The last one'})
  await network.shown(last.uri)
  return {post: post.uri, bob: bob.assertDid, blob: blob.ref.toString()}
}
