/** Records and blobs as strangers would have them: of the wrong shape, in rings, with scripts; and what is made of them. */
import assert from 'node:assert/strict'
import type {AtpAgent} from '@atproto/api'
import {until} from '../until.ts'
import {accessOf, call} from './calls.ts'
import {familyOf, type HostileCase} from './case.ts'
import type {HostileNetwork} from './network.ts'

const at = familyOf('records')
const post = 'app.bsky.feed.post'
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const now = (): string => new Date().toISOString()

type Json = Record<string, unknown>

const odd: Readonly<Record<string, unknown>> = {
  nothing: null,
  'a number': 1,
  'a long text': 'x'.repeat(20_000),
  'a list': ['a'],
  'an object': {a: 1},
  'another type': {$type: 'com.example.none'},
  bytes: {$bytes: 'AAAA'},
  'a link': {$link: cid},
  'a link that is none': {$link: 'x'},
  'a NUL and turned text': '\u0000\u202eabc',
}

/** The members of records that anybody's pages show. */
const members: Readonly<Record<string, readonly string[]>> = {
  [post]: ['text', 'createdAt', 'reply', 'embed', 'facets', 'langs', 'labels', 'tags'],
  'app.bsky.actor.profile': ['displayName', 'description', 'avatar', 'labels', 'pinnedPost', 'createdAt'],
  'app.bsky.graph.list': ['purpose', 'name', 'description', 'avatar'],
}

const whole: Readonly<Record<string, () => Json>> = {
  [post]: () => ({text: 'hi', createdAt: now()}),
  'app.bsky.actor.profile': () => ({displayName: 'Somebody'}),
  'app.bsky.graph.list': () => ({purpose: 'app.bsky.graph.defs#curatelist', name: 'list', createdAt: now()}),
}

let keys = 0
const newKey = (): string =>
  `3lbcd${(keys++)
    .toString(36)
    .padStart(4, '2')
    .replace(/[^2-7a-z]/g, 'z')}${'2'.repeat(4)}`

async function put(
  network: HostileNetwork,
  agent: AtpAgent,
  collection: string,
  rkey: string,
  record: Json,
): Promise<number> {
  const body = JSON.stringify({
    repo: agent.assertDid,
    collection,
    rkey,
    record: {$type: collection, ...record},
    validate: false,
  })
  return (await call(network, 'pds', 'com.atproto.repo.putRecord', {token: accessOf(agent), body})).status
}

/** Writes it unchecked, as any other server may, waits until the AppView has come past it, and reads every view of it. */
async function shown(network: HostileNetwork, collection: string, record: Json): Promise<void> {
  const agent = await network.newcomer()
  const rkey = collection.endsWith('profile') ? 'self' : newKey()
  await put(network, agent, collection, rkey, record)
  await read(network, agent, `at://${agent.assertDid}/${collection}/${rkey}`)
}

async function read(network: HostileNetwork, agent: AtpAgent, uri: string): Promise<void> {
  const did = agent.assertDid
  // What comes after it is there when it is there.
  const text = `mark ${did}`
  await put(network, agent, post, `mark${keys++}`, {text, createdAt: now()})
  const feed = `?actor=${did}`
  const isThere = async (): Promise<boolean> =>
    (await call(network, 'appview', 'app.bsky.feed.getAuthorFeed', {query: feed})).text.includes(text)
  await until(isThere, 'the AppView has come past it', 25_000)
  const encoded = encodeURIComponent(uri)
  const reads: [string, string][] = [
    ['app.bsky.actor.getProfile', feed],
    ['app.bsky.feed.getAuthorFeed', feed],
    ['app.bsky.feed.getPosts', `?uris=${encoded}`],
    ['app.bsky.feed.getPostThread', `?uri=${encoded}&depth=1000&parentHeight=1000`],
    ['app.bsky.unspecced.getPostThreadV2', `?anchor=${encoded}&below=20&branchingFactor=100`],
    ['app.bsky.graph.getLists', feed],
    ['app.bsky.graph.getList', `?list=${encoded}`],
  ]
  for (const [nsid, query] of reads) await call(network, 'appview', nsid, {query})
  for (const path of [`/profile/${did}`, `/profile/${did}/post/${uri.split('/').at(-1)}`]) await isPlain(network, path)
}

