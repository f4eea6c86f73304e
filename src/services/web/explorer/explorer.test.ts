/** The explorer over a real PDS and directory, in this process, without a socket. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {withHosts} from '#runtime/in-process.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import type {Service} from '#runtime/service.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {webConfig} from '../config.ts'
import {openWeb} from '../web.ts'

interface Site {
  agent: AtpAgent
  did: string
  world: World
  page(path: string): Promise<{status: number; text: string; location: string | null}>
}

/** An account, and pages beside its server. `change` stands between the pages and the PDS. */
async function site(
  context: TestContext,
  change: (response: Response, url: URL) => Response | Promise<Response> = response => response,
  more: (hosts: Map<string, Service>) => void = () => {},
): Promise<Site> {
  const {agent: agentOf, world, hosts} = await pdsNetwork(context)
  more(hosts)
  const agent = agentOf()
  const did = await signUp(agent, 'alice')
  const outside = nodeWorld({userAgent: 'test', guard: createGuard()})
  context.after(() => outside.close())
  const inside = withHosts(outside, hosts)
  const guarded = {
    ...inside,
    fetch: async (request: Request) => change(await inside.fetch(request), new URL(request.url)),
  }
  const config = readConfig(webConfig, {env: {WEB_DATABASE: 'memory:'}})
  const web = await openWeb(config, world, guarded, silentLog, new Metrics())
  context.after(() => web.stop())
  const page = async (path: string) => {
    const response = await web.fetch(new Request(`http://localhost:2580${path}`))
    return {status: response.status, text: await response.text(), location: response.headers.get('location')}
  }
  return {agent, did, world, page}
}

const hostile = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>'

/** More than any page asks for. */
const many = <T>(make: (i: number) => T): T[] => Array.from({length: 10_000}, (_, i) => make(i))

