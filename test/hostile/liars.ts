/** Servers of strangers that are named to ours, and are not what they should be; and addresses that nobody may name. */
import assert from 'node:assert/strict'
import {ailments, unwellPeer} from '../unwell-peer.ts'
import {accessOf, call, isRefused} from './calls.ts'
import {familyOf, type HostileCase} from './case.ts'
import type {HostileNetwork} from './network.ts'
import {isPlain} from './records.ts'

const at = familyOf('servers that lie')
const named = familyOf('addresses')
const patienceMs = 3_000

/** One that says in its document that all of its services are there, and has the ailment everywhere else. */
const liar = (only: string) =>
  unwellPeer({
    only,
    well: {
      '/.well-known/did.json': port => ({
        id: `did:web:localhost%3A${port}`,
        service: ['bsky_fg', 'atproto_pds'].map(name => ({
          id: `#${name}`,
          type: name === 'atproto_pds' ? 'AtprotoPersonalDataServer' : 'BskyFeedGenerator',
          serviceEndpoint: `http://localhost:${port}`,
        })),
      }),
    },
  })

/** Asks, and gives up as a person does. An answer is never a fault of ours. */
async function patiently(work: (signal: AbortSignal) => Promise<Response>): Promise<void> {
  try {
    const response = await work(AbortSignal.timeout(patienceMs))
    await response.arrayBuffer()
    // A proxied answer is the other's: it may be a 500 of theirs.
    assert.ok(response.status !== 500 || response.headers.has('content-length'), `${response.status}`)
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
  }
}

/** The ways in which each of ours comes to ask a stranger's server. */
const ways: Readonly<
  Record<
    string,
    {on: HostileCase['on']; ask(network: HostileNetwork, port: number, signal: AbortSignal): Promise<Response>}
  >
> = {
  'a call passed on': {
    on: 'pds',
    ask: (network, port, signal) =>
      fetch(`${network.url('pds')}/xrpc/com.example.read`, {
        headers: {
          authorization: `Bearer ${accessOf(network.alice)}`,
          'atproto-proxy': `did:web:localhost%3A${port}#bsky_fg`,
        },
        signal,
      }),
  },
  'a write passed on': {
    on: 'pds',
    ask: (network, port, signal) =>
      fetch(`${network.url('pds')}/xrpc/com.example.write`, {
        method: 'POST',
        body: JSON.stringify({a: 'x'.repeat(100_000)}),
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${accessOf(network.alice)}`,
          'atproto-proxy': `did:web:localhost%3A${port}#bsky_fg`,
        },
        signal,
      }),
  },
  'a host to follow': {
    on: 'relay',
    ask: (network, port, signal) =>
      fetch(`${network.url('relay')}/xrpc/com.atproto.sync.requestCrawl`, {
        method: 'POST',
        body: JSON.stringify({hostname: `localhost:${port}`}),
        headers: {'content-type': 'application/json'},
        signal,
      }),
  },
  'a profile of its account': {
    on: 'appview',
    ask: (network, port, signal) =>
      fetch(`${network.url('appview')}/xrpc/app.bsky.actor.getProfile?actor=did:web:localhost%253A${port}`, {signal}),
  },
  'a server to look at': {
    on: 'web',
    ask: (network, port, signal) => fetch(`${network.url('web')}/explore/-/server/localhost:${port}`, {signal}),
  },
  'an account to look at': {
    on: 'web',
    ask: (network, port, signal) => fetch(`${network.url('web')}/explore/did:web:localhost%253A${port}`, {signal}),
  },
}

/** Hosts that nobody may have us ask, in every notation. */
const addresses = [
  '10.0.0.1',
  '192.168.1.1',
  '172.16.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '0',
  '167772161',
  '0x0a000001',
  '012.0.0.1',
  '0xa.0.0.1',
  '10.1',
  '[::ffff:10.0.0.1]',
  '[::ffff:a00:1]',
  '[64:ff9b::a00:1]',
  '[fd00::1]',
  '[fe80::1]',
  '[::]',
  '[2002:a00:1::]',
  '224.0.0.1',
  '255.255.255.255',
  'metadata.google.internal',
  '10.0.0.1.',
  'user:password@10.0.0.1',
  '10.0.0.1/a?b#c',
  'localhost:22',
  'ａ.example',
]

export const liarCases: readonly HostileCase[] = [
  ...Object.keys(ailments).flatMap(ailment =>
    Object.entries(ways).map(([way, {on, ask}]) =>
      at(on, `${way}, of one that ${ailment}`, async network => {
        const peer = await liar(ailment)
        try {
          await patiently(signal => ask(network, peer.port, signal))
        } finally {
          await peer.close()
        }
      }),
    ),
  ),
  ...addresses.flatMap(address => [
    named('relay', `to follow ${address}`, network =>
      isRefused(network, 'relay', 'com.atproto.sync.requestCrawl', {body: JSON.stringify({hostname: address})}),
    ),
    named('pds', `to call ${address}`, network =>
      isRefused(network, 'pds', 'com.example.read', {
        token: accessOf(network.alice),
        headers: {'atproto-proxy': `did:web:${encodeURIComponent(address)}#bsky_fg`},
      }),
    ),
    named('appview', `a profile at ${address}`, async network => {
      await call(network, 'appview', 'app.bsky.actor.getProfile', {
        query: `?actor=${encodeURIComponent(`did:web:${address}`)}`,
      })
    }),
    named('web', `to look at ${address}`, network =>
      isPlain(network, `/explore/-/server/${encodeURIComponent(address)}`),
    ),
  ]),
]
