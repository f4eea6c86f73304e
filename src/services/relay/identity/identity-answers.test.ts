/** Who asks the relay who is who gets what it knows, and a stranger only so many look-ups. */
import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import type {Identities} from '#sdk/identity.ts'
import {testKey} from '../../../../test/commits.ts'
import {FirehoseNetwork, plcUrl} from '../../../../test/firehose-network.ts'
import {running} from '../../../../test/relays.ts'
import {answered} from '../api/answered.ts'
import {IdentityAnswers, type Answered} from './identity-answers.ts'

const alice = `did:plc:${'a'.repeat(24)}`
const liar = `did:plc:${'b'.repeat(24)}`
const gone = `did:plc:${'c'.repeat(24)}`
const nobody = `did:plc:${'d'.repeat(24)}`

test(
  'a DID, a handle and an identity are answered under the names of their lexicons',
  {timeout: 20_000},
  async context => {
    const network = new FirehoseNetwork(Date.parse('2026-01-02T03:04:05Z'))
    network.account(alice, testKey(1).publicKey, 'pds.example.com', 'alice.example.com')
    network.account(liar, testKey(2).publicKey, 'pds.example.com', 'alice.example.com')
    network.handles.set('alice.example.com', alice)
    const answered = network.answers
    network.answers = async (url, signal) => {
      if (url.origin === plcUrl && url.pathname.endsWith(gone)) return Response.json({message: 'gone'}, {status: 410})
      if (url.searchParams.has('name')) return Response.json({Status: 3})
      return answered(url, signal)
    }
    const {relay} = await running(context, network)
    const ask = async (method: string, params: Record<string, string>, isProcedure = false) => {
      const url = `http://relay/xrpc/com.atproto.identity.${method}`
      const headers = {'content-type': 'application/json'}
      const request = isProcedure
        ? new Request(url, {method: 'POST', headers, body: JSON.stringify(params)})
        : new Request(`${url}?${new URLSearchParams(params).toString()}`)
      const {didDoc, error, did, handle} = (await (await relay.fetch(request)).json()) as Record<string, {id?: string}>
      return error ?? [did, handle, didDoc?.id].filter(part => part !== undefined)
    }
    const lookups = async (act: () => Promise<unknown>): Promise<number> => {
      const before = network.lookups.length
      await act()
      return network.lookups.length - before
    }
    for (const [method, params, answer] of [
      ['resolveDid', {did: alice}, [alice]],
      ['resolveDid', {did: nobody}, 'DidNotFound'],
      ['resolveDid', {did: gone}, 'DidDeactivated'],
      ['resolveHandle', {handle: 'alice.example.com'}, [alice]],
      ['resolveHandle', {handle: 'nobody.example.com'}, 'HandleNotFound'],
      ['resolveIdentity', {identifier: alice}, [alice, 'alice.example.com', alice]],
      ['resolveIdentity', {identifier: 'alice.example.com'}, [alice, 'alice.example.com', alice]],
      ['resolveIdentity', {identifier: liar}, [liar, 'handle.invalid', liar]],
      ['resolveIdentity', {identifier: 'nobody.example.com'}, 'HandleNotFound'],
    ] as const) {
      deepEqual(await ask(method, params), answer, JSON.stringify(params))
    }
    equal(await lookups(() => ask('resolveIdentity', {identifier: alice})), 0, 'what is at hand costs nobody anything')
    network.nowMs += 11_000
    deepEqual(await ask('refreshIdentity', {identifier: alice}, true), [alice, 'alice.example.com', alice])
    network.nowMs += 11_000
    equal(await lookups(() => ask('refreshIdentity', {identifier: alice}, true)), 2, 'its document and its handle')
    equal(
      await lookups(() => ask('refreshIdentity', {identifier: alice}, true)),
      0,
      'at once again there is nothing new',
    )
  },
)

const from = (address: string): Request => {
  const request = new Request('http://relay/')
  notePeer(request, address)
  return request
}

test('a stranger has so many look-ups in five minutes, and answers that are at hand beside', async () => {
  const fresh = new Set<unknown>()
  const looks: unknown[] = []
  const clock = {ms: 0}
  let asked = 0
  const look = async () => {
    asked++
    return {ok: false, reason: 'timeout', detail: 'too slow'}
  }
  const identities = {
    isFresh: (identifier: unknown, {maxAgeMs}: {maxAgeMs?: number} = {}) => {
      looks.push(maxAgeMs)
      return fresh.has(identifier)
    },
    document: look,
    handleDid: look,
    identity: look,
  } as unknown as Identities
  const answers = new IdentityAnswers(identities, () => clock.ms)
  const {signal} = new AbortController()
  const ask = async (request: Request): Promise<string> => {
    const answer = await answers.document(alice as Did, request, signal)
    return answer.ok ? 'found' : answer.reason
  }
  for (let i = 0; i < 300; i++) equal(await ask(from('192.0.2.7')), 'timeout')
  equal(asked, 300)
  equal(await ask(from('192.0.2.7')), 'too-many')
  const others = [
    await answers.handleDid('a.example.com' as Handle, from('192.0.2.7'), signal),
    await answers.info(alice as Did, from('192.0.2.7'), signal),
    await answers.info(alice as Did, from('192.0.2.7'), signal, true),
  ]
  deepEqual(
    others.map(answer => !answer.ok && answer.reason),
    ['too-many', 'too-many', 'too-many'],
  )
  deepEqual(looks.slice(-3), [undefined, undefined, 10_000])
  equal(asked, 300)
  equal(await ask(from('192.0.2.8')), 'timeout')
  fresh.add(alice)
  equal(await ask(from('192.0.2.7')), 'timeout')
  fresh.clear()
  clock.ms = 299_999
  equal(await ask(from('192.0.2.7')), 'too-many')
  clock.ms = 300_000
  equal(await ask(from('192.0.2.7')), 'timeout')
  equal(asked, 303)
})

test('why there is no answer is told under the names of the lexicons', () => {
  for (const [reason, identifier, error, status] of [
    ['too-many', alice, 'RateLimitExceeded', 429],
    ['deactivated', alice, 'DidDeactivated', 400],
    ['refused', alice, 'UpstreamFailure', 502],
    ['unreachable', alice, 'UpstreamFailure', 502],
    ['timeout', 'a.example.com', 'UpstreamFailure', 502],
    ['not-found', alice, 'DidNotFound', 400],
    ['not-found', 'a.example.com', 'HandleNotFound', 400],
  ] as const) {
    const found = {ok: false, reason, detail: 'why'} as Answered<never>
    throws(() => answered(found, identifier as AtIdentifier), {error, status, message: 'why'}, reason)
  }
})
