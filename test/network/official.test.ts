/**
 * The unmodified official packages, and what others use, against the network as it is started: they sign up, write and
 * read, verify all that goes over the firehose and all that is exported, and find everybody by handle and DID.
 */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {request} from 'node:http'
import {join} from 'node:path'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {HandleResolver, IdResolver} from '@atproto/identity'
import {MemoryBlockstore, readCarWithRoot, Repo, verifyDiffCar, verifyRecords, verifyRepoCar} from '@atproto/repo'
import {Firehose, type Event} from '@atproto/sync'
import {Jetstream} from '@skyware/jetstream'
import {WebSocket} from 'ws'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, startNetwork} from '../network-process.ts'
import {startSeparately} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const password = 'correct horse'
/** One grey pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Handles of a laptop's network have no names in the DNS. */
class LocalHandles extends HandleResolver {
  override async resolveDns(): Promise<string | undefined> {
    return undefined
  }
}

/** `fetch` for which every domain under `.test` is at this port; the name that is asked for is in the header. */
const localFetch =
  (port: number): typeof fetch =>
  (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!url.hostname.endsWith('.test')) return fetch(input, init)
    const {promise, resolve, reject} = Promise.withResolvers<Response>()
    request({port, path: url.pathname, headers: {host: url.hostname}}, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(new Response(text, {status: response.statusCode})))
    })
      .on('error', reject)
      .end()
    return promise
  }

interface Seen {
  kind: string
  did: string
  rkey?: string
}

const isOver = (seen: readonly Seen[]): boolean => seen.some(({kind}) => kind === 'account deleted')
/** Without the events of which Jetstream does not tell. */
const withoutSync = (kinds: readonly string[]): string[] => kinds.filter(kind => kind !== 'sync')

type Start = (env: Readonly<Record<string, string>>) => Promise<{kill(): Promise<unknown>}>

