/**
 * Pictures through a whole AppView, as views link to them: a real PDS has the bytes, a real directory says where, and
 * the index knows whom to show.
 */
import assert from 'node:assert/strict'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import sharp from 'sharp'
import {cidOf, codecs, parseCid} from '#atp/data/cid.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {withHosts} from '#runtime/in-process.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {toUtf8} from '#std/text.ts'
import {fakeService} from '../../../test/fake-service.ts'
import {Author} from '../../../test/index-events.ts'
import {pdsNetwork, signUp} from '../../../test/pds-network.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openAppView} from './appview.ts'
import {appviewConfig} from './config.ts'
import {SqliteIndexStore} from './store/index/index-store.sqlite.ts'
import {appviewMigrations} from './store/schema.ts'

const publicUrl = 'https://appview.example.com'
const directoryUrl = 'http://plc.internal:2582'
const insider = 'did:plc:insiderinsiderinsiderins'
const missing = cidOf(codecs.raw, toUtf8('nobody has this')).toString()

/** Alice and Eve have accounts at a PDS; Eve's was taken down. The insider's document names a server of our own. */
async function setUp(context: TestContext) {
  const {hosts, agent, world: inside} = await pdsNetwork(context)
  const database = `sqlite:${join(temporaryFolder('images'), 'appview.sqlite')}`
  const [alice, eve] = [agent(), agent()]
  const people = [await signUp(alice, 'alice'), await signUp(eve, 'eve'), insider]
  const png = await sharp({create: {width: 1600, height: 400, channels: 3, background: 'teal'}})
    .png()
    .toBuffer()
  const upload = async (owner: typeof alice, bytes: Uint8Array, encoding: string): Promise<string> => {
    const {blob} = (await owner.uploadBlob(bytes, {encoding})).data
    const record = {$type: 'org.example.file', blob}
    await owner.com.atproto.repo.createRecord({repo: owner.assertDid, collection: 'org.example.file', record})
    return blob.ref.toString()
  }
  const picture = await upload(alice, png, 'image/png')
  const page = await upload(alice, toUtf8('<!doctype html><script>alert(1)</script>'), 'image/png')
  const hidden = await upload(eve, png, 'image/png')
  const unnamed = await upload(alice, toUtf8('GIF89a that no record names'), 'image/gif')

  const sql = openSql(database, {migrations: appviewMigrations})
  const store = new SqliteIndexStore(sql, inside)
  const profile = {$type: 'app.bsky.actor.profile', displayName: 'Somebody'}
  const blob = (cid: string) => ({$type: 'blob', ref: parseCid(cid), mimeType: 'image/png', size: png.length})
  const images = [picture, page, hidden, missing].map(cid => ({image: blob(cid), alt: ''}))
  const embed = {$type: 'app.bsky.embed.images', images}
  const post = {$type: 'app.bsky.feed.post', text: '', createdAt: '2026-01-01T00:00:00.000Z', embed}
  const records = {'app.bsky.actor.profile/self': profile, 'app.bsky.feed.post/3jzfcijpj2z2a': post}
  const time = datetimeOf(Date.now())
  let seq = 0
  await store.apply('relay', [
    ...people.map(did => ({...new Author(did).commit(records), seq: ++seq})),
    {t: '#account', seq: ++seq, did: people[1] as Did, time, active: false, status: 'takendown'},
  ])
  await sql.close()

  let reached = 0
  const canary = createServer(socket => {
    reached++
    socket.destroy()
  })
  await new Promise<void>(resolve => canary.listen(0, '127.0.0.1', resolve))
  context.after(() => canary.close())
  const serviceEndpoint = `https://127.0.0.1:${(canary.address() as AddressInfo).port}`
  const pds = {id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint}
  const directory = fakeService(async request => {
    const path = new URL(request.url).pathname
    if (path.slice(1) === insider) return Response.json({id: insider, service: [pds]})
    return inside.fetch(new Request(`http://localhost:2582${path}`))
  })
  const blobs: string[] = []
  const guarded = nodeWorld({userAgent: 'test', guard: createGuard()})
  context.after(() => guarded.close())
  const outside = new Map([...hosts, [new URL(directoryUrl).host, directory]])
  const env = {
    APPVIEW_PUBLIC_URL: publicUrl,
    APPVIEW_PLC_URL: directoryUrl,
    APPVIEW_DATABASE: database,
  }
  const inner = withHosts(guarded, outside)
  const appview = await openAppView(
    readConfig(appviewConfig, {env, args: []}),
    withHosts(inside, outside),
    {
      ...inner,
      fetch: request => {
        if (request.url.includes('getBlob')) blobs.push(new URL(request.url).searchParams.get('cid') ?? '')
        return inner.fetch(request)
      },
    },
    silentLog,
    new Metrics(),
  )
  context.after(() => appview.stop())
  const get = (path: string, method = 'GET'): Promise<Response> =>
    appview.fetch(new Request(`${publicUrl}/img/${path}`, {method}))
  return {get, alice: people[0], eve: people[1], picture, page, hidden, unnamed, blobs, reached: () => reached}
}

