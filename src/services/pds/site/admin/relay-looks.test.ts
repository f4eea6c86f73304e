/** Relays are asked once in a while, and whatever they do, a page comes. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {realWorld} from '#std/world.ts'
import {RelayLooks} from './relay-looks.ts'

const did = 'did:web:alice.test' as Did

function looking(fetch: (request: Request) => Promise<Response>) {
  const clock = {ms: 0}
  const asked: string[] = []
  const looks = new RelayLooks({
    relays: ['https://relay.example.com/'],
    host: 'pds.example.com',
    newestSeq: async () => 500,
    accounts: async () => [{did, rev: '3kaaaaaaaaaa2'}],
    world: {
      now: () => clock.ms,
      sleep: realWorld.sleep,
      fetch: request => {
        asked.push(new URL(request.url).pathname.replace('/xrpc/com.atproto.sync.', ''))
        return fetch(request)
      },
    },
    briefMs: 50,
  })
  return {looks, clock, asked}
}

const host = (answer: object) => async (request: Request) =>
  request.url.includes('getHostStatus')
    ? Response.json({hostname: 'pds.example.com', ...answer})
    : Response.json({did, active: false, status: 'desynchronized'})

test('a look is held for half a minute, whoever asks, until it is to be forgotten', async () => {
  const {looks, clock, asked} = looking(host({status: 'active', seq: 500}))
  const both = await Promise.all([looks.brief(), looks.brief()])
  assert.equal(both[0], both[1])
  clock.ms = 29_999
  await looks.brief()
  assert.deepEqual(asked, ['getHostStatus'])
  clock.ms = 30_000
  await looks.brief()
  looks.forget()
  await looks.brief()
  assert.equal(asked.length, 3)
})

const states: [answer: object, state: string, said: RegExp][] = [
  [{status: 'active', seq: 500}, 'good', /active/],
  [{status: 'active', seq: 100}, 'warn', /400 events behind/],
  [{status: 'active', seq: 900}, 'bad', /the newest here is 500/],
  [{status: 'idle', seq: 500}, 'bad', /idle/],
  [{status: 'throttled', seq: 500}, 'bad', /throttled/],
  [{status: 'banned', seq: 500}, 'bad', /banned/],
]
for (const [answer, state, said] of states) {
  test(`a relay that says ${JSON.stringify(answer)} is ${state}, with what to do`, async () => {
    const [{relay, checks}] = await looking(host(answer)).looks.brief()
    assert.equal(relay, 'https://relay.example.com/')
    const telling = checks.find(check => said.test(check.detail))
    assert.equal(telling?.state, state)
    assert.equal(telling?.mend !== undefined, state !== 'good')
  })
}

test('repositories that are out of step there are told of', async () => {
  const {looks, asked} = looking(host({status: 'active', seq: 500}))
  for (const [{checks}] of [await looks.whole(), await looks.of({did, rev: '3kaaaaaaaaaa2'})]) {
    const told = checks.find(({name}) => name === 'accounts there')
    assert.match(`${told?.state} ${told?.detail}`, /bad 1 of 1 are out of step.*did:web:alice\.test/)
  }
  assert.deepEqual(asked, ['getHostStatus', 'getRepoStatus', 'getHostStatus', 'getRepoStatus'])
})

const faults: [what: string, fetch: (request: Request) => Promise<Response>][] = [
  ['never answers', ({signal}) => new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)))],
  ['cannot be reached', () => Promise.reject(new Error('connect ECONNREFUSED'))],
  ['answers with what is no JSON', async () => new Response('<html>')],
  ['answers with JSON of no sense', async () => Response.json([null])],
  ['does not know this server', async () => Response.json({error: 'HostNotFound', message: 'no'}, {status: 400})],
]
for (const [what, fetch] of faults) {
  test(`a relay that ${what} is told of, and holds nothing up`, {timeout: 60_000}, async () => {
    const [{checks}] = await looking(fetch).looks.brief()
    assert.notEqual(checks[0].state, 'good')
    assert.ok(checks[0].mend)
  })
}
