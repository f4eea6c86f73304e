/** What the page of a relay shows, and what its forms do. */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {silentLog} from '#std/log.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {ask, running} from '../../../../test/relays.ts'
import {until} from '../../../../test/until.ts'
import type {Upstream} from '../hosts/upstream.ts'
import type {RefusalReason} from '../intake/refusals.ts'
import {Overview, type Shown, type ShownHost} from './overview.ts'
import {relaySite} from './page.ts'

const limit = {timeout: 20_000}
const hostname = 'pds.example.com'
const authorization = `Basic ${btoa('admin:word')}`

async function begun(context: TestContext) {
  const network = new FirehoseNetwork(Date.parse('2026-01-02T03:04:05Z'))
  const host = network.host(hostname)
  const settings = {
    RELAY_ADMIN_PASSWORD: 'word',
    RELAY_BANNED_DOMAINS: 'bad.example',
    RELAY_SIBLING_RELAYS: 'relay-b.example.com',
  }
  const passedOn: (readonly (string | null)[])[] = []
  const {fetch} = network.world
  network.world.fetch = async request => {
    const {host, pathname} = new URL(request.url)
    if (host !== 'relay-b.example.com') return fetch(request)
    passedOn.push([pathname, ...['authorization', 'content-type'].map(name => request.headers.get(name))])
    return new Response()
  }
  const {relay} = await running(context, network, settings)
  const get = async (path = '/admin') => {
    const response = await relay.fetch(new Request(`http://relay${path}`, {headers: {authorization}}))
    return {response, text: await response.text()}
  }
  await until(async () => host.cursors.length > 0, 'the host is connected')
  host.send(encodeMessageFrame('#new', {}), 'text', 'text')
  await until(async () => (await get()).text.includes('not-binary'), 'what the host sent is refused')
  const {response, text} = await get()
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const token = /name="form-token" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const submit = async (act: string, name: string, more: Record<string, string> = {}) => {
    const body = new URLSearchParams({'form-token': token, name})
    const headers = {authorization, cookie, origin: 'http://relay', ...more}
    return relay.fetch(new Request(`http://relay/admin/-/do/${act}`, {method: 'POST', headers, body}))
  }
  const statusOf = async () =>
    ((await (await ask(relay, 'getHostStatus', {hostname})).json()) as {status: string}).status
  return {relay, get, submit, statusOf, passedOn}
}

test('it shows hosts, what was refused and why, and bans, to nobody but the operator', limit, async context => {
  const {relay, get} = await begun(context)
  for (const path of ['/admin', '/admin/-/now']) {
    equal((await relay.fetch(new Request(`http://relay${path}`))).status, 401, path)
  }
  const {response, text} = await get()
  deepEqual([response.status, response.headers.get('cache-control')], [200, 'private, no-store'])
  for (const shown of [
    hostname,
    'not-binary 2 (66.67 %), unknown-type 1 (33.33 %)',
    '66.67 %',
    'A text message, where the firehose has none.',
    'by RELAY_BANNED_DOMAINS',
    'Servers may ask to be followed, 50 a day.',
    'Nobody reads.',
  ]) {
    ok(text.includes(shown), shown)
  }
  const {text: part} = await get('/admin/-/now')
  match(part, /hosts connected/)
  ok(!part.includes('<form'), 'what is put in anew has no field that somebody may be typing into')
  const [, style = ''] = /href="(\/assets\/[^"]+relay\.css)"/.exec(text) ?? []
  equal((await relay.fetch(new Request(`http://relay${style}`))).status, 200)
})

test('its forms do what the API does, and say why not', limit, async context => {
  const {get, submit, statusOf, passedOn} = await begun(context)
  const done = await submit('ban', ` ${hostname} `)
  deepEqual([done.status, done.headers.get('location'), await statusOf()], [303, '/admin', 'banned'])
  ok((await get()).text.includes(`Lift the ban ${hostname}`))
  deepEqual(passedOn, [['/admin/pds/block', authorization, 'application/json']], 'the operator has more relays')
  await submit('unban', hostname)
  await submit('ban-domain', '<b>.example')
  ok(!(await get()).text.includes('<b>.example'))
  await submit('ban-domain', 'other.example')
  ok((await get()).text.includes('other.example'))
  const refused = await submit('ban', '10.0.0.1')
  deepEqual([refused.status, (await refused.text()).includes('must pass a valid hostname')], [400, true])
  equal((await submit('takedown', 'did:web:nobody.example.com')).status, 404)
  equal((await submit('nothing', hostname)).status, 404)
})

test('a form of another site, or of another browser, does nothing', limit, async context => {
  const {submit, statusOf} = await begun(context)
  equal((await submit('ban', hostname, {origin: 'https://evil.example'})).status, 403)
  equal((await submit('ban', hostname, {cookie: ''})).status, 403)
  equal((await submit('ban', hostname, {authorization: ''})).status, 401)
  equal(await statusOf(), 'active')
})

const hostWith = (id: number, eventCount: number): Upstream =>
  ({id, hostname: `h${id}`, eventCount, seq: id, ratchet: {stage: 'warn', failureRate: 0.25}}) as Upstream

