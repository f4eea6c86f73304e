/** Who asks the relay who is who gets what it knows, and a stranger only so many look-ups. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import type {Identities} from '#sdk/identity.ts'
import {testKey} from '../../../../test/commits.ts'
import {FirehoseNetwork, plcUrl} from '../../../../test/firehose-network.ts'
import {running} from '../../../../test/relays.ts'
import {IdentityAnswers} from './identity-answers.ts'

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

test('a stranger has so many look-ups, and answers that are at hand beside', async () => {
  const fresh = new Set<unknown>()
  let asked = 0
  const identities = {
    isFresh: (identifier: unknown) => fresh.has(identifier),
    document: async () => {
      asked++
      return {ok: false, reason: 'timeout', detail: 'too slow'}
    },
  } as unknown as Identities
  const answers = new IdentityAnswers(identities, () => 0)
  const {signal} = new AbortController()
  const ask = async (request: Request): Promise<string> => {
    const answer = await answers.document(alice as Did, request, signal)
    return answer.ok ? 'found' : answer.reason
  }
  for (let i = 0; i < 300; i++) equal(await ask(from('192.0.2.7')), 'timeout')
  equal(asked, 300)
  equal(await ask(from('192.0.2.7')), 'too-many')
  equal(asked, 300)
  equal(await ask(from('192.0.2.8')), 'timeout')
  fresh.add(alice)
  equal(await ask(from('192.0.2.7')), 'timeout')
  equal(asked, 302)
})
