/** How clients are looked for: how long what was found holds, and how often a stranger's server is asked. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {HandClock} from '../../../../../test/hand-clock.ts'
import {confidentialFields, metadataOf, publicId, secretId} from '../../../../../test/oauth-app.ts'
import {Clients} from './clients.ts'

const keysUri = 'https://web.example.com/keys'
const keys = (...kids: string[]) => ({keys: kids.map(kid => ({kty: 'EC', kid}))})

function clientsOn(web: Record<string, object>) {
  const clock = new HandClock(1_000_000)
  const asked: string[] = []
  const guarded = {
    fetch: async ({url}: Request) => {
      asked.push(url)
      return url in web ? Response.json(web[url]) : new Response('Gone.', {status: 410})
    },
  }
  return {clients: new Clients({guarded, world: clock}), clock, asked, web}
}

test('a client holds for ten minutes, and many who ask at once ask once', async () => {
  const {clients, clock, asked} = clientsOn({[publicId]: metadataOf(publicId)})
  equal(clients.isHeld(publicId), false)
  await Promise.all([1, 2, 3].map(() => clients.find(publicId)))
  equal(asked.length, 1)
  equal(clients.isHeld(publicId), true)
  await clock.pass(599_000)
  await clients.find(publicId)
  equal(asked.length, 1)
  await clock.pass(1_000)
  await clients.find(publicId)
  equal(asked.length, 2)
})

test('documents as large as they may be push one another out, and not the small one that is used', async () => {
  const fat = Array.from({length: 60}, (_, i) => `https://a${i}.example.com/client.json`)
  const more = {'x-ornament': 'x'.repeat(400_000)}
  const {clients, asked} = clientsOn(
    Object.fromEntries([
      [publicId, metadataOf(publicId)],
      ...fat.map((id): [string, object] => [id, metadataOf(id, more)]),
    ]),
  )
  for (const id of fat) {
    await clients.find(id)
    await clients.find(publicId)
  }
  equal(asked.filter(url => url === publicId).length, 1)
  ok(fat.filter(id => clients.isHeld(id)).length <= 20)
})

test('a client that cannot be had is asked for again after half a minute', async () => {
  const {clients, clock, asked, web} = clientsOn({})
  for (let i = 0; i < 3; i++) await rejects(clients.find(publicId), {error: 'invalid_client_metadata', message: /410/})
  equal(asked.length, 1)
  web[publicId] = metadataOf(publicId)
  await rejects(clients.find(publicId))
  await clock.pass(30_000)
  equal((await clients.find(publicId)).id, publicId)
})

test('a key that is not in the set is looked for again, once a minute at most', async () => {
  const metadata = metadataOf(secretId, {...confidentialFields([]), jwks: undefined, jwks_uri: keysUri})
  const {clients, clock, asked, web} = clientsOn({[secretId]: metadata, [keysUri]: keys('one')})
  const client = await clients.find(secretId)
  equal((await clients.key(client, 'one')).kid, 'one')
  web[keysUri] = keys('one', 'two')
  await rejects(clients.key(client, 'two'), {error: 'invalid_client', message: /kid two/})
  await clock.pass(60_000)
  equal((await clients.key(client, 'two')).kid, 'two')
  equal((await clients.key(client, 'one')).kid, 'one')
  await rejects(clients.key(client, 'three'))
  deepEqual(asked, [secretId, keysUri, keysUri])
  await clock.pass(60_000)
  web[keysUri] = keys('two')
  await rejects(clients.key(client, 'three'))
  await rejects(clients.key(client, 'one'), {message: /kid one/}, 'a key that was taken away')
})

test('keys that a client has in its own metadata are there without asking', async () => {
  const {clients, asked} = clientsOn({[secretId]: metadataOf(secretId, confidentialFields([{kty: 'EC', kid: 'one'}]))})
  const client = await clients.find(secretId)
  equal((await clients.key(client, 'one')).kid, 'one')
  await rejects(clients.key(client, 'two'), {error: 'invalid_client'})
  equal(asked.length, 1)
})

test('a document that is none is refused by what is wrong with it', async () => {
  for (const [answer, words] of [
    [new Response('{}', {headers: {'content-type': 'text/html'}}), /text\/html/],
    [new Response('{}'), /text\/plain/],
    [new Response(null, {headers: {'content-type': 'application/json'}}), /no JSON/],
    [new Response('{', {headers: {'content-type': 'application/json'}}), /no JSON/],
    [new Response(new Uint8Array([0xff]), {headers: {'content-type': 'application/json'}}), /no JSON/],
    [new Response('{}', {status: 404, headers: {'content-type': 'application/json'}}), /404/],
    [new Response('{}', {headers: {'content-type': 'application/ld+json'}}), /client_id/],
  ] as const) {
    const clients = new Clients({guarded: {fetch: async () => answer}, world: new HandClock(1)})
    await rejects(clients.find(publicId), {error: 'invalid_client_metadata', message: words})
  }
})

test('why a server cannot be reached is not told to those who ask', async () => {
  const guarded = {fetch: () => Promise.reject(new Error('10.0.0.1 refused the connection'))}
  const clients = new Clients({guarded, world: new HandClock(1)})
  const refusal = await clients.find(publicId).catch((error: Error) => error.message)
  equal(String(refusal).includes('10.0.0.1'), false)
})