test('hosts with most failures come first, and reasons by how often, as part of all that came', async () => {
  const refused: Record<string, [RefusalReason, number][]> = {
    h1: [['stale-rev', 1]],
    h2: [
      ['wrong-host', 2],
      ['stale-rev', 7],
    ],
    h3: [],
  }
  const {hosts, reasons} = await overviewOf({
    hosts: {all: () => [hostWith(1, 1), hostWith(2, 30), hostWith(3, 0)]},
    refusals: {of: name => new Map(refused[name].map(([reason, count]) => [reason, {count, detail: ''}]))},
    store: {accountCounts: async () => new Map([[2, 5]])},
  }).show()
  deepEqual(
    hosts.map(({hostname, accounts, events, seq, refused: most}) => [hostname, accounts, events, seq, most[0]]),
    [
      ['h2', 5, 30, 2, ['stale-rev', 7, 7 / 30]],
      ['h1', 0, 1, 1, ['stale-rev', 1, 1]],
      ['h3', 0, 0, 3, undefined],
    ],
  )
  deepEqual(
    reasons.map(({reason, times, part}) => [reason, times, part]),
    [
      ['stale-rev', 8, 8 / 31],
      ['wrong-host', 2, 2 / 31],
    ],
  )
})

/** Of a relay with nothing in it, but for what is said. */
function overviewOf(more: Partial<ConstructorParameters<typeof Overview>[0]>): Overview {
  const nothing = {all: () => [], list: () => [], isConfigured: () => false, of: () => new Map()}
  return new Overview({
    hosts: nothing,
    consumers: nothing,
    refusals: nothing,
    bans: nothing,
    store: {accountCounts: async () => new Map()},
    settings: {requestCrawl: true, newHostsPerDayMax: 1},
    takedowns: {count: 0},
    newestSeq: () => 0,
    now: () => 0,
    ...more,
  })
}

test('the rate is that of the last seconds', async () => {
  const clock = {ms: 0, seq: 100}
  const overview = overviewOf({newestSeq: () => clock.seq, now: () => clock.ms})
  const after = async (ms: number, events: number): Promise<number> => {
    clock.ms += ms
    clock.seq += events
    return (await overview.show()).eventsPerSecond
  }
  deepEqual(
    [await after(0, 0), await after(2_000, 10), await after(3_000, 15), await after(2_000, 0), await after(-60_000, 0)],
    [0, 5, 5, 25 / 7, 0],
  )
  deepEqual([await after(70_000, 0), await after(5_000, 50)], [0, 10])
})

test('each state has its look, and tables end after two hundred rows', async () => {
  const statuses = ['active', 'idle', 'throttled', 'offline', 'banned'] as const
  const host = (n: number): ShownHost => ({
    hostname: `h${n}.example.com`,
    status: statuses[n % statuses.length],
    waitsFor: n === 2 ? 'events' : undefined,
    seq: 7_000 + n,
    accounts: 0,
    events: 0,
    stage: 'enforce',
    failureRate: n === 1 ? 0.125 : undefined,
    refused: [],
  })
  const consumer = {id: 1, address: '192.0.2.7', userAgent: 'reader', connectedMs: 0, cursor: 0, frameCount: 12_345}
  const base = {
    consumers: [],
    reasons: [],
    bans: [],
    asksOpen: false,
    newHostsPerDayMax: 50,
    takedowns: 4_321,
    newestSeq: 98_765,
    eventsPerSecond: 12.6,
  }
  const shown = async (count: number, more: Partial<Shown> = {}): Promise<string> => {
    const site = relaySite({
      show: async () => ({...base, hosts: Array.from({length: count}, (_, n) => host(n)), ...more}),
      act: async () => new Response(),
      world: {random: size => new Uint8Array(size), now: () => 60_000},
      log: silentLog,
    })
    return (await (await site.fetch(new Request('http://localhost/admin'))).text()).replaceAll(/\s+/g, ' ')
  }
  const few = await shown(6)
  for (const [part, isThere] of [
    ['<span class="pill good">active</span>', true],
    ['<span class="pill good">idle</span>', true],
    ['<span class="pill warn">throttled</span> for events', true],
    ['<span class="pill bad">offline</span>', true],
    ['<span class="pill ">banned</span>', true],
    ['enforce, 12.5 % fail', true],
    ['aria-label="Lift the ban h4.example.com"', true],
    ['aria-label="Ban h0.example.com"', true],
    ['13/s', true],
    ['No server may ask to be followed.', true],
    ['Nothing was refused.', true],
    ['No domain is banned.', true],
    ['Nobody reads.', true],
    ['are shown: those with most failures', false],
  ] as const) {
    equal(few.includes(part), isThere, part)
  }
  ok(!(await shown(200)).includes('are shown: those with most failures'))
  const many = await shown(201, {consumers: Array.from({length: 201}, () => consumer)})
  ok(many.includes('The first 200 of 201 are shown: those with most failures.'))
  ok(many.includes('h199.example.com') && !many.includes('h200.example.com'))
  equal(many.split('192.0.2.7').length - 1, 200)
})