/** Nothing of a stranger has become markup. */
function assertNoMarkup(page: string): void {
  const text = page.replaceAll(/"[^"]*"/g, value => (value.startsWith('"javascript:') ? value : '""'))
  assert.ok(!page.includes('<script>alert') && !page.includes('<img src=x'), 'a stranger’s markup is in the page')
  assert.ok(!/<[a-z][^>]*\son\w+=/i.test(text), 'an element has an event attribute')
  assert.ok(!/<[a-z][^>]*\sstyle=/i.test(text), 'an element has a style attribute')
  assert.ok(!/href="javascript:/i.test(text), 'a link runs a script')
}

test('an account is shown with its records, its history and its tree, all verified', async context => {
  const {agent, did, page} = await site(context)
  const {uri, cid} = await agent.post({text: 'first words'})
  const path = `/explore/${uri.slice('at://'.length)}`

  assert.match((await page('/explore/alice.test')).text, /handle confirmed both ways/)
  assert.match((await page(`/explore/${did}/app.bsky.feed.post`)).text, /first words/)
  const record = (await page(path)).text
  assert.match(record, /signed and in the repository/)
  assert.match(record, /valid by its lexicon/)
  assert.ok(record.includes(cid))
  assert.match((await page(`${path}?view=proof`)).text, /Valid: this record is in/)
  assert.match((await page(`${path}?view=cbor`)).text, /text of 11 bytes &quot;first words&quot;/)
  assert.match((await page(`/explore/${did}/-/history`)).text, /1 operation checked here/)
  assert.match((await page(`/explore/${did}/-/repo`)).text, /by the account’s key/)
  assert.match((await page(`/explore/${did}/-/verify`)).text, /1 record in 1 node/)
  assert.match((await page(`/explore/${did}/-/block/${cid}`)).text, /the bytes match this CID/)
  const absent = await page(`/explore/${did}/app.bsky.feed.post/3aaaaaaaaaaaa`)
  assert.match(absent.text, /proven: the signed repository has no record at this key/)
})

test('a record that its server changes on the way is found out', async context => {
  let isLying = false
  const {agent, page} = await site(context, async (response, {pathname}) => {
    if (!isLying || !pathname.startsWith('/xrpc/com.atproto.sync.')) return response
    const bytes = new Uint8Array(await response.arrayBuffer())
    bytes[bytes.length - 20] ^= 1
    return new Response(bytes, response)
  })
  const {uri} = await agent.post({text: 'as it was signed'})
  isLying = true
  const {text} = await page(`/explore/${uri.slice('at://'.length)}?view=proof`)
  assert.match(text, /the proof is not valid/)
  assert.match(text, /Not valid: .*car-wrong-hash/)
  assert.doesNotMatch(text, /signed and in the repository/)
})

test('what was signed is shown, whatever the server says that it was', async context => {
  let isLying = false
  let newCid = ''
  const {agent, page} = await site(context, async (response, {pathname}) => {
    if (!isLying || !pathname.endsWith('repo.getRecord')) return response
    const json = (await response.json()) as {cid: string; value: {text: string}}
    json.value.text = 'what the server would like it to say'
    if (newCid) json.cid = newCid
    return Response.json(json)
  })
  const {uri} = await agent.post({text: 'as it was signed'})
  const path = `/explore/${uri.slice('at://'.length)}`
  isLying = true
  const {text} = await page(path)
  assert.match(text, /as it was signed/)
  assert.doesNotMatch(text, /would like it to say/)
  newCid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
  assert.match((await page(path)).text, /the proof is not valid/)
})

test('what strangers write stays text', async context => {
  const {agent, did, page} = await site(context)
  const {uri} = await agent.post({text: hostile, createdAt: new Date().toISOString()})
  await agent.com.atproto.repo.createRecord({
    repo: did,
    collection: 'com.example.thing',
    validate: false,
    record: {$type: 'com.example.thing', name: hostile, link: 'javascript:alert(1)', [hostile]: hostile},
  })
  const {records} = (await agent.com.atproto.repo.listRecords({repo: did, collection: 'com.example.thing'})).data
  const paths = [
    `/explore/${uri.slice(5)}`,
    `/explore/${uri.slice(5)}?view=cbor`,
    `/explore/${records[0].uri.slice(5)}`,
    `/explore/${records[0].uri.slice(5)}?view=cbor`,
    `/explore/${records[0].uri.slice(5)}?view=lexicon`,
    `/explore/${did}/com.example.thing`,
    `/explore?q=${encodeURIComponent(hostile)}`,
    `/explore/${encodeURIComponent(hostile)}`,
    `/explore/-/server/${encodeURIComponent(hostile)}`,
    `/explore/-/cid/${encodeURIComponent(hostile)}`,
    `/live?collection=${encodeURIComponent(hostile)}&did=${encodeURIComponent(hostile)}&text=${encodeURIComponent(hostile)}`,
  ]
  for (const path of paths) assertNoMarkup((await page(path)).text)
})

test('a server that answers more than it was asked for is shown in part', async context => {
  const cid = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
  let own = ''
  const answers: Record<string, () => unknown> = {
    'com.atproto.repo.describeRepo': () => ({
      handle: 'alice.test',
      did: own,
      didDoc: {},
      collections: many(i => `com.example.x${i}`),
      handleIsCorrect: true,
    }),
    'com.atproto.repo.listRecords': () => ({records: many(i => ({uri: `at://${own}/a.b.c/${i}`, cid, value: {}}))}),
    'com.atproto.sync.listBlobs': () => ({cids: many(() => cid)}),
    'com.atproto.sync.listRepos': () => ({
      repos: many(i => ({did: `did:web:a${i}.test`, head: cid, rev: '3jzfcijpj2z2a', active: true})),
    }),
    'com.atproto.server.describeServer': () => ({did: own, availableUserDomains: many(i => `.a${i}.test`)}),
  }
  const {did, page} = await site(context, (response, {pathname}) => {
    const answer = answers[pathname.slice('/xrpc/'.length)]
    return answer ? Response.json(answer()) : response
  })
  own = did
  for (const path of [did, `${did}/a.b.c`, `${did}/-/blobs`, '-/server/localhost:2583']) {
    const {status, text} = await page(`/explore/${path}`)
    assert.equal(status, 200)
    assert.ok(text.length > 5_000 && text.length < 400_000, `${path}: ${text.length}`)
  }
})

test('servers at private addresses are not asked, whoever names them', async context => {
  const {page} = await site(context)
  for (const host of ['10.0.0.1', '169.254.169.254', '127.0.0.1:22', '[::1]', 'localhost:22', '192.168.0.1:80']) {
    const {status, text} = await page(`/explore/-/server/${encodeURIComponent(host)}`)
    assert.ok(status === 502 || status === 404, `${host}: ${status}`)
    assert.match(text, /was not contacted|is not a host name/, host)
  }
})

test('a DID that names a private host leads nowhere', async context => {
  const {page} = await site(context)
  const {status, text} = await page('/explore/did:web:169.254.169.254')
  assert.equal(status, 502)
  assert.match(text, /not a public address|none of the DIDs/)
})

test('a blob is hashed before it is shown, and only plain pictures are shown as such', async context => {
  let isLying = false
  const {agent, did, page} = await site(context, async (response, {pathname}) =>
    isLying && pathname.endsWith('sync.getBlob') ? new Response('<svg onload="alert(1)"/>') : response,
  )
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3)
  const {blob} = (await agent.uploadBlob(png, {encoding: 'image/png'})).data
  await agent.post({
    text: 'a picture',
    embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]},
  })
  const path = `/explore/${did}/-/blob/${blob.ref.toString()}`
  assert.equal((await page(path)).status, 200)
  isLying = true
  const {status, text} = await page(path)
  assert.equal(status, 502)
  assert.match(text, /bytes that do not match this CID/)
})

test('an identity that this network does not know is looked up where all are', async context => {
  const far = 'did:plc:z72i7hdynmk6r22z27h6tvur'
  const directory: Pick<Service, 'fetch'> = {
    fetch: async request =>
      new URL(request.url).pathname === `/${far}`
        ? Response.json({id: far, alsoKnownAs: [], service: [], verificationMethod: []})
        : Response.json({message: 'DID not registered'}, {status: 404}),
  }
  const {page} = await site(context, undefined, hosts => hosts.set('plc.directory', directory as Service))
  const {status, text} = await page(`/explore/${far}`)
  assert.equal(status, 200)
  assert.match(text, /names no PDS/)
  assert.equal((await page('/explore/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')).status, 404)
})

test('a repository is verified while its page is open: progress, and at last the result as a piece of it', async context => {
  const {agent, did, page} = await site(context)
  await agent.post({text: 'first words'})
  const {status, text} = await page(`/explore/${did}/-/verify/events`)
  assert.equal(status, 200)
  const [, data = ''] = /event: done\ndata: (.+)\n\n$/.exec(text) ?? []
  const result = JSON.parse(data) as string
  assert.match(result, /verified[\s\S]*1 record in 1 node/)
  assert.doesNotMatch(result, /<html|<script/)
})