/** A page of ours runs nobody's script: it is there or says that there is none, and holds none of what strangers wrote. */
export async function isPlain(network: HostileNetwork, path: string): Promise<void> {
  const response = await fetch(network.url('web') + path, {signal: AbortSignal.timeout(20_000), redirect: 'manual'})
  const html = await response.text()
  assert.ok(response.status !== 500, `${path} ${response.status}`)
  for (const [tag] of html.matchAll(/<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi)) {
    const leads = /(href|src|action)=["']?\s*(javascript|vbscript|data:text|(https?:)?\/\/evil)/i
    assert.doesNotMatch(tag, leads, `${path}: ${tag}`)
    // What is left without the values are the names of the attributes.
    const bare = tag.replace(/"[^"]*"|'[^']*'/g, '""')
    assert.doesNotMatch(bare, /\son\w+=|^<script>/i, `${path}: ${tag}`)
  }
  const policy = response.headers.get('content-security-policy') ?? ''
  if (response.headers.get('content-type')?.startsWith('text/html')) assert.match(policy, /script-src/, path)
}

const at_ = (agent: AtpAgent, rkey: string): Json => ({uri: `at://${agent.assertDid}/${post}/${rkey}`, cid})

/** Posts that answer each other: `count` in a ring. */
async function ring(network: HostileNetwork, count: number): Promise<void> {
  const agent = await network.newcomer()
  for (let i = 0; i < count; i++) {
    const parent = at_(agent, `ring${(i + 1) % count}`)
    await put(network, agent, post, `ring${i}`, {text: `ring ${i}`, createdAt: now(), reply: {root: parent, parent}})
  }
  await read(network, agent, at_(agent, 'ring0').uri as string)
}

const facet = (byteStart: number, byteEnd: number, more: Json = {}): Json => ({
  index: {byteStart, byteEnd},
  features: [{$type: 'app.bsky.richtext.facet#link', uri: 'https://example.com', ...more}],
})

const scripts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '\u202e<b onmouseover=alert(1)>',
  '${alert(1)}{{alert(1)}}',
  '</title><script>alert(1)</script>',
]

const whole_ = (more: Json): Json => ({text: 'a word or two', createdAt: now(), ...more})
const special: Readonly<Record<string, (network: HostileNetwork) => Promise<void>>> = {
  'a post that answers itself': network => ring(network, 1),
  'two posts that answer each other': network => ring(network, 2),
  'a ring of thirty': network => ring(network, 30),
  'a thousand mentions': network =>
    shown(
      network,
      post,
      whole_({
        facets: Array.from({length: 1_000}, (_, i) => ({
          index: {byteStart: 0, byteEnd: 3},
          features: [
            {
              $type: 'app.bsky.richtext.facet#mention',
              did: `did:plc:${i
                .toString(32)
                .padStart(24, 'a')
                .replace(/[^a-z2-7]/g, 'a')}`,
            },
          ],
        })),
      }),
    ),
  'facets that overlap': network => shown(network, post, whole_({facets: [facet(0, 5), facet(2, 9), facet(0, 13)]})),
  'facets out of the text': network =>
    shown(network, post, whole_({facets: [facet(5, 900), facet(-1, 3), facet(9, 2)]})),
  'facets in the middle of a letter': network => shown(network, post, whole_({text: '👩‍👩‍👧', facets: [facet(1, 3)]})),
  'a facet that runs a script': network =>
    shown(network, post, whole_({facets: [facet(0, 5, {uri: 'javascript:alert(1)'})]})),
  'a card that runs a script': network =>
    shown(
      network,
      post,
      whole_({
        embed: {
          $type: 'app.bsky.embed.external',
          external: {uri: 'javascript:alert(1)', title: scripts[0], description: scripts[1]},
        },
      }),
    ),
  'a quote of itself': async network => {
    const agent = await network.newcomer()
    const embed = {$type: 'app.bsky.embed.record', record: at_(agent, 'quote')}
    await put(network, agent, post, 'quote', whole_({embed}))
    await read(network, agent, at_(agent, 'quote').uri as string)
  },
  'a picture that nobody uploaded': network =>
    shown(
      network,
      post,
      whole_({
        embed: {
          $type: 'app.bsky.embed.images',
          images: [{alt: scripts[1], image: {$type: 'blob', ref: {$link: cid}, mimeType: 'image/png', size: 1}}],
        },
      }),
    ),
  'a date long past': network => shown(network, post, whole_({createdAt: '0000-01-01T00:00:00.000Z'})),
  'a date far ahead': network => shown(network, post, whole_({createdAt: '9999-12-31T23:59:59.999Z'})),
  'a list that holds its owner': async network => {
    const agent = await network.newcomer()
    const list = `at://${agent.assertDid}/app.bsky.graph.list/own`
    await put(network, agent, 'app.bsky.graph.list', 'own', whole['app.bsky.graph.list']())
    for (const subject of [agent.assertDid, list]) {
      await put(network, agent, 'app.bsky.graph.listitem', newKey(), {subject, list, createdAt: now()})
    }
    await put(network, agent, 'app.bsky.graph.listblock', newKey(), {subject: list, createdAt: now()})
    await read(network, agent, list)
  },
  'a follow and a block of oneself': async network => {
    const agent = await network.newcomer()
    for (const kind of ['follow', 'block']) {
      await put(network, agent, `app.bsky.graph.${kind}`, newKey(), {subject: agent.assertDid, createdAt: now()})
    }
    await read(network, agent, `at://${agent.assertDid}/${post}/none`)
  },
}

