/** Uploads as real clients send them, and what the bytes say. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib'
import sharp from 'sharp'
import {pdsNetwork as network, signUp} from '../../../../test/pds-network.ts'

const picture = await sharp({create: {width: 32, height: 32, channels: 3, background: '#abcdef'}})
  .jpeg()
  .toBuffer()

type Blob = {ref: {$link: string}; mimeType: string; size: number}
type Answer = {status: number; error?: string; message?: string; blob?: Blob; validationStatus?: string}

async function uploader(context: TestContext, settings: Record<string, string> = {}) {
  const {pds, agent: newAgent} = await network(context, settings)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const call = async (method: string, body: BodyInit, headers: Record<string, string>): Promise<Answer> => {
    const url = `http://localhost:2583/xrpc/com.atproto.repo.${method}`
    const authorization = `Bearer ${agent.session?.accessJwt}`
    const answer = await pds.fetch(new Request(url, {method: 'POST', body, headers: {authorization, ...headers}}))
    return {status: answer.status, ...((await answer.json()) as object)}
  }
  const upload = (bytes: Uint8Array, headers: Record<string, string>) =>
    call('uploadBlob', new Uint8Array(bytes), headers)
  const create = (collection: string, record: object) =>
    call('createRecord', JSON.stringify({repo: did, collection, record}), {'content-type': 'application/json'})
  const post = (image: unknown) =>
    create('app.bsky.feed.post', {
      text: 'look',
      createdAt: new Date().toISOString(),
      embed: {$type: 'app.bsky.embed.images', images: [{image, alt: ''}]},
    })
  const served = async (blob: Blob | undefined): Promise<Response> =>
    pds.fetch(new Request(`http://localhost:2583/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${blob?.ref.$link}`))
  return {agent, pds, did, call, upload, post, create, served}
}

test('the bytes say what a file is, whatever its sender does', async context => {
  const {upload, post, served} = await uploader(context)
  for (const type of ['*/*', 'application/octet-stream', 'video/mp4', 'image/jpeg; charset=binary']) {
    const {blob} = await upload(picture, {'content-type': type})
    assert.deepEqual([blob?.mimeType, blob?.size], ['image/jpeg', picture.length], type)
    assert.equal((await post(blob)).status, 200)
    const answer = await served(blob)
    assert.equal(answer.headers.get('content-type'), 'image/jpeg')
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), picture)
  }
  const text = new TextEncoder().encode('what is this')
  assert.equal((await upload(text, {'content-type': '*/*'})).blob?.mimeType, 'application/octet-stream')
  assert.equal((await upload(text, {'content-type': 'text/x-note'})).blob?.mimeType, 'text/x-note')
  assert.deepEqual(await upload(picture, {}), {
    status: 400,
    error: 'InvalidRequest',
    message: 'Request encoding (Content-Type) required but not provided',
  })
  assert.equal((await upload(picture, {'content-type': '*/jpeg'})).status, 400)
})

test('where the operator wants it, a picture loses its notes, but none that a record names already', async context => {
  const {upload, post, served} = await uploader(context, {PDS_PICTURE_NOTES: 'false'})
  const noted = await sharp(picture)
    .withExif({IFD0: {Artist: 'Alice'}, IFD3: {GPSLatitude: '48/1 51/1 30/1'}})
    .jpeg()
    .toBuffer()
  const {blob} = await upload(noted, {'content-type': 'image/jpeg'})
  assert.equal((await post(blob)).status, 200)
  const bytes = Buffer.from(await (await served(blob)).arrayBuffer())
  assert.ok(noted.includes('Alice') && !bytes.includes('Alice') && !bytes.includes('Exif'))
  assert.deepEqual([bytes.length, (await sharp(bytes).metadata()).width], [blob?.size, 32])
  // One without notes is what it was; a broken one could hide them.
  assert.equal((await upload(bytes, {'content-type': 'image/jpeg'})).blob?.ref.$link, blob?.ref.$link)
  const broken = await upload(noted.subarray(0, 40), {'content-type': 'image/jpeg'})
  assert.deepEqual([broken.status, broken.error], [400, 'InvalidRequest'])
})

test('a compressed upload is the file that comes out of it, which is what its bound is about', async context => {
  const {upload} = await uploader(context, {PDS_BLOB_SIZE_MAX: '100kB'})
  const plain = (await upload(picture, {'content-type': 'image/jpeg'})).blob
  const send = (encoding: string, bytes: Uint8Array) =>
    upload(bytes, {'content-type': 'image/jpeg', 'content-encoding': encoding})
  const packed: [string, Uint8Array][] = [
    ['gzip', gzipSync(picture)],
    ['deflate', deflateSync(picture)],
    ['br', brotliCompressSync(picture)],
    ['gzip, br', brotliCompressSync(gzipSync(picture))],
  ]
  for (const [encoding, bytes] of packed) assert.deepEqual((await send(encoding, bytes)).blob, plain, encoding)
  for (const encoding of ['gzip', 'deflate', 'br']) {
    const {status, error} = await send(encoding, picture)
    assert.deepEqual([status, error], [400, 'InvalidRequest'], encoding)
  }
  assert.equal((await send('zstd', picture)).error, 'UnsupportedMediaType')
  const big = await send('gzip', gzipSync(new Uint8Array(200_000)))
  assert.deepEqual([big.status, big.error], [413, 'PayloadTooLarge'])
})

