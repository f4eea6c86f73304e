import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import {formatMultikey} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {realWorld} from '#std/world.ts'
import type {IdentityFault} from './did-lookup.ts'
import {dnsOverHttps} from './handle-lookup.ts'
import {Identities, type IdentityOptions} from './identity.ts'

const alice = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const handle = 'alice.example.com' as Handle
const keypair = Keypair.generate('k256', realWorld.random)

const documentOf = (did: string, more: object = {}) => ({
  id: did,
  alsoKnownAs: [`at://${handle}`],
  verificationMethod: [
    {id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: formatMultikey(keypair.publicKey)},
  ],
  service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}],
  ...more,
})

/** A network of pages and TXT records that the test sets. What is asked of it is kept, in order. */
function network(options: Partial<IdentityOptions> = {}) {
  const state = {
    now: 0,
    pages: {} as Record<string, () => Response | Promise<Response>>,
    txt: {} as Record<string, string[]>,
    asked: [] as string[],
  }
  const world = {
    now: () => state.now,
    sleep: realWorld.sleep,
    fetch: async (request: Request) => {
      state.asked.push(request.url)
      const page = state.pages[request.url]
      if (!page) throw new TypeError('no such host')
      return page()
    },
  }
  const txt = async (name: string) => {
    state.asked.push(`TXT ${name}`)
    return state.txt[name] ?? []
  }
  return {state, world, identities: new Identities({world, txt, plcUrl: 'https://plc.example.com/', ...options})}
}
const plcPage = `https://plc.example.com/${alice}`
const wellKnown = `https://${handle}/.well-known/atproto-did`

/** Alice's document in the directory, and her handle in DNS. */
function aliceOnline(options?: Partial<IdentityOptions>) {
  const online = network(options)
  online.state.pages[plcPage] = () => Response.json(documentOf(alice))
  online.state.txt[`_atproto.${handle}`] = [`did=${alice}`]
  return online
}
const reasonOf = (found: {ok: true} | {ok: false; reason: IdentityFault}) => (found.ok ? 'ok' : found.reason)

test('an account is found by its DID and by its handle, each confirmed by the other', async () => {
  const {identities} = aliceOnline()
  for (const identifier of [alice, handle, 'ALICE.example.com' as Handle]) {
    const found = await identities.identity(identifier)
    assert.ok(found.ok)
    const {did, pds, key} = found.value
    assert.deepEqual({did, handle: found.value.handle, pds}, {did: alice, handle, pds: 'https://pds.example.com'})
    assert.deepEqual(key, keypair.publicKey)
  }
})

test('documents that are held as text say the same, and none is in memory for it', async () => {
  const {identities} = aliceOnline({holdsText: true})
  const [held, usual] = [await identities.account(alice), await aliceOnline().identities.account(alice)]
  const again = await identities.account(alice)
  assert.ok(held.ok && again.ok && usual.ok)
  const said = ({value: {document, pds, key}}: typeof held) => ({document, pds, key})
  assert.deepEqual(said(held), said(usual))
  assert.notEqual(again.value.document, held.value.document)
  await identities.learn(alice, documentOf(alice) as never)
  const learned = await identities.account(alice)
  assert.ok(learned.ok)
  assert.deepEqual(said(learned), said(usual))
  assert.notEqual(learned.value.document, learned.value.document)
})

test('documents that strangers make long push each other out, and are not held by their number alone', async () => {
  const {state, identities} = network({countMax: 40})
  const dids = Array.from({length: 20}, (_, i) => `did:web:w${i}.example.com` as Did)
  for (const did of dids) {
    const long = {...documentOf(did), alsoKnownAs: Array.from({length: 7}, () => 'x'.repeat(2_000))}
    state.pages[`https://${did.slice(8)}/.well-known/did.json`] = () => Response.json(long)
    assert.equal(reasonOf(await identities.document(did)), 'ok')
  }
  assert.deepEqual(
    dids.map(did => identities.isFresh(did)),
    dids.map((_, i) => i >= 18),
  )
})

test('a handle that the document does not confirm leads to nobody, and is not shown', async () => {
  const {state, identities} = aliceOnline()
  state.txt['_atproto.bank.example.com'] = [`did=${alice}`]
  assert.equal(reasonOf(await identities.identity('bank.example.com' as Handle)), 'handle-mismatch')
  state.txt[`_atproto.${handle}`] = ['did=did:plc:aaaaaaaaaaaaaaaaaaaaaaaa']
  const found = await identities.identity(alice, {maxAgeMs: 0})
  assert.ok(found.ok)
  assert.equal(found.value.handle, 'handle.invalid')
})

test('did:web is fetched from its host, and only from a host', async () => {
  const {state, identities} = network()
  const web = 'did:web:web.example.com' as Did
  state.pages['https://web.example.com/.well-known/did.json'] = () => Response.json(documentOf(web))
  assert.equal(reasonOf(await identities.document(web)), 'ok')
  const refused = ['did:web:example.com:path', 'did:web:localhost%3A2583', 'did:web:10.0.0.1', 'did:web:host.local']
  for (const did of [...refused, 'did:key:zQ3sh', 'did:plc:short', 'did:web:a.com%3A80']) {
    assert.equal(reasonOf(await identities.document(did as Did)), 'unsupported-did', did)
  }
  assert.deepEqual(state.asked, ['https://web.example.com/.well-known/did.json'])
})

