/** A PDS with a PLC directory, used through the official client: what people do first must simply work. */
import assert from 'node:assert/strict'
import {readdir} from 'node:fs/promises'
import {test} from 'node:test'
import {verifyRepoCar} from '@atproto/repo'
import {decodeFrame} from '#atp/sync/frame.ts'
import {parseEvent, type RepoEvent} from '#atp/sync/event.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {pdsNetwork as network, signUp} from '../../../test/pds-network.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {until} from '../../../test/until.ts'
import type {Pds} from './pds.ts'

const jti = (token: string): string => JSON.parse(atob(token.split('.')[1])).jti

async function frames(pds: Pds, cursor: number, count: number): Promise<RepoEvent[]> {
  const stopping = new AbortController()
  const stream = pds.frames(
    new Request(`http://localhost:2583/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`),
    stopping.signal,
  )
  assert.ok(!(stream instanceof Response))
  const seen: RepoEvent[] = []
  for await (const bytes of eachFrame(stream)) {
    const frame = decodeFrame(bytes as Uint8Array)
    assert.equal(frame.op, 1)
    const event = parseEvent(frame as Parameters<typeof parseEvent>[0])
    assert.ok(event)
    seen.push(event)
    if (seen.length === count) stopping.abort()
  }
  return seen
}

test('a proxy gets certificates for names that lead here by right, and for no others', async context => {
  const {agent: newAgent, pds} = await network(context)
  await signUp(newAgent(), 'alice')
  const status = async (domain: string): Promise<number> =>
    (await pds.fetch(new Request(`http://localhost:2583/tls-check?domain=${domain}`))).status
  assert.deepEqual(await Promise.all(['localhost', 'alice.test', 'nobody.test', 'a'].map(status)), [200, 200, 404, 404])
})

test('the official client signs up, writes, reads, changes and deletes', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const post = await agent.post({text: 'hello', createdAt: new Date().toISOString()})
  assert.match(post.uri, new RegExp(`^at://${did}/app.bsky.feed.post/`))
  const [, , , collection, rkey] = post.uri.split('/')

  const read = await agent.com.atproto.repo.getRecord({repo: 'alice.test', collection, rkey})
  assert.equal(read.data.cid, post.cid)
  assert.equal((read.data.value as {text: string}).text, 'hello')

  await agent.upsertProfile(() => ({displayName: 'Alice'}))
  const profile = await agent.com.atproto.repo.listRecords({repo: did, collection: 'app.bsky.actor.profile'})
  assert.equal(profile.data.records.length, 1)
  const described = await agent.com.atproto.repo.describeRepo({repo: did})
  assert.deepEqual(described.data.collections, ['app.bsky.actor.profile', 'app.bsky.feed.post'])
  assert.equal(described.data.handleIsCorrect, true)

  await agent.deletePost(post.uri)
  await assert.rejects(agent.com.atproto.repo.getRecord({repo: did, collection, rkey}), {error: 'RecordNotFound'})
})

test('a session is renewed, and a lost answer logs nobody out', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const refreshed = () =>
    agent.com.atproto.server.refreshSession(undefined, {headers: {authorization: `Bearer ${first}`}})
  const first = agent.session?.refreshJwt
  const [a, b] = [await refreshed(), await refreshed()]
  assert.equal(jti(a.data.refreshJwt), jti(b.data.refreshJwt))

  const again = newAgent()
  await again.login({identifier: 'alice.test', password: 'correct horse'})
  assert.equal((await again.com.atproto.server.getSession()).data.email, 'alice@example.com')
  await assert.rejects(newAgent().login({identifier: 'alice.test', password: 'wrong'}), {status: 401})
})

test('the firehose tells of the account and each commit, once and in order', async context => {
  const {pds, agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  for (const text of ['one', 'two', 'three']) await agent.post({text})
  const events = await frames(pds, 0, 7)
  assert.deepEqual(
    events.map(event => event.t),
    ['#identity', '#account', '#commit', '#sync', '#commit', '#commit', '#commit'],
  )
  assert.deepEqual(
    events.map(event => 'seq' in event && event.seq),
    [1, 2, 3, 4, 5, 6, 7],
  )
  assert.ok(events.every(event => 'did' in event && event.did === did))
})

test('the official package verifies an export, and a proof of one record', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  for (let i = 0; i < 30; i++) await agent.post({text: `post ${i}`})
  const car = await agent.com.atproto.sync.getRepo({did})
  const didDoc = await agent.com.atproto.repo.describeRepo({repo: did})
  const [{publicKeyMultibase}] = (didDoc.data.didDoc as {verificationMethod: {publicKeyMultibase: string}[]})
    .verificationMethod
  const verified = await verifyRepoCar(car.data, did, `did:key:${publicKeyMultibase}`)
  assert.equal(verified.creates.length, 30)
  const latest = await agent.com.atproto.sync.getLatestCommit({did})
  assert.equal(verified.commit.cid.toString(), latest.data.cid)
})

