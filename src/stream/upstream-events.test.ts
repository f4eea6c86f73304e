import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {Identities} from '#sdk/identity.ts'
import {TestRepo, testKey} from '../../test/commits.ts'
import {FirehoseNetwork, plcUrl} from '../../test/firehose-network.ts'
import {upstreamEvents} from './upstream-events.ts'
import {verifiedEventsContract} from './verified-events.contract.ts'

const url = 'https://pds.example.com'

verifiedEventsContract('a server on the network', async ({world}) =>
  upstreamEvents(url, {world, identities: new Identities({world, plcUrl, txt: async () => []})}),
)

function setUp() {
  const network = new FirehoseNetwork(Date.parse('2026-01-02T03:04:05Z'))
  const repo = new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(1), network.nowMs - 3_600_000)
  network.account(repo.did, repo.key.publicKey, 'pds.example.com')
  const write = (name: string) => repo.write({[`app.bsky.feed.post/${name}`]: {name}}).event
  return {network, host: network.host('pds.example.com'), write}
}

test('the cursor never rests behind a dropped event, and what is dropped is told', {timeout: 60_000}, async () => {
  const {network, host, write} = setUp()
  const {world} = network
  const dropped: string[] = []
  const identities = new Identities({world, plcUrl, txt: async () => []})
  const events = upstreamEvents(url, {world, identities, onDrop: reason => dropped.push(reason)})
  const stop = new AbortController()
  const [a, b, c] = ['a', 'b', 'c'].map(write)
  host.send(encodeEvent(a), encodeEvent({...a, seq: 2}), encodeEvent({...c, blocks: new Uint8Array(3)}))
  let last = 0
  let count = 0
  for await (const batch of events.follow(0, stop.signal)) {
    ;[last, count] = [batch.last, count + batch.events().length]
    if (last === 3) stop.abort()
  }
  deepEqual([last, count, b.seq], [3, 1, 2])
  deepEqual(dropped, ['bad-car', 'stale-rev'])
})

const wants = ({did, seq}: {did: Did; seq: number}): boolean => did.startsWith('did:plc:a') && seq > 2

test('of what is not wanted nothing is checked, and the cursor goes on behind it', {timeout: 60_000}, async () => {
  const {network, host, write} = setUp()
  const {world} = network
  let looked = 0
  const identities = {
    keyOf: async () => {
      looked++
      return testKey(1).publicKey
    },
    forget: () => {},
  }
  const events = upstreamEvents(url, {world, identities, wants})
  const stop = new AbortController()
  const [a, b, c] = ['a', 'b', 'c'].map(write)
  host.send(encodeEvent(a), encodeEvent({...b, blocks: new Uint8Array(3)}), encodeEvent(c))
  const seen: unknown[] = []
  for await (const {last, events: read} of events.follow(0, stop.signal)) {
    seen.push(...read().map(event => event.t !== '#info' && event.seq))
    if (last === 3) stop.abort()
  }
  deepEqual([seen, looked], [[3], 1])
})

test(
  'of what nobody can check a #sync is given, if it can be read, so that it is fetched',
  {timeout: 60_000},
  async () => {
    const {network, host, write} = setUp()
    const {world} = network
    network.documents.clear()
    const dropped: string[] = []
    const identities = new Identities({world, plcUrl, txt: async () => []})
    const events = upstreamEvents(url, {world, identities, onDrop: reason => dropped.push(reason)})
    const stop = new AbortController()
    const [a, b, c] = ['a', 'b', 'c'].map(write)
    host.send(encodeEvent(a), encodeEvent({...b, blocks: new Uint8Array(3)}), encodeEvent(c))
    const seen: unknown[] = []
    for await (const batch of events.follow(0, stop.signal)) {
      for (const [i, event] of batch.events().entries()) {
        ok(event.t === '#sync')
        const read = readRepoFrame(batch.frames[i])
        seen.push([event.did, event.rev, read.ok && read.event?.t])
      }
      if (batch.last === 3) stop.abort()
    }
    deepEqual(
      seen,
      [a, c].map(({did, rev}) => [did, rev, '#sync']),
    )
    deepEqual(dropped, ['unknown-key', 'unknown-key', 'unknown-key'])
  },
)

test('unverified, it believes the server, but for what it cannot read', {timeout: 60_000}, async () => {
  const {network, host, write} = setUp()
  const {world} = network
  const events = upstreamEvents(url, {world, identities: 'unverified'})
  const stop = new AbortController()
  const [a, b, c] = ['a', 'b', 'c'].map(write)
  host.send(encodeEvent(a), encodeEvent({...b, blocks: new Uint8Array(3)}), encodeEvent(c))
  const seen: (number | string)[] = []
  for await (const batch of events.follow(0, stop.signal)) {
    for (const event of batch.events()) seen.push(event.t === '#commit' ? event.seq : event.t)
    if (batch.last === 3) stop.abort()
  }
  deepEqual(seen, [1, 3])
  deepEqual(network.lookups, [])
})

test('what a server tells is handed through, and moves no cursor', {timeout: 60_000}, async () => {
  const {network, host, write} = setUp()
  const {world} = network
  const events = upstreamEvents(url, {world, identities: 'unverified'})
  const stop = new AbortController()
  host.send(encodeEvent({t: '#info', name: 'OutdatedCursor'}), encodeEvent(write('a')))
  for await (const batch of events.follow(0, stop.signal)) {
    if (batch.last === 0) continue
    equal(batch.last, 1)
    stop.abort()
  }
})

const alice = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const html = {headers: {'content-type': 'text/html'}}
/** What a directory answers that is not well, or a proxy before it. */
const oddAnswers: Readonly<Record<string, () => Response>> = {
  'nothing, as if that were all': () => new Response(''),
  '204': () => new Response(null, {status: 204}),
  'an object that says nothing': () => Response.json({}),
  'what breaks off': () => new Response('{"id":'),
  'the document of another': () => Response.json({id: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'}),
  'a page that there is none': () => new Response('<h1>Not Found</h1>', {status: 404, ...html}),
  'a page that all is well': () => new Response('<h1>Welcome</h1>', html),
  '500': () => new Response('oops', {status: 500}),
  'that nobody is known yet': () => Response.json({message: 'DID not registered'}, {status: 404}),
}

for (const [what, answer] of Object.entries(oddAnswers)) {
  test(`an account that was looked up while the directory answered ${what} loses no event`, async () => {
    const {network, host, write} = setUp()
    const {world} = network
    const identities = new Identities({world, plcUrl, txt: async () => []})
    // As whoever confirms handles does, or a page that names the account.
    network.answers = async () => answer()
    ok(!(await identities.identity(alice)).ok)
    network.answers = async url => network.answer(url)
    network.nowMs += 1_000
    host.send(encodeEvent(write('a')))
    const dropped: string[] = []
    const events = upstreamEvents(url, {
      world,
      identities,
      onDrop: (reason, detail) => dropped.push(`${reason} ${detail}`),
    })
    const stop = new AbortController()
    for await (const batch of events.follow(0, stop.signal)) {
      deepEqual([batch.last, batch.events().map(({t}) => t), dropped], [1, ['#commit'], []])
      stop.abort()
    }
  })
}