/** Bytes that call themselves pictures. */
const blobs: Readonly<Record<string, [type: string, bytes: string]>> = {
  HTML: ['text/html', '<html><script>alert(1)</script>'],
  'HTML as a picture': ['image/png', '<html><script>alert(1)</script>'],
  'SVG with a script': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  'a script': ['text/javascript', 'alert(1)'],
  'a type with a line break': ['text/html, a', 'x'],
  nothing: ['image/png', ''],
  'a picture of 50,000 by 50,000': [
    'image/png',
    Buffer.from('89504e470d0a1a0a0000000d494844520000c3500000c3500802000000d8c4b5ce', 'hex').toString('latin1'),
  ],
}

async function blob(network: HostileNetwork, type: string, bytes: string): Promise<void> {
  const agent = await network.newcomer()
  const body = Buffer.from(bytes, 'latin1')
  const {status, text} = await call(network, 'pds', 'com.atproto.repo.uploadBlob', {token: accessOf(agent), type, body})
  if (status !== 200) return
  const uploaded = (JSON.parse(text) as {blob: {ref: {$link: string}}}).blob
  await put(network, agent, 'app.bsky.actor.profile', 'self', {displayName: 'x', avatar: uploaded})
  const {$link} = uploaded.ref
  const served = await fetch(`${network.url('pds')}/xrpc/com.atproto.sync.getBlob?did=${agent.assertDid}&cid=${$link}`)
  await served.arrayBuffer()
  assert.ok(served.status < 500)
  if (served.ok) {
    assert.equal(served.headers.get('x-content-type-options'), 'nosniff')
    assert.match(served.headers.get('content-security-policy') ?? '', /sandbox|default-src 'none'/)
  }
  const image = await fetch(`${network.url('appview')}/img/avatar/plain/${agent.assertDid}/${$link}@jpeg`)
  await image.arrayBuffer()
  assert.ok(image.status !== 500, `a picture made of it: ${image.status}`)
}

export const recordCases: readonly HostileCase[] = [
  ...Object.entries(members).flatMap(([collection, names]) =>
    names.flatMap(name => [
      at('appview', `${collection} whose ${name} is odd in each way`, async network => {
        for (const value of Object.values(odd).slice(0, 5))
          await shown(network, collection, {...whole[collection](), [name]: value})
      }),
      at('pds', `${collection} whose ${name} is odd in each way, checked`, async network => {
        const agent = await network.newcomer()
        for (const value of Object.values(odd)) {
          const record = {$type: collection, ...whole[collection](), [name]: value}
          const body = JSON.stringify({
            repo: agent.assertDid,
            collection,
            rkey: collection.endsWith('profile') ? 'self' : newKey(),
            record,
          })
          await call(network, 'pds', 'com.atproto.repo.putRecord', {token: accessOf(agent), body})
        }
      }),
    ]),
  ),
  ...scripts.map(script =>
    at('web', `a script in every text: ${script}`, network =>
      shown(network, 'app.bsky.actor.profile', {displayName: script, description: script}).then(() =>
        shown(network, post, whole_({text: script, tags: [script]})),
      ),
    ),
  ),
  ...Object.entries(special).map(([name, run]) => at('appview', name, run)),
  ...Object.entries(blobs).map(([name, [type, bytes]]) =>
    at('pds', `a blob: ${name}`, network => blob(network, type, bytes)),
  ),
]
