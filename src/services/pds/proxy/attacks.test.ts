/**
 * Attacks by calls to other services and by the tokens for them: to make this server call where nobody may, to have done
 * by a token what it is not for, and to have people's browsers take a stranger's words for this server's.
 */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {after, before, suite, test, type TestContext} from 'node:test'
import {gzipSync} from 'node:zlib'
import {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {toUtf8} from '#std/text.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {realWorld} from '#std/world.ts'
import {mintServiceToken, type TokenRequest} from '#xrpc/service-auth.ts'
import {fakeService, type Answering} from '../../../../test/fake-service.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {until} from '../../../../test/until.ts'

const service = 'did:web:localhost%3A2583' as Did
const moderator = 'did:web:localhost%3A2599' as Did
const appViewDid = 'did:web:localhost%3A2584'
const key = Keypair.generate('k256', realWorld.random)

interface Answered {
  status: number
  error?: string
}

async function attacked(context: TestContext, answer: Answering = () => Response.json({feed: []})) {
  const network = await pdsNetwork(context, {
    PDS_APPVIEW_URL: 'http://localhost:2584',
    PDS_APPVIEW_DID: appViewDid,
    PDS_MODERATOR_DID: moderator,
    PDS_ADMIN_PASSWORD: 'swordfish',
    PDS_RATE_LIMITS: 'true',
  })
  const appView = fakeService(answer)
  const stranger = fakeService(request =>
    new URL(request.url).pathname === '/.well-known/did.json'
      ? Response.json({
          id: moderator,
          verificationMethod: [
            {
              id: `${moderator}#atproto`,
              type: 'Multikey',
              controller: moderator,
              publicKeyMultibase: key.didKey.slice(8),
            },
          ],
          service: [{id: '#bsky_fg', type: 'BskyFeedGenerator', serviceEndpoint: 'http://localhost:2599'}],
        })
      : answer(request),
  )
  network.hosts.set('localhost:2584', appView)
  network.hosts.set('localhost:2599', stranger)
  const agent = network.agent()
  const did = (await signUp(agent, 'alice')) as Did
  const call = (nsid: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    network.pds.fetch(
      new Request(`http://localhost:2583/xrpc/${nsid}`, {
        ...init,
        headers: {authorization: `Bearer ${agent.session?.accessJwt}`, ...headers},
      }),
    )
  const outcome = async (...given: Parameters<typeof call>): Promise<Answered> => {
    const response = await call(...given)
    const {error} = (await response.json().catch(() => ({}))) as {error?: string}
    return {status: response.status, ...(error !== undefined && {error})}
  }
  /** How many calls have reached another server. */
  const reached = () => [...appView.seen, ...stranger.seen].filter(({url}) => !url.endsWith('did.json')).length
  return {...network, agent, did, appView, stranger, call, outcome, reached}
}

const part = (json: object): string => toBase64Url(new TextEncoder().encode(JSON.stringify(json)))

/** One server for the tests of a suite that leave nothing that another would notice. */
function shared(): () => ReturnType<typeof attacked> {
  const stops: (() => Promise<void>)[] = []
  let open: ReturnType<typeof attacked>
  before(() => void (open = attacked({after: (stop: () => Promise<void>) => stops.push(stop)} as never)))
  after(() => Promise.all(stops.map(stop => stop())))
  return () => open
}

suite('tokens of services', () => {
  const opened = shared()
  const lxm = 'com.atproto.admin.updateSubjectStatus' as Nsid
  const minted = (more: Partial<TokenRequest> = {}): string =>
    mintServiceToken(realWorld, {iss: moderator, aud: service, lxm, keypair: key, ...more})
  const withHead = (head: object): string => `${part(head)}.${minted().split('.').slice(1).join('.')}`
  function highS(): string {
    const [head, claims, signature] = minted().split('.')
    const bytes = fromBase64Url(signature)!
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const s = (order - BigInt(`0x${bytes.subarray(32).toHex()}`)).toString(16).padStart(64, '0')
    return `${head}.${claims}.${toBase64Url(Uint8Array.from([...bytes.subarray(0, 32), ...Uint8Array.fromHex(s)]))}`
  }
  const attacks: Readonly<Record<string, () => [token: string, error: string]>> = {
    'one for another method': () => [
      minted({lxm: 'com.atproto.admin.getSubjectStatus' as Nsid}),
      'BadJwtLexiconMethod',
    ],
    'one for any method': () => [minted({lxm: undefined}), 'ExpiredToken'],
    'one for another server': () => [minted({aud: 'did:web:other.example.com'}), 'BadJwtAudience'],
    'one for a service of this server that there is not': () => [minted({aud: `${service}#other`}), 'BadJwtAudience'],
    'one that has run out': () => [minted({exp: Math.floor(Date.now() / 1_000) - 1}), 'JwtExpired'],
    'one whose signature was turned over (high-S)': () => [highS(), 'BadJwtSignature'],
    'one by another key': () => [minted({keypair: Keypair.generate('k256', realWorld.random)}), 'BadJwtSignature'],
    'one by a key on another curve': () => [
      minted({keypair: Keypair.generate('p256', realWorld.random)}),
      'BadJwtSignature',
    ],
    'one of somebody else': () => [minted({iss: 'did:web:localhost%3A2584' as Did}), 'UntrustedIss'],
    'one by a key for other things': () => [minted({kid: '#rotation'}), 'BadJwtIss'],
    'one without a signature': () => [`${minted().split('.').slice(0, 2).join('.')}.`, 'BadJwtSignature'],
    'one that says it needs none (alg none)': () => [withHead({typ: 'JWT', alg: 'none'}), 'BadJwtSignature'],
    'one that says it is signed by a shared secret': () => [withHead({typ: 'JWT', alg: 'HS256'}), 'BadJwtSignature'],
    'one that says it is an access token': () => [withHead({typ: 'at+jwt', alg: 'ES256K'}), 'BadJwtType'],
    'one that says it is a proof of possession': () => [withHead({typ: 'dpop+jwt', alg: 'ES256K'}), 'BadJwtType'],
  }
  for (const [what, attack] of Object.entries(attacks)) {
    test(`${what} takes nobody down`, async () => {
      const {did, outcome, agent} = await opened()
      const [token, error] = attack()
      const subject = {$type: 'com.atproto.admin.defs#repoRef', did}
      const given = await outcome(
        lxm,
        {authorization: `Bearer ${token}`, 'content-type': 'application/json'},
        {method: 'POST', body: JSON.stringify({subject, takedown: {applied: true}})},
      )
      if (error === 'ExpiredToken') ok(given.status >= 400)
      else equal(given.error, error)
      equal((await agent.com.atproto.sync.getRepoStatus({did})).data.active, true)
    })
  }

  test('one that is sent again, as Ozone does when an answer was lost, does no more than the first time', async context => {
    const {did, outcome, agent} = await attacked(context)
    const token = minted()
    const say = (): Promise<Answered> =>
      outcome(
        lxm,
        {authorization: `Bearer ${token}`, 'content-type': 'application/json'},
        {
          method: 'POST',
          body: JSON.stringify({
            subject: {$type: 'com.atproto.admin.defs#repoRef', did},
            takedown: {applied: true, ref: '7'},
          }),
        },
      )
    deepEqual([await say(), await say()], [{status: 200}, {status: 200}])
    equal((await agent.com.atproto.sync.getRepoStatus({did})).data.status, 'takendown')
  })

  test('a session’s token is none of a service, and one of a service no session', async context => {
    const {outcome, did, agent} = await attacked(context)
    const {token} = (await agent.com.atproto.server.getServiceAuth({aud: service, lxm: 'app.bsky.feed.getTimeline'}))
      .data
    equal((await outcome('app.bsky.feed.getTimeline', {authorization: `Bearer ${token}`})).status, 400)
    equal((await outcome('com.atproto.server.getSession', {authorization: `Bearer ${token}`})).status, 400)
    equal((await outcome(`com.atproto.admin.getAccountInfo?did=${did}`)).status, 401)
  })

  test('an app password has no token for direct messages, none for any method, and none to take the account away', async context => {
    const {agent} = await attacked(context)
    const {data} = await agent.com.atproto.server.createAppPassword({name: 'plain'})
    await agent.login({identifier: 'alice.test', password: data.password})
    for (const lxm of ['chat.bsky.convo.getLog', 'CHAT.bsky.group.x', undefined, 'com.atproto.server.createAccount']) {
      const asked = agent.com.atproto.server.getServiceAuth({aud: moderator, ...(lxm !== undefined && {lxm})})
      await asked.then(
        () => ok(false, String(lxm)),
        ({status}: {status: number}) => equal(status, 400),
      )
    }
  })
})

suite('the header that names a service', () => {
  const opened = shared()
  const wrong: readonly [what: string, header: string][] = [
    ['a URL', 'https://localhost:2599#bsky_fg'],
    ['a path behind the DID', `${moderator}/../x#bsky_fg`],
    ['a query behind the DID', `${moderator}?service=x#bsky_fg`],
    ['two services', `${moderator}#bsky_fg#bsky_appview`],
    ['two DIDs', `${moderator}#bsky_fg, ${appViewDid}#bsky_appview`],
    ['a user in the host', 'did:web:user%40localhost%3A2599#bsky_fg'],
    ['a path in the host', 'did:web:localhost%3A2599%2Fadmin#bsky_fg'],
    ['a DID of another method', 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme#bsky_fg'],
    ['capitals', `${moderator.toUpperCase()}#bsky_fg`],
    ['the name of a member of every object', `${moderator}#__proto__`],
    ['a name of 10,000 characters', `${moderator}#${'x'.repeat(10_000)}`],
    ['a tab', `${moderator}\t#bsky_fg`],
  ]
  for (const [what, header] of wrong) {
    test(`with ${what} leads nowhere`, async () => {
      const {outcome, reached} = await opened()
      const already = reached()
      deepEqual(await outcome('app.bsky.feed.getTimeline', {'atproto-proxy': header}), {
        status: 400,
        error: 'InvalidRequest',
      })
      equal(reached(), already)
    })
  }

  for (const nsid of [
    'com.atproto.server.updateEmail',
    'com.atproto.server.CREATEAPPPASSWORD',
    'com.atproto.identity.signPlcOperation',
    'com.atproto.admin.sendEmail',
  ]) {
    test(`has no other server rule the account by ${nsid}`, async () => {
      const {outcome, reached, agent} = await opened()
      const already = reached()
      // Capitals are another method to the router, and the same to those who are lax.
      const init = {method: 'POST', body: '{}'}
      const headers = {'atproto-proxy': `${moderator}#bsky_fg`, 'content-type': 'application/json'}
      ok((await outcome(nsid, headers, init)).status >= 400)
      equal(reached(), already)
      const asked = agent.com.atproto.server.getServiceAuth({aud: moderator, lxm: nsid})
      equal(await asked.catch(({error}: {error: string}) => error), 'InvalidRequest')
    })
  }

  test('leads nowhere without a login', async context => {
    const {outcome, reached} = await attacked(context)
    const headers = {authorization: '', 'atproto-proxy': `${moderator}#bsky_fg`}
    equal((await outcome('app.bsky.feed.getTimeline', headers)).status, 401)
    equal(reached(), 0)
  })

  test('names no service whose token would be good elsewhere', async context => {
    const {outcome, stranger} = await attacked(context)
    equal((await outcome('app.bsky.feed.getTimeline', {'atproto-proxy': `${moderator}#bsky_fg`})).status, 200)
    const [, claims] = stranger.seen.at(-1)!.headers.get('authorization')!.split('.')
    const {aud, lxm} = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {aud: string; lxm: string}
    deepEqual([aud, lxm], [moderator, 'app.bsky.feed.getTimeline'])
  })
})

const page = (): Response =>
  new Response('<script>alert(1)</script>', {
    headers: {
      'content-type': 'text/html',
      'set-cookie': 'session=mallory',
      location: '/account',
      link: '</evil.js>; rel=preload',
      refresh: '0; url=https://evil.example.com',
      'service-worker-allowed': '/',
      'access-control-allow-credentials': 'true',
      'content-security-policy': `default-src *`,
    },
  })
const endless = (): Response =>
  new Response(new ReadableStream({pull: controller => controller.enqueue(new Uint8Array(1_000_000))}))

suite('what another server answers', () => {
  const toStranger = {'atproto-proxy': `${moderator}#bsky_fg`}
  const method = 'app.bsky.feed.getFeedSkeleton'
  const hostile: readonly [what: string, answer: () => Response, expected: number][] = [
    [
      'a redirect into our network',
      () => new Response(null, {status: 302, headers: {location: 'http://127.0.0.1:2583/'}}),
      502,
    ],
    [
      'a redirect that keeps the method',
      () => new Response(null, {status: 307, headers: {location: 'http://[::1]/'}}),
      502,
    ],
    ['a length that is a lie', () => new Response('x', {headers: {'content-length': '99000000'}}), 502],
    ['a fault in words of its own', () => new Response('<script>', {status: 500}), 502],
  ]
  for (const [what, answer, expected] of hostile) {
    test(`${what} goes no further`, async context => {
      const {outcome, reached} = await attacked(context, answer)
      equal((await outcome(method, toStranger)).status, expected)
      equal(reached(), 1)
    })
  }

  test('sets no cookie, opens nothing to other sites, and is no page of this server', async context => {
    const {call} = await attacked(context, page)
    const {headers} = await call(method, toStranger)
    for (const name of ['set-cookie', 'location', 'link', 'refresh', 'service-worker-allowed'])
      equal(headers.get(name), null)
    equal(headers.get('access-control-allow-credentials'), null)
    equal(headers.get('content-security-policy'), `default-src 'none'; sandbox`)
    equal(headers.get('x-content-type-options'), 'nosniff')
  })

  test('splits no header by what it says of its fault', async context => {
    const error = {error: 'X\r\nset-cookie: a=b', message: 'y\r\n\r\n<script>'}
    const {call} = await attacked(context, () => Response.json(error, {status: 500}))
    const response = await call(method, toStranger)
    equal(response.status, 502)
    equal(((await response.json()) as {error: string}).error, 'UpstreamFailure')
    equal(response.headers.get('set-cookie'), null)
  })

  test('has an end, also where it unfolds', async context => {
    const bomb = gzipSync(Buffer.alloc(30_000_000))
    let answer: Answering = endless
    const {call} = await attacked(context, request => answer(request))
    const body = await (await call(method, toStranger)).arrayBuffer().catch(() => 'given up')
    equal(body, 'given up')
    // Of our own AppView, whose answers are read and changed here.
    answer = () => new Response(bomb, {headers: {'content-encoding': 'gzip', 'atproto-repo-rev': '2222222222222'}})
    const changed = await call('app.bsky.feed.getTimeline')
    ok(changed.status === 502 || (await changed.arrayBuffer()).byteLength <= bomb.length)
  })
})

test('an account ends while the body of its call comes, however slowly: the call never ends at the other server', async context => {
  const seen: string[] = []
  // Over a socket, since only there a body has an end that can be kept back.
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => (text += String(chunk)))
    request.on('end', () => response.setHeader('content-type', 'application/json').end('{}'))
    request.on('close', () => seen.push(request.complete ? text : 'cut off'))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => server.close())
  const {port} = server.address() as AddressInfo
  const settings = {PDS_APPVIEW_URL: `http://127.0.0.1:${port}`, PDS_ADMIN_PASSWORD: 'swordfish'}
  const network = await pdsNetwork(context, settings)
  const agent = network.agent()
  const did = (await signUp(agent, 'alice')) as Did
  const slowly = async (meanwhile: () => Promise<unknown>): Promise<string> => {
    const {readable: body, writable} = new TransformStream<Uint8Array, Uint8Array>()
    const headers = {authorization: `Bearer ${agent.session?.accessJwt}`, 'content-type': 'application/json'}
    const init = {method: 'POST', headers, body, duplex: 'half'}
    const call = network.pds.fetch(new Request('http://localhost:2583/xrpc/com.example.change', init))
    const writer = writable.getWriter()
    await writer.write(toUtf8('{"a":'))
    await meanwhile()
    await writer.write(toUtf8('1}'))
    await writer.close().catch(() => {})
    const response = await call
    return `${response.status} ${((await response.json()) as {error?: string}).error ?? ''}`
  }
  equal(await slowly(async () => {}), '200 ')
  const subject = {$type: 'com.atproto.admin.defs#repoRef', did} as const
  const headers = {authorization: `Basic ${btoa('admin:swordfish')}`}
  const takeDown = () =>
    network.agent().com.atproto.admin.updateSubjectStatus({subject, takedown: {applied: true}}, {headers})
  equal(await slowly(takeDown), '400 ExpiredToken')
  await until(() => seen.length === 2 || undefined, 'the connection is closed')
  deepEqual(seen, ['{"a":1}', 'cut off'])
})

test('the admin password is not guessed: after thirty tries an address waits, also for the right one', async context => {
  const {pds, did} = await attacked(context)
  const ask = async (path: string, word: string): Promise<number> => {
    const headers = {authorization: `Basic ${btoa(`admin:${word}`)}`}
    const request = new Request(`http://localhost:2583/xrpc/${path}?did=${did}`, {headers})
    notePeer(request, '203.0.113.7')
    return (await pds.fetch(request)).status
  }
  const guess = (word: string) => ask('com.atproto.admin.getAccountInfo', word)
  const statuses: number[] = []
  for (let i = 0; i < 31; i++) statuses.push(await guess(`guess ${i}`))
  deepEqual([new Set(statuses.slice(0, 30)), statuses[30]], [new Set([401]), 429])
  equal(await guess('swordfish'), 429)
  // What everybody may read is no way around the count.
  equal(await ask('com.atproto.sync.getRepo', 'swordfish'), 429)
})