test('many writes at once to one repository are all kept, each in its own commit', async context => {
  const {pds, agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const written = await Promise.all(Array.from({length: 64}, (_, i) => agent.post({text: `${i}`})))
  assert.equal(new Set(written.map(post => post.uri)).size, 64)
  const events = await frames(pds, 4, 64)
  const revs = events.map(event => (event.t === '#commit' ? event.rev : ''))
  assert.deepEqual(revs, revs.toSorted())
  for (const [i, event] of events.entries()) {
    if (i > 0 && event.t === '#commit') assert.equal(event.since, revs[i - 1])
  }
  assert.equal(
    (await agent.com.atproto.repo.listRecords({repo: did, collection: 'app.bsky.feed.post', limit: 100})).data.records
      .length,
    64,
  )
})

test('writes of one key at once are taken in turn, and likes of one post leave one', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const key = {repo: did, collection: 'com.example.note', rkey: 'one'}
  const put = (text: string) => agent.com.atproto.repo.putRecord({...key, record: {text}})
  const remove = () => agent.com.atproto.repo.deleteRecord(key)
  await Promise.all([put('a'), put('b'), put('c')])
  await Promise.all([put('d'), remove(), put('e')])
  await Promise.all([remove(), remove()])
  await assert.rejects(agent.com.atproto.repo.getRecord(key), {error: 'RecordNotFound'})
  const {uri, cid} = await agent.post({text: 'liked'})
  const likes = await Promise.all([1, 2, 3].map(() => agent.like(uri, cid)))
  const {records} = (await agent.com.atproto.repo.listRecords({repo: did, collection: 'app.bsky.feed.like'})).data
  assert.deepEqual(
    records.map(record => record.uri),
    [
      likes
        .map(like => like.uri)
        .toSorted()
        .at(-1),
    ],
  )
})

test('a repository is read afresh now and then, and no write of that moment is lost', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const written = await Promise.all(Array.from({length: 1_100}, (_, i) => agent.post({text: `${i}`})))
  assert.equal(new Set(written.map(post => post.cid)).size, 1_100)
  const car = await agent.com.atproto.sync.getRepo({did})
  assert.equal((await verifyRepoCar(car.data, did)).creates.length, 1_100)
})

test('a picture is stored once a post refers to it, and served as it came', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const bytes = Uint8Array.from({length: 5000}, (_, i) => i & 255)
  const {blob} = (await agent.uploadBlob(bytes, {encoding: 'image/png'})).data
  const cid = blob.ref.toString()
  await assert.rejects(agent.com.atproto.sync.getBlob({did, cid}), {error: 'BlobNotFound'})
  await agent.post({text: 'look', embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: 'noise'}]}})
  const served = await agent.com.atproto.sync.getBlob({did, cid})
  assert.deepEqual(served.data, bytes)
  assert.deepEqual((await agent.com.atproto.sync.listBlobs({did})).data.cids, [cid])
})

test('on a disk, the files of blobs come and go with the records that refer to them, and with their account', async context => {
  const folder = temporaryFolder('pds-blobs')
  const {agent: newAgent, pds} = await network(context, {PDS_BLOBS: `file:${folder}`, PDS_ADMIN_PASSWORD: 'rule'})
  const files = async (): Promise<number> => {
    const found = await readdir(folder, {recursive: true, withFileTypes: true})
    return found.filter(file => file.isFile()).length
  }
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const upload = async (n: number) => (await agent.uploadBlob(new Uint8Array(n), {encoding: 'image/png'})).data.blob
  const [one, two] = [await upload(1), await upload(2)]
  assert.equal(await files(), 2)
  const images = [one, two].map(image => ({image, alt: ''}))
  const {uri} = await agent.post({text: 'two', embed: {$type: 'app.bsky.embed.images', images}})
  await agent.post({text: 'one', embed: {$type: 'app.bsky.embed.images', images: images.slice(0, 1)}})
  await agent.deletePost(uri)
  await until(async () => (await files()) === 1, 'one file is left')
  await agent.com.atproto.sync.getBlob({did, cid: one.ref.toString()})
  await assert.rejects(agent.com.atproto.sync.getBlob({did, cid: two.ref.toString()}), {error: 'BlobNotFound'})
  const authorization = `Basic ${btoa('admin:rule')}`
  const removal = new Request('http://localhost:2583/xrpc/com.atproto.admin.deleteAccount', {
    method: 'POST',
    headers: {authorization, 'content-type': 'application/json'},
    body: JSON.stringify({did}),
  })
  assert.equal((await pds.fetch(removal)).status, 200)
  await until(async () => (await files()) === 0, 'none is left')
})

test('what is wrong is refused by its name, and changes nothing', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const createAccount = (handle: string, password = 'correct horse') =>
    newAgent().createAccount({handle, email: 'b@example.com', password})
  await assert.rejects(createAccount('alice.test'), {error: 'HandleNotAvailable'})
  await assert.rejects(createAccount('alice.example'), {error: 'UnsupportedDomain'})
  await assert.rejects(createAccount('al.ice.test'), {error: 'InvalidHandle'})
  await assert.rejects(createAccount('bobby.test', 'short'), {error: 'InvalidPassword'})
  const create = (record: Record<string, unknown>, more = {}) =>
    agent.com.atproto.repo.createRecord({repo: did, collection: 'app.bsky.feed.post', record, ...more})
  await assert.rejects(create({text: 'x'}), /createdAt/)
  await assert.rejects(
    create(
      {text: 'x', createdAt: new Date().toISOString()},
      {swapCommit: 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua'},
    ),
    {error: 'InvalidSwap'},
  )
  await assert.rejects(
    agent.com.atproto.repo.createRecord({repo: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', collection: 'a.b.c', record: {}}),
    {status: 400},
  )
  const bob = await signUp(newAgent(), 'bobby')
  const foreign = {repo: bob, collection: 'a.b.c', record: {}}
  await assert.rejects(agent.com.atproto.repo.createRecord(foreign), {status: 401, error: 'AuthenticationRequired'})
  await assert.rejects(newAgent().login({identifier: 'alice.test', password: 'wrong'}), {
    message: 'Invalid identifier or password',
  })
  assert.deepEqual((await agent.com.atproto.repo.describeRepo({repo: did})).data.collections, [])
})