test('localhost is for development', async () => {
  const {state, identities} = network({development: true})
  const local = 'did:web:localhost%3A2583' as Did
  state.pages['http://localhost:2583/.well-known/did.json'] = () => Response.json(documentOf(local))
  assert.equal(reasonOf(await identities.document(local)), 'ok')
})

test('a server of this machine that believes that it is called by https is called by http, in development alone', async () => {
  const {state, identities} = network({development: true})
  const endpoints = async (did: string, host: string) => {
    const services = [`https://${host}`, 'https://elsewhere.example.com', 'https://localhost:3000/path']
    const service = services.map((serviceEndpoint, at) => ({id: `#s${at}`, type: 'Service', serviceEndpoint}))
    state.pages['http://localhost:3000/.well-known/did.json'] = () => Response.json({id: did, service})
    const found = await identities.document(did as Did, {maxAgeMs: 0})
    return found.ok ? found.value.service?.map(({serviceEndpoint}) => serviceEndpoint) : found.reason
  }
  const expected = ['http://localhost:3000', 'https://elsewhere.example.com', 'https://localhost:3000/path']
  // What a feed generator makes of the hostname `localhost:3000`, and of `localhost%3A3000`.
  assert.deepEqual(await endpoints('did:web:localhost:3000', 'localhost:3000'), expected)
  assert.deepEqual(await endpoints('did:web:localhost%3A3000', 'localhost%3A3000'), expected)
  assert.equal(reasonOf(await network().identities.document('did:web:localhost:3000' as Did)), 'unsupported-did')
})

test('each way in which a document cannot be had has its reason', async () => {
  const {state, identities} = network()
  const web = 'did:web:example.com' as Did
  const lookUp = async (did: Did, answer: () => Response | Promise<Response>) => {
    state.pages[plcPage] = state.pages['https://example.com/.well-known/did.json'] = answer
    return reasonOf(await identities.document(did, {maxAgeMs: 0}))
  }
  // What the directory would not say is its own trouble, and says nothing of a DID; other hosts are strangers.
  const rows: [IdentityFault, IdentityFault, () => Response | Promise<Response>][] = [
    ['not-found', 'not-found', () => Response.json({message: 'DID not registered'}, {status: 404})],
    ['deactivated', 'deactivated', () => Response.json({message: 'DID not available: x'}, {status: 404})],
    ['deactivated', 'deactivated', () => Response.json({message: 'DID not available: x'}, {status: 410})],
    ['refused', 'deactivated', () => new Response(null, {status: 410})],
    ['refused', 'not-found', () => new Response('<html>', {status: 404})],
    ['refused', 'refused', () => new Response(null, {status: 500})],
    ['refused', 'bad-document', () => new Response('<html>')],
    ['refused', 'bad-document', () => new Response(null, {status: 204})],
    ['refused', 'bad-document', () => new Response('null')],
    ['refused', 'bad-document', () => Response.json({})],
    ['refused', 'bad-document', () => Response.json(documentOf('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'))],
    ['refused', 'bad-document', () => new Response('x'.repeat(300_000))],
    ['unreachable', 'unreachable', () => Promise.reject(new Error('refused'))],
  ]
  for (const [n, [ofDirectory, ofHost, answer]] of rows.entries()) {
    assert.deepEqual([await lookUp(alice, answer), await lookUp(web, answer)], [ofDirectory, ofHost], `row ${n}`)
  }
  // What a world says of it is not said twice.
  const said = `${new URL(plcPage).host} cannot be reached.`
  assert.equal(await lookUp(alice, () => Promise.reject(new TypeError(said))), 'unreachable')
  const found = await identities.document(alice, {maxAgeMs: 0})
  assert.equal(!found.ok && found.detail, said)
  const odd = () => Response.json({...documentOf(alice), service: {}})
  assert.equal(await lookUp(alice, odd), 'bad-document')
})

test('a server that does not answer is not waited for', async () => {
  const {state, identities} = network({timeoutMs: 5})
  state.pages[plcPage] = () => new Promise(() => {})
  assert.equal(reasonOf(await identities.document(alice)), 'timeout')
  const stalled = new ReadableStream({pull: () => new Promise(() => {})})
  state.pages[plcPage] = () => new Response(stalled)
  assert.equal(reasonOf(await identities.document(alice, {maxAgeMs: 0})), 'timeout')
})

test('a handle is asked of DNS first, then of its own host', async () => {
  const {state, identities} = network()
  state.pages[wellKnown] = () => new Response(` ${alice}\r\nanything`)
  assert.deepEqual(await identities.handleDid(handle), {ok: true, value: alice})
  assert.deepEqual(state.asked, [`TXT _atproto.${handle}`, wellKnown])
})

