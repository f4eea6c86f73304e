/** Tokens where they do not belong: each kind at each kind of endpoint, and service tokens with one thing wrong. */
import assert from 'node:assert/strict'
import {accessOf, call, isRefused} from './calls.ts'
import {familyOf, type HostileCase} from './case.ts'
import {password, type HostileNetwork} from './network.ts'

const at = familyOf('who may')
const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
const unsigned = (did: string): string =>
  `${part({typ: 'at+jwt', alg: 'none'})}.${part({scope: 'com.atproto.access', sub: did, exp: 4e9, iat: 1})}.`

/** Tokens that are no access tokens. */
const tokens: Readonly<Record<string, (network: HostileNetwork) => Promise<string | undefined> | string | undefined>> =
  {
    'no token': () => undefined,
    'an empty token': () => '',
    garbage: () => 'garbage',
    'a token of 8 kB': () => 'a.'.repeat(4_000),
    'an unsigned token': ({alice}) => unsigned(alice.assertDid),
    'a refresh token': ({alice}) => alice.session!.refreshJwt,
    'a token with another subject': ({alice, bob}) => {
      const [head, , signature] = accessOf(bob).split('.')
      const claims = JSON.parse(Buffer.from(accessOf(bob).split('.')[1], 'base64url').toString()) as object
      return [head, part({...claims, sub: alice.assertDid}), signature].join('.')
    },
    'a token without its signature': ({alice}) => accessOf(alice).replace(/[^.]*$/, ''),
    'a token with a wider scope': async ({newcomer}) => {
      const agent = await newcomer()
      const {data} = await agent.com.atproto.server.createAppPassword({name: 'app'})
      const {data: session} = await agent.com.atproto.server.createSession({
        identifier: agent.assertDid,
        password: data.password,
      })
      const [head, claims, signature] = session.accessJwt.split('.')
      const wide = {...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), scope: 'com.atproto.access'}
      return [head, part(wide), signature].join('.')
    },
    'a token of a deleted session': async ({newcomer}) => {
      const agent = await newcomer()
      const {refreshJwt} = agent.session!
      await agent.com.atproto.server.deleteSession(undefined, {headers: {authorization: `Bearer ${refreshJwt}`}})
      return refreshJwt
    },
  }

const write = (did: string): string =>
  JSON.stringify({
    repo: did,
    collection: 'app.bsky.feed.post',
    record: {text: 'no', createdAt: new Date().toISOString()},
  })

/** Endpoints that are for whoever owns an account. */
const owned: Readonly<Record<string, (did: string) => string | undefined>> = {
  'com.atproto.server.getSession': () => undefined,
  'com.atproto.repo.createRecord': write,
  'com.atproto.repo.deleteRecord': did =>
    JSON.stringify({repo: did, collection: 'app.bsky.actor.profile', rkey: 'self'}),
  'com.atproto.server.listAppPasswords': () => undefined,
  'com.atproto.server.createAppPassword': () => JSON.stringify({name: 'mine'}),
  'app.bsky.actor.getPreferences': () => undefined,
  'app.bsky.actor.putPreferences': () => JSON.stringify({preferences: []}),
  'com.atproto.identity.updateHandle': () => JSON.stringify({handle: 'taken.test'}),
  'com.atproto.server.deactivateAccount': () => '{}',
  'app.bsky.feed.getTimeline': () => undefined,
}

const appView = ({ports}: HostileNetwork): string => `did:web:localhost%3A${ports.appview}`
const notifications = 'app.bsky.notification.listNotifications'

async function serviceToken({alice}: HostileNetwork, aud: string, lxm = notifications): Promise<string> {
  const {data} = await alice.com.atproto.server.getServiceAuth({aud, lxm})
  return data.token
}

const read = (text: string): object => JSON.parse(Buffer.from(text, 'base64url').toString()) as object

function changed(token: string, head: object, claims: object, turn = false): string {
  const [first, second, third] = token.split('.')
  const signature = Buffer.from(third, 'base64url')
  if (turn) signature[10] ^= 1
  return [part({...read(first), ...head}), part({...read(second), ...claims}), signature.toString('base64url')].join(
    '.',
  )
}

