/**
 * What a call costs where no network is in the way: the client against the official one over the same answers, a call
 * through the whole router, service tokens against the official verifier, and facets against the official RichText.
 */
import {AtpAgent, RichText} from '@atproto/api'
import {verifyJwt} from '@atproto/xrpc-server'
import {Keypair} from '#atp/crypto/key.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {findings} from '#sdk/facets.ts'
import {realWorld} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {Router} from '#xrpc/router.ts'
import {mintServiceToken, verifyServiceToken} from '#xrpc/service-auth.ts'
import {contest} from './measure.ts'
import {recordMix} from './records.ts'

useNativeCrypto()
const officialName = '@atproto/api'
const service = 'https://pds.example.com'
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const mix = recordMix(2000)
const posts = mix.filter(({collection}) => collection === 'app.bsky.feed.post').slice(0, 50)

const author = {did, handle: 'alice.example.com', displayName: 'Alice', avatar: 'https://cdn.example.com/a.jpg'}
const indexedAt = '2026-01-01T00:00:00.000Z'
const feed = posts.map(({rkey, record}) => ({
  post: {
    uri: `at://${did}/app.bsky.feed.post/${rkey}`,
    cid,
    author,
    record: record as Record<string, unknown>,
    indexedAt,
    likeCount: 3,
    viewer: {},
  },
}))
const timeline = JSON.stringify(valueToJson({feed} as Parameters<typeof valueToJson>[0]))
const answer = () => new Response(timeline, {headers: {'content-type': 'application/json'}})
const client = new Client({service, fetch: async () => answer()})
const agent = new AtpAgent({service, fetch: async () => answer()})

await contest({
  title: `read and check a timeline of ${feed.length} posts`,
  unit: 'timelines',
  work: 10,
  bytes: 10 * timeline.length,
  contenders: {
    wholesky: async () => {
      for (let i = 0; i < 10; i++) await client.query(getTimeline)
    },
    [officialName]: async () => {
      for (let i = 0; i < 10; i++) await agent.app.bsky.feed.getTimeline()
    },
  },
  claims: {[officialName]: 1.5},
})

const {query, procedure} = endpointsFor<object>()
const router = new Router<object>({
  auth: {},
  endpoints: [
    query(getTimeline, {auth: 'none', handle: async () => ({feed})}),
    procedure(createRecord, {auth: 'none', handle: async () => ({uri: feed[0].post.uri, cid})}),
  ],
})
const near = new Client({service, fetch: request => router.fetch(request)})
const far = new AtpAgent({service, fetch: (input, init) => router.fetch(new Request(input, init))})
const note = {repo: did, collection: 'app.bsky.feed.post', record: posts[0].record as Record<string, unknown>}

await contest({
  title: 'createRecord through client and router, in the process',
  unit: 'calls',
  work: 100,
  contenders: {
    wholesky: async () => {
      for (let i = 0; i < 100; i++) await near.procedure(createRecord, note)
    },
    [officialName]: async () => {
      for (let i = 0; i < 100; i++) await far.com.atproto.repo.createRecord(note)
    },
  },
})

for (const curve of ['k256', 'p256'] as const) {
  const keypair = Keypair.generate(curve, realWorld.random)
  const aud = 'did:web:api.example.com#bsky_appview'
  const lxm = getTimeline.nsid as Nsid
  const tokens = Array.from({length: 100}, () =>
    mintServiceToken(realWorld, {iss: did, aud, lxm, keypair, exp: Date.now() / 1000 + 3600}),
  )
  const options = {world: realWorld, audiences: [aud], lxm, keyOf: async () => keypair.publicKey}
  await contest({
    title: `verify service tokens, ${curve}`,
    unit: 'tokens',
    work: tokens.length,
    contenders: {
      wholesky: async () => {
        for (const token of tokens) {
          const verified = await verifyServiceToken(token, options)
          if (!verified.ok) throw new Error(verified.detail)
        }
      },
      '@atproto/xrpc-server': async () => {
        for (const token of tokens) await verifyJwt(token, aud, lxm, async () => keypair.didKey)
      },
    },
    claims: {'@atproto/xrpc-server': 5},
  })
}

const texts = mix.flatMap(({record: {text}}, i) =>
  typeof text === 'string' ? [`${text}${i % 3 ? '' : ' @alice.example.com see example.com/x (#tag)'}`] : [],
)
await contest({
  title: 'find the facets of posts',
  unit: 'posts',
  work: texts.length,
  contenders: {
    wholesky: () => {
      for (const text of texts) findings(text)
    },
    [officialName]: () => {
      for (const text of texts) new RichText({text}).detectFacetsWithoutResolution()
    },
  },
  claims: {[officialName]: 2},
})
