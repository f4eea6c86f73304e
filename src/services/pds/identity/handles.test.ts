/** Which handles can be had here, and what is put forward for those that cannot. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fakeService} from '../../../../test/fake-service.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'
import {handleIdeas, judgeHandle} from './handles.ts'
import {reservedLabels} from './reserved-names.ts'

const wellKnown = '/.well-known/atproto-did'
const rules = {domains: ['.test', '.example.com'], reserved: reservedLabels(['Acme-Inc', '!Blog'])}
const digits = (count: number): string => '1234'.slice(0, count)

test('what is near to a handle is near to its name, its year and its address, and is itself to be had', () => {
  const ideas = handleIdeas('Alice.test', {email: 'al.liddell@x.com', birthDate: '1985-05-04T00:00:00Z'}, rules, digits)
  assert.deepEqual(
    ideas.map(({handle, method}) => `${method} ${handle}`),
    [
      'handle_year alice85.test',
      'handle_year alice1985.test',
      'email alliddell.test',
      'handle_number alice12.test',
      'handle_number alice123.test',
      'handle_number alice1234.test',
      'email_number alliddell123.test',
    ],
  )
  const all = ['a.test', 'admin.test', '-.test', `${'x'.repeat(60)}.example.com`, 'alice.other.org', 'al.ice.test']
  for (const wanted of all) {
    for (const {handle} of handleIdeas(wanted, {email: '@'}, rules, digits)) {
      assert.ok(judgeHandle(handle, rules).ok, `${wanted}: ${handle}`)
    }
  }
  assert.equal(handleIdeas('alice.other.org', {}, rules, digits)[0].handle, 'alice.test')
  assert.deepEqual(handleIdeas('alice.test', {}, {...rules, domains: []}, digits), [])
})

test('names that stand for the network or for the server are kept back', () => {
  for (const name of ['admin', 'atp', 'support', 'postmaster', 'your', 'bluesky', 'white-house', 'acme-inc']) {
    const verdict = judgeHandle(`${name}.test`, rules)
    assert.equal(verdict.ok || verdict.reason, 'handle-taken', name)
  }
  for (const name of ['blog', 'alice']) assert.ok(judgeHandle(`${name}.test`, rules).ok, name)
  assert.ok(rules.reserved.size > 800, String(rules.reserved.size))
})

test('whoever looks for a handle is told whether it is free, and which ones near to it are', async context => {
  const {agent: newAgent} = await pdsNetwork(context)
  await signUp(newAgent(), 'alice')
  await signUp(newAgent(), 'alice85')
  const check = async (params: {handle: string; email?: string; birthDate?: string}) => {
    const {handle, result} = (await newAgent().com.atproto.temp.checkHandleAvailability(params)).data
    assert.equal(handle, params.handle)
    return result as {$type: string; suggestions?: {handle: string; method: string}[]}
  }
  const kind = 'com.atproto.temp.checkHandleAvailability'
  assert.deepEqual(await check({handle: 'bobby.test'}), {$type: `${kind}#resultAvailable`})
  const taken = await check({handle: 'alice.test', birthDate: '1985-05-04T00:00:00.000Z', email: 'liddell@x.com'})
  assert.equal(taken.$type, `${kind}#resultUnavailable`)
  const handles = (taken.suggestions ?? []).map(({handle}) => handle)
  assert.equal(handles.length, 5)
  assert.deepEqual(handles.slice(0, 2), ['alice1985.test', 'liddell.test'])
  // Each of them can be had as it stands.
  for (const handle of handles) await signUp(newAgent(), handle.replace('.test', ''))
  assert.equal((await check({handle: 'alice.elsewhere.org'})).$type, `${kind}#resultUnavailable`)
  await assert.rejects(check({handle: 'bobby.test', email: 'nonsense'}), {error: 'InvalidEmail'})
})

test('a handle of elsewhere is looked up in DNS, and at its own host where DNS says nothing or is not to be had', async context => {
  const {agent, hosts} = await pdsNetwork(context)
  const bob = 'did:plc:44ybard66vv44zksje25o7dz'
  const asked: string[] = []
  const answering = (answer: (url: URL) => Response) =>
    fakeService(request => {
      asked.push(new URL(request.url).hostname)
      return answer(new URL(request.url))
    })
  const dns = (json: object): void =>
    void hosts.set(
      'cloudflare-dns.com',
      answering(() => Response.json(json)),
    )
  hosts.set(
    'bob.example.com',
    answering(({pathname}) => new Response(pathname === wellKnown ? `${bob}\n` : '')),
  )
  hosts.set(
    'carol.example.com',
    answering(() => new Response('There is nothing here.', {status: 404})),
  )
  const resolve = async (handle: string) => (await agent().com.atproto.identity.resolveHandle({handle})).data.did

  dns({Status: 3})
  assert.equal(await resolve('bob.example.com'), bob)
  assert.deepEqual(asked.splice(0), ['cloudflare-dns.com', 'bob.example.com'])
  await assert.rejects(resolve('carol.example.com'), {error: 'HandleNotFound'})
  dns({Status: 0, Answer: [{type: 16, data: `"did=${bob}"`}]})
  asked.length = 0
  assert.equal(await resolve('dave.example.com'), bob)
  assert.deepEqual(asked.splice(0), ['cloudflare-dns.com'])
  hosts.set(
    'cloudflare-dns.com',
    answering(() => new Response('', {status: 503})),
  )
  hosts.set(
    'erin.example.com',
    answering(() => new Response(bob)),
  )
  assert.equal(await resolve('erin.example.com'), bob)
})