/** What is done to a good token of Alice's for the AppView. */
const spoilt: Readonly<Record<string, (token: string, network: HostileNetwork) => string | Promise<string>>> = {
  'another audience': (_, network) => serviceToken(network, 'did:web:example.com'),
  'the relay as audience': (_, network) => serviceToken(network, `did:web:localhost%3A${network.ports.relay}`),
  'another method': (_, network) => serviceToken(network, appView(network), 'app.bsky.feed.getTimeline'),
  'a signature with a bit turned': token => changed(token, {}, {}, true),
  'another issuer': (token, {bob}) => changed(token, {}, {iss: bob.assertDid}),
  'an issuer that is nobody': token => changed(token, {}, {iss: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'}),
  'an issuer with a fragment': (token, {alice}) => changed(token, {}, {iss: `${alice.assertDid}#other`}),
  'an issuer that is no DID': token => changed(token, {}, {iss: 'alice'}),
  'a longer life': token => changed(token, {}, {exp: 4e9}),
  'no end': token => changed(token, {}, {exp: undefined}),
  'an end that is text': token => changed(token, {}, {exp: 'never'}),
  'no algorithm': token => changed(token, {alg: 'none'}, {}),
  HS256: token => changed(token, {alg: 'HS256'}, {}),
  ES256: token => changed(token, {alg: 'ES256'}, {}),
  'the type of an access token': token => changed(token, {typ: 'at+jwt'}, {}),
  'another key': token => changed(token, {kid: '#atproto_label'}, {}),
  'no signature': token => token.replace(/[^.]*$/, ''),
  'four parts': token => `${token}.a`,
  'blanks within': token => token.replace('.', ' .'),
  'the access token of a PDS': (_, {alice}) => accessOf(alice),
}

export const whoMayCases: readonly HostileCase[] = [
  ...Object.entries(tokens).flatMap(([what, make]) =>
    Object.entries(owned).map(([nsid, body]) =>
      at('pds', `${nsid} with ${what}`, async network => {
        const {did} = network.alice
        await isRefused(network, 'pds', nsid, {token: await make(network), body: body(did!)}, /Auth|Token|Jwt|Invalid/)
      }),
    ),
  ),
  ...['createRecord', 'putRecord', 'deleteRecord', 'applyWrites'].map(method =>
    at('pds', `${method} into another's repository`, async network => {
      const more = {
        rkey: 'self',
        writes: [{$type: 'com.atproto.repo.applyWrites#delete', collection: 'a.b.c', rkey: 'a'}],
      }
      const body = JSON.stringify({...(JSON.parse(write(network.alice.assertDid)) as object), ...more})
      await isRefused(network, 'pds', `com.atproto.repo.${method}`, {token: accessOf(network.bob), body})
    }),
  ),
  ...Object.entries(spoilt).map(([what, spoil]) =>
    at('appview', `a service token with ${what}`, async network => {
      const token = await spoil(await serviceToken(network, appView(network)), network)
      await isRefused(network, 'appview', notifications, {token})
    }),
  ),
  at('appview', 'a good service token, for comparison', async network => {
    const token = await serviceToken(network, appView(network))
    assert.equal((await call(network, 'appview', notifications, {token})).status, 200)
  }),
  at('pds', 'forty renewals at once', async network => {
    const agent = await network.newcomer()
    const {refreshJwt: token} = agent.session!
    const renew = () => call(network, 'pds', 'com.atproto.server.refreshSession', {token, method: 'POST'})
    const answers = await Promise.all(Array.from({length: 40}, renew))
    const good = answers.filter(({status}) => status === 200)
    assert.ok(good.length > 0, 'one at least is renewed')
    const successors = new Set(
      good.map(({text}) => {
        const {refreshJwt} = JSON.parse(text) as {refreshJwt: string}
        return (JSON.parse(Buffer.from(refreshJwt.split('.')[1], 'base64url').toString()) as {jti: string}).jti
      }),
    )
    assert.equal(successors.size, 1, 'all have the one successor')
  }),
  at('pds', 'a hundred writers of one key at once', async network => {
    const agent = await network.newcomer()
    const put = (i: number) =>
      call(network, 'pds', 'com.atproto.repo.putRecord', {
        token: accessOf(agent),
        body: JSON.stringify({repo: agent.assertDid, collection: 'com.example.a', rkey: 'a', record: {i}}),
      })
    const answers = await Promise.all(Array.from({length: 100}, (_, i) => put(i)))
    assert.deepEqual(new Set(answers.map(({status}) => status)), new Set([200]))
  }),
  at('pds', 'wrong passwords, until they are no more listened to', async network => {
    const agent = await network.newcomer()
    const guess = (identifier: string) =>
      call(network, 'pds', 'com.atproto.server.createSession', {body: JSON.stringify({identifier, password: 'wrong'})})
    const spellings = [
      agent.assertDid,
      agent.session!.handle,
      agent.session!.handle.toUpperCase(),
      `@${agent.session!.handle}`,
    ]
    for (let i = 0; i < 12; i++) {
      const answers = await Promise.all(spellings.map(guess))
      if (answers.some(({status}) => status === 429)) return
    }
    throw new Error('forty-eight guesses were all looked at')
  }),
  at('pds', 'what is said of an account that there is not', async network => {
    const said = async (identifier: string) => {
      const body = JSON.stringify({identifier, password: `${password}.`})
      const {status, text} = await call(network, 'pds', 'com.atproto.server.createSession', {body})
      return `${status} ${text}`
    }
    const {session} = await network.newcomer()
    assert.equal(await said('nobody-at-all.test'), await said(session!.handle))
  }),
]
