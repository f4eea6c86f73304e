/**
 * From a write to a lexicon that somebody published, through a whole server: by DNS, by the DID, by the repository, and
 * that a network which is silent, or leads astray, stops nobody from writing.
 */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {fakeService, type FakeService} from '../../../../test/fake-service.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {until} from '../../../../test/until.ts'

const collection = 'com.example.note'

interface Published {
  agent: AtpAgent
  /** The DNS server. */
  dns: FakeService
  /** Writes a note; gives its status. */
  write: (text: unknown, validate?: boolean) => Promise<string | undefined>
}

/** The lexicon is in the repository of an account here, to which DNS leads when it answers. */
async function published(context: TestContext, answers = true): Promise<Published> {
  const {agent: agentOf, hosts} = await pdsNetwork(context)
  const agent = agentOf()
  const did = await signUp(agent, 'alice')
  const defs = {
    main: {
      type: 'record',
      key: 'any',
      record: {type: 'object', required: ['text'], properties: {text: {type: 'string', maxLength: 5}}},
    },
  }
  const record = {$type: 'com.atproto.lexicon.schema', lexicon: 1, id: collection, defs}
  await agent.com.atproto.repo.putRecord({
    repo: did,
    collection: 'com.atproto.lexicon.schema',
    rkey: collection,
    record,
  })
  const dns = fakeService(() =>
    answers
      ? Response.json({Status: 0, Answer: [{type: 16, data: `"did=${did}"`}]})
      : new Response(null, {status: 500}),
  )
  hosts.set('cloudflare-dns.com', dns)
  const write = async (text: unknown, validate?: boolean): Promise<string | undefined> => {
    const input = {repo: did, collection, record: {text}, validate}
    return (await agent.com.atproto.repo.createRecord(input)).data.validationStatus
  }
  return {agent, dns, write}
}

test('a record of a published type is unknown until its lexicon is at hand, and from then on valid or refused', async context => {
  const {dns, write} = await published(context)
  equal(await write('first'), 'unknown')
  await until(async () => (await write('again')) === 'valid', 'the lexicon is at hand')
  await rejects(write('too long'), {status: 400, error: 'InvalidRequest', message: /longer than 5 UTF-8 bytes/})
  await rejects(write(1), {error: 'InvalidRequest'})
  equal(await write(1, false), undefined)
  equal(dns.seen.length, 1)
  match(dns.seen[0].url, /name=_lexicon\.example\.com&type=TXT/)
})

test('who insists that a record be valid waits for the lexicon, and is told when there is none', async context => {
  const {write} = await published(context)
  equal(await write('first', true), 'valid')
  await rejects(write('too long', true), {error: 'InvalidRequest'})
  const offline = await published(context, false)
  await rejects(offline.write('first', true), {error: 'InvalidRequest', message: /is not known/})
})

test('without a network everything goes on: what is not known is unknown, and each type is asked for once', async context => {
  const {agent, dns, write} = await published(context, false)
  for (let i = 0; i < 3; i++) equal(await write('first'), 'unknown')
  const {did} = agent.assertDid ? {did: agent.assertDid} : {did: ''}
  const writes = ['a', 'b'].map(rkey => ({
    $type: 'com.atproto.repo.applyWrites#create' as const,
    collection,
    rkey,
    value: {text: rkey},
  }))
  const {data} = await agent.com.atproto.repo.applyWrites({repo: did, writes})
  deepEqual(
    data.results?.map(result => (result as {validationStatus?: string}).validationStatus),
    ['unknown', 'unknown'],
  )
  ok(dns.seen.length <= 1, String(dns.seen.length))
})