test('a picture is served as its preset says, kept for ever, and never as anything else', async context => {
  const {get, alice, picture} = await setUp(context)
  for (const [path, type, width, height] of [
    ['feed_fullsize', 'webp', 1000, 250],
    ['feed_thumbnail@jpeg', 'jpeg', 1600, 400],
    ['avatar_thumbnail@webp', 'webp', 128, 128],
  ] as const) {
    const [preset, format] = path.split('@')
    const response = await get(`${preset}/plain/${alice}/${picture}${format ? `@${format}` : ''}`)
    assert.equal(response.status, 200, path)
    assert.equal(response.headers.get('content-type'), `image/${type}`)
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'; sandbox/)
    const bytes = await response.bytes()
    assert.equal(response.headers.get('content-length'), String(bytes.length))
    const made = await sharp(bytes).metadata()
    assert.deepEqual([made.format, made.width, made.height], [type, width, height])
  }
  const head = await get(`feed_fullsize/plain/${alice}/${picture}`, 'HEAD')
  assert.equal(head.headers.get('content-type'), 'image/webp')
  assert.equal((await head.bytes()).length, 0)
})

test('what is no picture, or nobody’s to show, is refused in words that nobody keeps', async context => {
  const {get, alice, eve, picture, page, hidden, unnamed, blobs, reached} = await setUp(context)
  const stranger = 'did:plc:strangerstrangerstranger'
  for (const [what, status, path] of [
    ['an unknown preset', 400, `huge/plain/${alice}/${picture}`],
    ['an unknown format', 400, `avatar/plain/${alice}/${picture}@svg`],
    ['no DID', 400, `avatar/plain/alice.test/${picture}`],
    ['no CID', 400, `avatar/plain/${alice}/abc`],
    ['an account that the index has not met', 404, `avatar/plain/${stranger}/${picture}`],
    ['a blob that the account does not have', 404, `avatar/plain/${alice}/${missing}`],
    ['a blob that no record names', 404, `avatar/plain/${alice}/${unnamed}`],
    ['a page that says it is a picture', 404, `avatar/plain/${alice}/${page}`],
    ['an account that was taken down', 404, `avatar/plain/${eve}/${hidden}`],
    ['an account whose server is within our network', 404, `avatar/plain/${insider}/${picture}`],
  ] as const) {
    const response = await get(path)
    assert.equal(response.status, status, what)
    assert.equal(response.headers.get('content-type'), 'text/plain', what)
    assert.equal(response.headers.get('cache-control'), 'no-store', what)
  }
  assert.equal((await get(`avatar/plain/${alice}/${picture}`, 'POST')).status, 405)
  assert.equal(reached(), 0)
  assert.deepEqual(new Set(blobs), new Set([missing, page, picture]), 'only what a record names is asked for')
})