test('what a lexicon does not accept is refused by name, as is what is not so', async context => {
  const {upload, post, create} = await uploader(context)
  const {blob: file} = await upload(new TextEncoder().encode('WEBVTT'), {'content-type': 'image/png'})
  assert.equal(file?.mimeType, 'text/vtt')
  const refused = await post(file)
  assert.equal(refused.error, 'InvalidRequest')
  assert.match(refused.message ?? '', /image\/mimeType: "text\/vtt" is not one of image\/\*/)
  assert.equal((await post({...file, mimeType: 'image/png'})).error, 'InvalidMimeType')
  const big = new Uint8Array(2_000_001)
  big.set(picture)
  const {blob} = await upload(big, {'content-type': 'image/jpeg'})
  assert.match((await post(blob)).message ?? '', /image\/size: more than 2000000 bytes/)
  assert.equal((await post({...blob, size: 5})).error, 'InvalidSize')
  assert.equal((await create('com.example.note', {file: blob})).status, 200)
})

const legacy = (of: Blob | undefined) => ({cid: of?.ref.$link, mimeType: 'image/jpeg'})

test('pictures in the form before 2023 are taken in a profile, and nowhere else', async context => {
  const {upload, create, call, did} = await uploader(context)
  const {blob} = await upload(picture, {'content-type': '*/*'})
  const {blob: unused} = await upload(new TextEncoder().encode('GIF89a'), {'content-type': '*/*'})
  for (const collection of ['com.example.note', 'app.bsky.feed.post']) {
    assert.equal((await create(collection, {picture: legacy(blob)})).error, 'InvalidRequest')
  }
  assert.match(
    (await create('com.example.note', {picture: legacy(blob)})).message ?? '',
    /Legacy blobs are not allowed/,
  )
  const profile = (avatar: unknown) =>
    call(
      'putRecord',
      JSON.stringify({repo: did, collection: 'app.bsky.actor.profile', rkey: 'self', record: {avatar}}),
      {'content-type': 'application/json'},
    )
  assert.equal((await profile(legacy(blob))).status, 200)
  assert.match((await profile(legacy(unused))).message ?? '', /not one of image\/png/)
  assert.equal((await profile({cid: did, mimeType: 'image/jpeg'})).error, 'InvalidRequest')
})

test('who wants no validation is told of none', async context => {
  const {create, call, did} = await uploader(context)
  const unchecked = {repo: did, collection: 'com.example.note', record: {}, validate: false}
  const answer = await call('createRecord', JSON.stringify(unchecked), {'content-type': 'application/json'})
  assert.deepEqual([answer.status, answer.validationStatus], [200, undefined])
  assert.equal((await create('com.example.note', {})).validationStatus, 'unknown')
})

test('a service uploads for an account that has signed it a token for that, and for nothing else', async context => {
  const {agent, did, pds} = await uploader(context)
  const {server} = agent.com.atproto
  const tokenFor = async (lxm: string, aud = 'did:web:localhost%3A2583') =>
    (await server.getServiceAuth({aud, lxm})).data.token
  const upload = 'com.atproto.repo.uploadBlob'
  const ask = async (token: string, method = upload): Promise<Answer> => {
    const headers = {authorization: `Bearer ${token}`, 'content-type': method === upload ? '*/*' : 'application/json'}
    const body =
      method === upload ? new Uint8Array(picture) : JSON.stringify({repo: did, collection: 'a.b.c', record: {}})
    const answer = await pds.fetch(new Request(`http://localhost:2583/xrpc/${method}`, {method: 'POST', body, headers}))
    return {status: answer.status, ...((await answer.json()) as object)}
  }
  const {status, blob} = await ask(await tokenFor(upload))
  assert.deepEqual([status, blob?.mimeType], [200, 'image/jpeg'])
  const image = {image: blob as never, alt: ''}
  await agent.post({text: 'by another', embed: {$type: 'app.bsky.embed.images', images: [image]}})
  assert.equal((await ask(await tokenFor('com.atproto.repo.listRecords'))).error, 'BadJwtLexiconMethod')
  assert.equal((await ask(await tokenFor(upload, 'did:web:example.com'))).error, 'BadJwtAudience')
  assert.equal((await ask(`${await tokenFor(upload)}x`)).status, 401)
  assert.notEqual(
    (await ask(await tokenFor('com.atproto.repo.createRecord'), 'com.atproto.repo.createRecord')).status,
    200,
  )
})