test('DNS records that are no DID are passed over, and several DIDs are none', async () => {
  const {state, identities} = network()
  const lookUp = async (...records: string[]) => {
    state.txt[`_atproto.${handle}`] = records
    return reasonOf(await identities.handleDid(handle, {maxAgeMs: 0}))
  }
  assert.equal(await lookUp(`did=${alice}`, `did=${alice}`, 'did=nonsense', 'v=spf1'), 'ok')
  assert.equal(await lookUp(`did=${alice}`, 'did=did:web:example.com'), 'ambiguous')
  state.pages[wellKnown] = () => new Response('<html>')
  assert.equal(await lookUp('did=nonsense'), 'not-found')
  state.pages[wellKnown] = () => new Response(alice, {status: 404})
  assert.equal(await lookUp(), 'not-found')
  state.pages[wellKnown] = () => new Response(null, {status: 503})
  assert.equal(await lookUp(), 'refused')
  state.pages[wellKnown] = () => new Response('x'.repeat(10_000))
  assert.equal(await lookUp(), 'bad-document')
})

test('a name too long for DNS is asked of its host alone, and a disallowed one of nobody', async () => {
  const {state, identities} = network()
  const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.com` as Handle
  state.pages[`https://${long}/.well-known/atproto-did`] = () => new Response(alice)
  assert.equal(reasonOf(await identities.handleDid(long)), 'ok')
  state.asked.length = 0
  assert.equal(reasonOf(await identities.handleDid('host.local' as Handle)), 'disallowed-handle')
  assert.deepEqual(state.asked, [])
})

const txt = () => Promise.reject(new Error('SERVFAIL'))

test('while DNS cannot be asked, that no host answers proves nothing', async () => {
  const {world} = network()
  const found = await new Identities({world, txt}).handleDid(handle)
  assert.equal(reasonOf(found), 'unreachable')
  assert.ok(!found.ok && found.passing && found.detail.includes('SERVFAIL'))
})

test('answers are kept, and forgotten when told', async () => {
  const {state, identities} = aliceOnline()
  await identities.identity(handle)
  await identities.identity(alice)
  assert.equal(state.asked.length, 2)
  identities.forget(alice)
  await identities.identity(alice)
  assert.equal(state.asked.length, 3)
  identities.forget(handle)
  await identities.identity(alice)
  assert.equal(state.asked.length, 4)
})

test('that the directory had no answer is forgotten sooner than that a stranger had none', async () => {
  const {state, identities} = network()
  const web = 'did:web:example.com' as Did
  const ask = async (now: number) => {
    state.now = now
    const found = await Promise.all([alice, web].map(did => identities.account(did)))
    return [...found.map(({ok}) => ok), state.asked.length]
  }
  assert.deepEqual(await ask(0), [false, false, 2])
  for (const did of [alice, web]) {
    const page = did === web ? 'https://example.com/.well-known/did.json' : plcPage
    state.pages[page] = () => Response.json(documentOf(did))
  }
  assert.deepEqual(await ask(4_999), [false, false, 2])
  assert.deepEqual(await ask(5_000), [true, false, 3])
  assert.deepEqual(await ask(120_000), [true, true, 4])
})

test('keys are given by name, for whoever verifies', async () => {
  const {state, identities} = aliceOnline()
  const label = Keypair.generate('p256', realWorld.random).publicKey
  const methods = [
    ...documentOf(alice).verificationMethod,
    {id: '#atproto_label', type: 'Multikey', publicKeyMultibase: formatMultikey(label)},
  ]
  state.pages[plcPage] = () => Response.json(documentOf(alice, {verificationMethod: methods}))
  assert.deepEqual(await identities.keyOf(alice), keypair.publicKey)
  assert.deepEqual(await identities.keyOf(alice, '#atproto_label'), label)
  assert.equal(await identities.keyOf(alice, '#other'), undefined)
  assert.equal(await identities.keyOf('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did), undefined)
})

test('a key is asked for anew when a signature does not match, but not by every bad one', async () => {
  const {state, identities} = aliceOnline()
  await identities.keyOf(alice)
  state.now = 10_000
  for (let i = 0; i < 3; i++) await identities.keyOf(alice, '#atproto', true)
  assert.deepEqual(state.asked, [plcPage, plcPage])
})

test('DNS over HTTPS reads the JSON form', async () => {
  const {state, world} = network()
  const resolver = dnsOverHttps({world, timeoutMs: 1000}, 'https://dns.example.com/q')
  const ask = (json: unknown, status = 200) => {
    state.pages['https://dns.example.com/q?name=a.example.com&type=TXT'] = () => Response.json(json, {status})
    return resolver('a.example.com', new AbortController().signal)
  }
  const answers = [
    {type: 16, data: '"did=did:plc:" "abc"'},
    {type: 16, data: 'unquoted'},
    {type: 16, data: '"a \\"b\\""'},
    {type: 5, data: 'alias'},
    null,
  ]
  assert.deepEqual(await ask({Status: 0, Answer: answers}), ['did=did:plc:abc', 'unquoted', 'a "b"'])
  assert.deepEqual(await ask({Status: 3}), [])
  for (const bad of [{Status: 2}, {}, null]) await assert.rejects(ask(bad))
  await assert.rejects(ask({Status: 0}, 500))
})