const officialPackages = (start: Start) => (): void => {
  const folder = temporaryFolder('official')
  let network: Awaited<ReturnType<Start>>
  let ports: Ports
  let resolver: IdResolver
  let firehose: Firehose
  let jetstream: Jetstream
  const verified: Seen[] = []
  const faults: unknown[] = []
  const told: Seen[] = []
  let alice: AtpAgent
  let bob: AtpAgent

  const signUp = async (name: string): Promise<AtpAgent> => {
    const agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password})
    return agent
  }
  const all = (seen: readonly Seen[], did: string): string[] =>
    seen.filter(one => one.did === did).map(({kind}) => kind)

  before(async () => {
    ports = await freePorts()
    network = await start(networkEnv(folder, ports))
    const localized = {plcUrl: urlOf(ports.plc), fetch: localFetch(ports.pds)}
    resolver = new IdResolver(localized)
    resolver.handle = new LocalHandles(localized)
    firehose = new Firehose({
      service: `ws://localhost:${ports.relay}`,
      idResolver: resolver,
      getCursor: () => 0,
      handleEvent: (event: Event) => {
        const {event: kind, did} = event
        const detail =
          kind === 'identity' ? ` ${event.handle}` : kind === 'account' ? ` ${event.status ?? 'active'}` : ''
        verified.push({kind: `${kind}${detail}`, did, rkey: 'rkey' in event ? event.rkey : undefined})
      },
      onError: error => faults.push(error),
    })
    void firehose.start()
    jetstream = new Jetstream({endpoint: `ws://localhost:${ports.jetstream}/subscribe`, cursor: 1, ws: WebSocket})
    jetstream.on('error', error => faults.push(error))
    jetstream.on('commit', ({commit, did}) => told.push({kind: commit.operation, did, rkey: commit.rkey}))
    jetstream.on('identity', ({identity, did}) => told.push({kind: `identity ${identity.handle}`, did}))
    jetstream.on('account', ({account, did}) => told.push({kind: `account ${account.status ?? 'active'}`, did}))
    jetstream.start()
    alice = await signUp('alice')
    bob = await signUp('bob')
  })

  after(async () => {
    jetstream?.close()
    await firehose?.destroy()
    await network?.kill()
  })

  test('all traffic is verified without an error, and Jetstream tells the same', async () => {
    const {data} = await alice.uploadBlob(png, {encoding: 'image/png'})
    const images = [{image: data.blob, alt: 'one pixel'}]
    const picture = await alice.post({text: 'look', embed: {$type: 'app.bsky.embed.images', images}})
    const slip = await alice.post({text: 'typo'})
    await alice.deletePost(slip.uri)
    await alice.upsertProfile(profile => ({...profile, displayName: 'Alice'}))
    await alice.upsertProfile(profile => ({...profile, displayName: 'Alice A.'}))
    await bob.follow(alice.assertDid)
    await bob.like(picture.uri, picture.cid)
    await bob.post({text: 'nice', reply: {root: picture, parent: picture}})
    await bob.updateHandle({handle: 'robert.test'})
    // A relay looks whether a handle is so, and that of an account at rest leads nowhere.
    await until(() => verified.some(({kind}) => kind === 'identity robert.test'), 'the new handle is told of')
    await bob.com.atproto.server.deactivateAccount({})
    await bob.com.atproto.server.activateAccount()
    await bob.post({text: 'back'})

    const carol = await signUp('carol')
    await carol.post({text: 'bye'})
    await carol.com.atproto.server.requestAccountDelete()
    const mailbox = join(folder, 'pds', 'mail')
    const mails = readdirSync(mailbox).map(name => readFileSync(join(mailbox, name), 'utf8'))
    const token = /\b[A-Z2-7]{5}-[A-Z2-7]{5}\b/i.exec(mails.at(-1) ?? '')?.[0]
    assert.ok(token, 'the code to delete an account has come by mail')
    await carol.com.atproto.server.deleteAccount({did: carol.assertDid, password, token})

    await until(() => isOver(verified) && isOver(told), 'the deletion of an account is told of')
    assert.deepEqual(faults, [])
    assert.deepEqual(withoutSync(all(verified, alice.assertDid)), [
      'identity alice.test',
      'account active',
      'create',
      'create',
      'delete',
      'create',
      'update',
    ])
    assert.deepEqual(withoutSync(all(verified, bob.assertDid)), [
      'identity bob.test',
      'account active',
      'create',
      'create',
      'create',
      'identity robert.test',
      'account deactivated',
      'account active',
      'identity robert.test',
      'create',
    ])
    for (const agent of [alice, bob, carol]) {
      assert.deepEqual(withoutSync(all(verified, agent.assertDid)), all(told, agent.assertDid))
    }
  })

  test('exports, what came since a revision, and proofs verify', async () => {
    const did = alice.assertDid
    const {signingKey} = await resolver.did.resolveAtprotoData(did)
    const exported = async (since?: string): Promise<Uint8Array> =>
      (await alice.com.atproto.sync.getRepo({did, since})).data
    const first = await exported()
    const {root, blocks} = await readCarWithRoot(first)
    const before = await verifyRepoCar(first, did, signingKey)
    assert.ok(before.creates.length > 0)

    const {rev} = (await alice.com.atproto.sync.getLatestCommit({did})).data
    const made = await alice.post({text: 'one more'})
    const repo = await Repo.load(new MemoryBlockstore(blocks), root)
    const difference = await verifyDiffCar(repo, await exported(rev), did, signingKey)
    const rkey = made.uri.split('/').at(-1)!
    assert.deepEqual(
      difference.writes.map(({action, rkey}) => [action, rkey]),
      [['create', rkey]],
    )
    const proof = (await alice.com.atproto.sync.getRecord({did, collection: 'app.bsky.feed.post', rkey})).data
    const [claim] = await verifyRecords(proof, did, signingKey)
    assert.equal(claim.record?.text, 'one more')
    const whole = await verifyRepoCar(await exported(), did, signingKey)
    assert.equal(whole.creates.length, before.creates.length + 1)
  })

  test('handles and DIDs resolve to each other, and to server and key', async () => {
    for (const agent of [alice, bob]) {
      const did = agent.assertDid
      const data = await resolver.did.resolveAtprotoData(did, true)
      assert.equal(data.pds, urlOf(ports.pds))
      assert.equal(await resolver.handle.resolve(data.handle), did)
      assert.equal((await agent.resolveHandle({handle: data.handle})).data.did, did)
    }
    assert.equal(await resolver.handle.resolve('nobody.test'), undefined)
    assert.equal(await resolver.did.resolve('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'), null)
  })

  test('what the README says of them is so', async () => {
    const did = alice.assertDid
    const plcUrl = urlOf(ports.plc)
    await assert.rejects(new IdResolver({plcUrl}).did.resolve(did))
    assert.equal((await new IdResolver({plcUrl, fetch: globalThis.fetch}).did.resolve(did))?.id, did)
    const urls = [0, 1].map(cursor => new Jetstream({cursor, ws: WebSocket})['createUrl']())
    assert.deepEqual(
      urls.map(url => new URL(url).searchParams.get('cursor')),
      [null, '1'],
    )
  })

  test('what people write is read by others: timeline, thread, profile, notifications', async () => {
    const dora = await signUp('dora')
    const erik = await signUp('erik')
    await erik.follow(dora.assertDid)
    const {data} = await dora.uploadBlob(png, {encoding: 'image/png'})
    const images = [{image: data.blob, alt: 'one pixel', aspectRatio: {width: 1, height: 1}}]
    const picture = await dora.post({text: 'a picture', embed: {$type: 'app.bsky.embed.images', images}})
    const reply = await erik.post({text: 'nice one', reply: {root: picture, parent: picture}})
    const embed = {$type: 'app.bsky.embed.record', record: picture}
    const quote = await erik.post({text: 'see this', embed})
    await erik.like(picture.uri, picture.cid)
    await erik.repost(picture.uri, picture.cid)

    const seen = await until(async () => {
      const {posts} = (await erik.getPosts({uris: [picture.uri]})).data
      return posts[0]?.repostCount === 1 && posts[0].author.handle === 'dora.test' ? posts[0] : undefined
    }, 'all is indexed')
    const {likeCount, replyCount, quoteCount, author, viewer} = seen
    assert.deepEqual({likeCount, replyCount, quoteCount}, {likeCount: 1, replyCount: 1, quoteCount: 1})
    assert.deepEqual([author.did, author.handle], [dora.assertDid, 'dora.test'])
    assert.ok(viewer?.like?.startsWith(`at://${erik.assertDid}/app.bsky.feed.like/`))

    const timeline = (await erik.getTimeline()).data.feed.map(({post}) => post.uri)
    assert.deepEqual(new Set(timeline), new Set([picture.uri, reply.uri, quote.uri]))
    const {thread} = (await erik.getPostThread({uri: picture.uri})).data
    const replies = ('replies' in thread ? thread.replies : []) as {post: {uri: string}}[]
    assert.deepEqual(
      replies.map(({post}) => post.uri),
      [reply.uri],
    )
    assert.deepEqual(
      (await dora.app.bsky.feed.getQuotes({uri: picture.uri})).data.posts.map(({uri}) => uri),
      [quote.uri],
    )
    const profile = (await erik.getProfile({actor: 'dora.test'})).data
    assert.equal(profile.followersCount, 1)
    assert.ok(profile.viewer?.following)
    const heard = (await dora.listNotifications()).data.notifications.map(({reason}) => reason)
    assert.deepEqual(heard.toSorted(), ['follow', 'like', 'quote', 'reply', 'repost'])
    assert.equal((await dora.countUnreadNotifications()).data.count, 5)
    await dora.updateSeenNotifications()
    assert.equal((await dora.countUnreadNotifications()).data.count, 0)

    await erik.deletePost(reply.uri)
    await until(
      async () => (await dora.getPosts({uris: [picture.uri]})).data.posts[0].replyCount === 0,
      'the reply is gone',
    )
  })

  test('a client that has the public AppView built in signs up, and is answered by ours', async () => {
    const agent = new AtpAgent({service: urlOf(ports.pds)})
    const serviceDid = 'did:web:api.bsky.app'
    agent.configureProxy(`${serviceDid}#bsky_appview`)
    // The empty code is what it sends where none is asked for.
    const wanted = {handle: 'frida.test', email: 'frida@example.com', password, inviteCode: ''}
    const {data} = await agent.com.atproto.temp.checkHandleAvailability({handle: wanted.handle})
    assert.match(data.result.$type ?? '', /#resultAvailable$/)
    await agent.createAccount(wanted)
    const post = await agent.post({text: 'hello'})
    await until(async () => (await agent.getTimeline()).data.feed[0]?.post.uri === post.uri, 'the post is shown')
    const handle = async () => (await agent.getProfile({actor: agent.assertDid})).data.handle
    await until(async () => (await handle()) === 'frida.test', 'the handle is confirmed')
    assert.deepEqual((await agent.app.bsky.actor.getPreferences()).data.preferences, [])
    const push = {serviceDid, token: 't', platform: 'ios', appId: 'app'}
    await assert.rejects(agent.app.bsky.notification.registerPush(push), {message: /does not send to devices/})
  })
}

const inOneProcess: Start = async env => {
  const network = await startNetwork(env)
  return {kill: () => killNetwork(network)}
}

suite('official packages', officialPackages(inOneProcess))
suite('official packages, with each service in a process of its own', officialPackages(startSeparately))
