/** What the relays of one operator tell each other, and what not. */
import {deepEqual, equal} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {silentLog} from '#std/log.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {ask, crawl, running} from '../../../../test/relays.ts'
import {until} from '../../../../test/until.ts'
import {Siblings} from './siblings.ts'

const limit = {timeout: 20_000}
const hostname = 'pds.example.com'

/** Two relays that name each other, and what either was told by the other. */
async function begun(context: TestContext) {
  const told: (readonly [relay: string, path: string, via: string | null])[] = []
  const open = async (name: string, other: string, settings: Record<string, string> = {}) => {
    const network = new FirehoseNetwork(Date.parse('2026-01-02T03:04:05Z'))
    network.host(hostname)
    const {fetch} = network.world
    network.world.fetch = async request => {
      const url = new URL(request.url)
      if (!url.host.startsWith('relay-')) return fetch(request)
      told.push([url.host, url.pathname, request.headers.get('via')])
      const relay = relays.get(url.host)
      if (!relay) throw new Error('nobody is there')
      return relay.fetch(request)
    }
    const env = {RELAY_ADMIN_PASSWORD: 'word', RELAY_SIBLING_RELAYS: `${other},relay-c.example.com`, ...settings}
    return [name, (await running(context, network, env)).relay] as const
  }
  const [a, b] = ['relay-a.example.com', 'relay-b.example.com']
  const relays: ReadonlyMap<string, {fetch(request: Request): Promise<Response>}> = new Map([
    await open(a, b),
    await open(b, a, {RELAY_HOSTS: ''}),
  ])
  const [one, other] = [...relays.values()]
  const post = async (path: string, body?: object, word = 'word'): Promise<number> => {
    const headers = {authorization: `Basic ${btoa(`admin:${word}`)}`}
    const init = {method: 'POST', headers, ...(body ? {body: JSON.stringify(body)} : {})}
    return (await one.fetch(new Request(`http://relay${path}`, init))).status
  }
  const statusOf = async (relay: typeof one): Promise<string | undefined> =>
    ((await (await ask(relay as never, 'getHostStatus', {hostname})).json()) as {status?: string}).status
  return {one, other, told, post, statusOf, b}
}

test('what one was asked and did, the others are asked, once, and pass it no further', limit, async context => {
  const {one, other, told, post, statusOf, b} = await begun(context)
  equal((await one.fetch(crawl(hostname))).status, 200)
  equal((await one.fetch(crawl(hostname))).status, 200, 'that is passed on once a minute')
  await until(async () => (await statusOf(other)) === 'active', 'the other follows it as well')
  equal(await post(`/admin/pds/block?host=${hostname}`), 200)
  await until(async () => (await statusOf(other)) === 'banned', 'the other has banned it as well')
  equal(await post('/admin/subs/banDomain', {domain: 'bad.example'}), 200)
  await until(() => told.length >= 6, 'the other is told')
  const paths = ['/xrpc/com.atproto.sync.requestCrawl', '/admin/pds/block', '/admin/subs/banDomain']
  deepEqual(
    told,
    paths.flatMap(path => [b, 'relay-c.example.com'].map(host => [host, path, '1.1 atproto-relay'])),
  )
})

test('so many requests are on their way at most, and each that ends makes room', async () => {
  const answer = Promise.withResolvers<Response>()
  let count = 0
  const world = {now: () => 0, sleep: () => new Promise<void>(() => {}), fetch: () => (count++, answer.promise)}
  const {signal} = new AbortController()
  const some = new Siblings({siblings: ['https://relay-b.example.com'], world, log: silentLog, signal})
  const pass = (): void => some.pass(new Request('http://relay/admin/pds/block', {method: 'POST'}), new Uint8Array())
  for (let i = 0; i < 1_001; i++) pass()
  equal(count, 1_000)
  answer.resolve(new Response())
  await new Promise(setImmediate)
  pass()
  equal(count, 1_001)
})

test('a request is passed on as it came, with ten seconds for the answer, and a crawl once a minute for each', async () => {
  const [clock, asked, waits] = [{ms: 0}, [] as Request[], [] as number[]]
  const world = {
    now: () => clock.ms,
    sleep: async (ms: number) => {
      waits.push(ms)
      await new Promise<void>(() => {})
    },
    fetch: async (request: Request) => {
      asked.push(request)
      return new Response()
    },
  }
  const {signal} = new AbortController()
  const some = new Siblings({siblings: ['https://relay-b.example.com'], world, log: silentLog, signal})
  const given = {accept: 'application/json', authorization: 'Basic x', 'content-type': 'text/x', cookie: 'no'}
  const request = new Request('http://relay/admin/pds/block?host=a', {method: 'POST', headers: given})
  some.pass(request, new TextEncoder().encode('body'))
  some.pass(request, new Uint8Array())
  const [{method, url, headers}] = asked
  const names = [...Object.keys(given), 'via']
  deepEqual(
    [method, url, names.map(name => headers.get(name)), waits],
    [
      'POST',
      'https://relay-b.example.com/admin/pds/block?host=a',
      ['application/json', 'Basic x', 'text/x', null, '1.1 atproto-relay'],
      [10_000, 10_000],
    ],
  )
  deepEqual([await asked[0].text(), asked[1].body], ['body', null])
  const told: string[] = []
  for (const [ms, hostname] of [
    [0, 'a'],
    [0, 'b'],
    [59_999, 'a'],
    [60_000, 'a'],
  ] as const) {
    clock.ms = ms
    some.passCrawl(crawl(hostname), hostname)
    told.push(asked.length === 3 ? await asked.splice(2)[0].text() : '')
  }
  deepEqual(told, ['{"hostname":"a"}', '{"hostname":"b"}', '', '{"hostname":"a"}'])
})

test('what was refused, what is asked, and what each says for itself is passed on to nobody', limit, async context => {
  const {one, told, post} = await begun(context)
  equal(await post('/admin/pds/block?host=10.0.0.1'), 400)
  equal(await post(`/admin/pds/block?host=${hostname}`, undefined, 'wrong'), 401)
  equal(await post('/admin/subs/setPerDayLimit?limit=3'), 200)
  equal((await one.fetch(crawl('gone.example.com'))).status, 400)
  const authorization = `Basic ${btoa('admin:word')}`
  await one.fetch(new Request('http://relay/admin/pds/list', {headers: {authorization}}))
  const headers = {authorization, 'user-agent': 'indigo atproto-relay/1'}
  await one.fetch(new Request(`http://relay/admin/pds/block?host=${hostname}`, {method: 'POST', headers}))
  deepEqual(told, [])
})
