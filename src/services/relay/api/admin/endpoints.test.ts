/** The operator's API, question by question, over a relay that follows a network. */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent, type CommitEvent} from '#atp/sync/event.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {TestRepo, testKey} from '../../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../../test/firehose-network.ts'
import {ask, crawl, frames, running, subscribeUrl, type Running} from '../../../../../test/relays.ts'
import {temporaryFolder} from '../../../../../test/temporary-folder.ts'
import {until} from '../../../../../test/until.ts'

const limit = {timeout: 20_000}
const nowMs = Date.parse('2026-01-02T03:04:05Z')
const hostname = 'pds.example.com'
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const nobody = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
const password = 'one'

const basic = (word: string): Record<string, string> => ({authorization: `Basic ${btoa(`admin:${word}`)}`})

/** A relay that has passed on a commit of one account. */
async function begun(context: TestContext, settings: Record<string, string> = {}) {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = new TestRepo(did, testKey(1), nowMs)
  network.account(did, repo.key.publicKey, hostname)
  const host = network.host(hostname)
  const write = (name: string): CommitEvent => {
    const {event} = repo.write({[`app.bsky.feed.post/${name}`]: {name}})
    host.send(encodeEvent(event))
    return event
  }
  write('a')
  const found = await running(context, network, {RELAY_ADMIN_PASSWORD: `${password},two`, ...settings})
  await frames(found.relay, 0, 1)
  return {...found, network, repo, host, write, ...callsOf(found)}
}

function callsOf({relay}: Pick<Running, 'relay'>) {
  async function call(method: string, path: string, body?: object, headers = basic(password)) {
    const init = body === undefined ? {} : {body: JSON.stringify(body)}
    const response = await relay.fetch(new Request(`http://relay${path}`, {method, headers, ...init}))
    return {status: response.status, body: (await response.json()) as Record<string, unknown>}
  }
  return {
    call,
    get: (path: string) => call('GET', path),
    post: async (path: string, body?: object) => {
      const answer = await call('POST', path, body)
      deepEqual(answer, {status: 200, body: {success: 'true'}}, path)
    },
    statusOf: async (name = hostname) => {
      const response = await ask(relay, 'getHostStatus', {hostname: name})
      return ((await response.json()) as {status?: string}).status
    },
  }
}

const settled = (what: string, look: () => Promise<unknown>, wanted: unknown): Promise<unknown> =>
  until(async () => (await look()) === wanted, what)

test('each of the passwords is good for everything below /admin, and without one nothing is', limit, async context => {
  const {relay, call} = await begun(context)
  for (const word of [password, 'two'])
    equal((await call('GET', '/admin/pds/list', undefined, basic(word))).status, 200)
  const wrong = [
    {},
    basic('three'),
    basic('one,two'),
    basic(''),
    {authorization: 'Basic !'},
    {authorization: 'Bearer one'},
  ]
  for (const headers of wrong) {
    for (const path of ['/admin/pds/list', '/admin/nothing', '/admin']) {
      equal((await call('GET', path, undefined, headers)).status, 401, path)
    }
  }
  const refused = await relay.fetch(new Request('http://relay/admin/pds/list'))
  match(refused.headers.get('www-authenticate') ?? '', /^Basic /)
  const off = callsOf(await running(context, new FirehoseNetwork(nowMs)))
  const answer = await off.call('GET', '/admin/pds/list')
  deepEqual([answer.status, answer.body], [403, {error: 'The admin API is off: RELAY_ADMIN_PASSWORD is not set.'}])
})

test('wrong passwords are counted by who sends them', limit, async context => {
  const {relay, network} = await begun(context)
  const statusFor = async (word: string, peer: string): Promise<number> => {
    const request = new Request('http://relay/admin/pds/list', {headers: basic(word)})
    return (await relay.fetch(Object.assign(request, {peer}))).status
  }
  for (let n = 0; n < 30; n++) equal(await statusFor(password, '192.0.2.1'), 200)
  for (let n = 0; n < 20; n++) equal(await statusFor(`${n}`, '192.0.2.1'), 401)
  deepEqual([await statusFor(password, '192.0.2.1'), await statusFor(password, '192.0.2.2')], [429, 200])
  network.nowMs += 299_999
  equal(await statusFor(password, '192.0.2.1'), 429)
  network.nowMs += 1
  equal(await statusFor(password, '192.0.2.1'), 200, 'after five minutes')
})

test('a browser that holds the password does nothing for the page of another site', limit, async context => {
  const {call, statusOf} = await begun(context)
  const path = `/admin/pds/block?host=${hostname}`
  for (const [name, value] of [
    ['origin', 'https://evil.example'],
    ['sec-fetch-site', 'cross-site'],
    ['origin', 'null'],
  ]) {
    equal((await call('POST', path, undefined, {...basic(password), [name]: value})).status, 403)
  }
  equal(await statusOf(), 'active')
})

test('what is not in order is refused', limit, async context => {
  const {call} = await begun(context)
  const rows: [status: number, path: string, body?: object][] = [
    [404, '/admin/nothing', {}],
    [404, '/admin/toString', {}],
    [400, '/admin/pds/block'],
    [400, '/admin/pds/block?host=10.0.0.1'],
    [404, '/admin/pds/unblock?host=nobody.example.com'],
    [400, '/admin/subs/killUpstream?host=nobody.example.com'],
    [400, '/admin/subs/setEnabled?enabled=maybe'],
    [400, '/admin/subs/setPerDayLimit?limit=-1'],
    [400, '/admin/subs/banDomain', {}],
    [400, '/admin/subs/banDomain', {domain: 'no domain'}],
    [400, '/admin/subs/unbanDomain', {domain: 7}],
    [400, '/admin/repo/takeDown', {did: 'alice'}],
    [404, '/admin/repo/takeDown', {did: nobody}],
    [404, '/admin/repo/reverseTakedown', {did: nobody}],
    [400, '/admin/pds/changeLimits', {host: hostname}],
    [400, '/admin/pds/changeLimits', {host: hostname, repo_limit: -1}],
    [400, '/admin/pds/changeLimits', {host: hostname, account_limit_alerts_silenced: 'yes'}],
    [400, '/admin/pds/changeLimits', {host: hostname, sync_stage: 'never'}],
    [404, '/admin/pds/changeLimits', {host: 'nobody.example.com', repo_limit: 1}],
    [400, '/admin/alerts/accountLimitSent', {kind: 'odd', hostname}],
    [400, '/admin/alerts/accountLimitSent', {kind: 'warning', hostname: '10.0.0.1'}],
    [400, '/admin/alerts/accountLimitSent', {kind: 'warning', hostname, sentAt: 'soon'}],
    [400, '/admin/pds/requestCrawl', []],
    [413, '/admin/pds/requestCrawl', {hostname: 'x'.repeat(2 ** 16)}],
  ]
  for (const [status, path, body] of rows) {
    const answer = await call('POST', path, body)
    deepEqual(
      [answer.status, typeof answer.body.error],
      [status, 'string'],
      `${path} ${JSON.stringify(body)?.slice(0, 90)}`,
    )
  }
  equal((await call('POST', '/admin/pds/list')).status, 404)
  equal((await call('GET', '/admin/repo/takedowns?cursor=x')).status, 400)
})

test('a host is left and taken up again, and is told of with what is set of it', limit, async context => {
  const {get, post, statusOf, relay, host, write} = await begun(context)
  await settled('it is connected', statusOf, 'active')
  const rows = async () => (await get('/admin/pds/list')).body as unknown as Record<string, unknown>[]
  await settled('its account is saved', async () => (await rows())[0].RepoCount, 1)
  await post(`/admin/pds/block?host=${hostname}`)
  equal(await statusOf(), 'banned')
  write('b')
  const refused = (await (await relay.fetch(crawl(hostname))).json()) as {error: string}
  equal(refused.error, 'HostBanned')
  deepEqual((await get('/admin/subs/getUpstreamConns')).body, [])
  await post('/admin/pds/changeLimits', {host: hostname, repo_limit: 7, account_limit_alerts_silenced: true})
  const sentAt = '2026-01-01T00:00:00.000Z'
  await post('/admin/alerts/accountLimitSent', {kind: 'warning', hostID: 1, hostname, sentAt})
  const [{CreatedAt, ...row}] = await rows()
  equal(CreatedAt, datetimeOf(nowMs + 300_000))
  deepEqual(row, {
    ID: 1,
    Host: hostname,
    SSL: true,
    Cursor: 1,
    Registered: false,
    Blocked: true,
    CrawlRateLimit: 0,
    RepoCount: 1,
    RepoLimit: 7,
    HasActiveConnection: false,
    EventsSeenSinceStartup: 1,
    PerSecondEventRate: {Max: 5_000.001, Window: 1},
    PerHourEventRate: {Max: -1, Window: 3_600},
    PerDayEventRate: {Max: -1, Window: 86_400},
    UserCount: 1,
    AccountLimitAlertsSilenced: true,
    AccountLimitAlertState: 'ok',
    AccountLimitAlertSentAt: sentAt,
    Status: 'banned',
    SyncStage: 'observe',
    SyncStageSet: null,
    SyncFailureRate: 0,
  })
  await post(`/admin/pds/unblock?host=${hostname}`)
  equal((await frames(relay, 1, 1))[0].t, '#commit', 'what came meanwhile is not lost')
  deepEqual([await statusOf(), host.cursors.at(-1)], ['active', '1'])
  deepEqual((await get('/admin/subs/getUpstreamConns')).body, [hostname])
})

test(
  'a host may send commits of before Sync 1.1 until it is held to it, as the operator may set',
  limit,
  async context => {
    const folder = temporaryFolder('relay-ratchet')
    const settings = {RELAY_DATABASE: `sqlite:${folder}/relay.sqlite`}
    const {relay, post, host, repo, network} = await begun(context, settings)
    const old = (name: string): void => {
      const {prevData: _, ...event} = repo.write({[`app.bsky.feed.post/${name}`]: {name}}).event
      host.send(encodeEvent(event))
    }
    const detail = async (of = relay) =>
      (await (await ask(of, 'getHostStatus', {hostname})).json()) as {sync: object; refused?: object}
    old('b')
    deepEqual((await frames(relay, 1, 1))[0].t, '#commit')
    const {sync, refused} = await detail()
    deepEqual([sync, refused], [{stage: 'observe', failureRate: 0.5}, undefined])
    await post('/admin/pds/changeLimits', {host: hostname, sync_stage: 'enforce'})
    old('c')
    await until(
      async () => JSON.stringify((await detail()).refused ?? '').includes('prev-data-missing'),
      'it is refused',
    )
    await relay.stop()
    const again = await running(context, network, {...settings, RELAY_ADMIN_PASSWORD: password})
    deepEqual((await detail(again.relay)).sync, {stage: 'enforce'})
    await callsOf(again).post('/admin/pds/changeLimits', {host: hostname, sync_stage: null})
    deepEqual((await detail(again.relay)).sync, {stage: 'observe'})
  },
)

test('a host that keeps Sync 1.1 is warned, and that outlives a restart', limit, async context => {
  const folder = temporaryFolder('relay-warned')
  const settings = {RELAY_DATABASE: `sqlite:${folder}/relay.sqlite`}
  const {relay, network, write} = await begun(context, settings)
  for (let i = 0; i < 49; i++) write(`${i}`)
  await frames(relay, 1, 49)
  await relay.stop()
  const again = await running(context, network, settings)
  const {sync} = (await (await ask(again.relay, 'getHostStatus', {hostname})).json()) as {sync: object}
  deepEqual(sync, {stage: 'warn'})
})

test('a connection is cut, and made anew unless its host is blocked by that', limit, async context => {
  const {post, statusOf, host} = await begun(context)
  await settled('it is connected', statusOf, 'active')
  const {dials} = host
  await post(`/admin/subs/killUpstream?host=${hostname}`)
  await settled('it is connected again', statusOf, 'active')
  equal(host.dials, dials + 1)
  await post(`/admin/subs/killUpstream?host=${hostname}&block=true`)
  equal(await statusOf(), 'banned')
})

test('a domain is banned and is not any more, but for those of the configuration', limit, async context => {
  const {get, post, call, statusOf} = await begun(context, {RELAY_BANNED_DOMAINS: 'bad.example'})
  await settled('it is connected', statusOf, 'active')
  await post('/admin/subs/banDomain', {Domain: '*.Example.com'})
  deepEqual((await get('/admin/subs/listDomainBans')).body, {banned_domains: ['bad.example', 'example.com']})
  equal(await statusOf(), 'banned')
  const asked = await call('POST', '/admin/pds/requestCrawl', {hostname: 'new.example.com'})
  deepEqual([asked.status, asked.body.error], [401, 'DomainBan'])
  await post('/admin/subs/unbanDomain', {domain: 'example.com'})
  await settled('it is followed again', statusOf, 'active')
  equal((await call('POST', '/admin/subs/unbanDomain', {domain: 'bad.example'})).status, 400)
})

test('an operator adds hosts, whoever else may ask, and what he sets outlives a restart', limit, async context => {
  const folder = temporaryFolder('relay-operator')
  const settings = {RELAY_DATABASE: `sqlite:${folder}/relay.sqlite`, RELAY_HOSTS: hostname}
  const {relay, network, get, post, call, statusOf} = await begun(context, settings)
  network.host('new.example.com')
  await post('/admin/subs/setEnabled?enabled=false')
  await post('/admin/subs/setPerDayLimit?limit=7')
  equal(((await (await relay.fetch(crawl('new.example.com'))).json()) as {error: string}).error, 'Forbidden')
  await post('/admin/pds/requestCrawl', {hostname: 'new.example.com'})
  await settled('it is followed', () => statusOf('new.example.com'), 'active')
  network.host('away.example.com').up = false
  const asked = await call('POST', '/admin/pds/requestCrawl', {hostname: 'away.example.com'})
  deepEqual([asked.status, asked.body.error], [400, 'HostNotFound'])
  await relay.stop()

  const values = async (more: Record<string, string>): Promise<unknown[]> => {
    const env = {...settings, ...more, RELAY_ADMIN_PASSWORD: password}
    const again = await running(context, network, env)
    const calls = callsOf(again)
    const found = [await calls.get('/admin/subs/getEnabled'), await calls.get('/admin/subs/perDayLimit')]
    await again.relay.stop()
    return found.flatMap(({body}) => Object.values(body))
  }
  deepEqual(await values({}), [false, 7])
  deepEqual(await values({RELAY_NEW_HOSTS_PER_DAY_MAX: '9'}), [false, 9], 'the configuration was changed since')
  equal((await get('/admin/subs/perDayLimit')).status, 200)
})

test('whoever reads the firehose is on the list, until he leaves', limit, async context => {
  const {relay, get} = await begun(context)
  const leaving = new AbortController()
  const request = new Request(subscribeUrl(0), {headers: {'user-agent': 'a reader'}})
  const stream = relay.frames(Object.assign(request, {peer: '192.0.2.7'}), leaving.signal)
  ok(!(stream instanceof Response))
  const reading = stream[Symbol.asyncIterator]()
  await reading.next()
  void reading.next().catch(() => {})
  const list = async () => (await get('/admin/consumers/list')).body as unknown as Record<string, unknown>[]
  const [{id: _, ...consumer}] = await list()
  deepEqual(consumer, {
    remote_addr: '192.0.2.7',
    user_agent: 'a reader',
    events_consumed: 1,
    connected_at: datetimeOf(nowMs + 300_000),
  })
  leaving.abort()
  await until(async () => (await list()).length === 0, 'he has left')
})

test(
  'an account that is taken down is told of, and nothing more of it passes but its identity',
  limit,
  async context => {
    const {relay, get, post, write, host} = await begun(context)
    await post('/admin/repo/takeDown', {did})
    await post('/admin/repo/takeDown', {did})
    deepEqual((await get('/admin/repo/takedowns')).body, {dids: [did]})
    write('b')
    const time = datetimeOf(nowMs)
    host.send(
      encodeMessageFrame('#account', {did, seq: 10, time, active: true}),
      encodeMessageFrame('#identity', {did, seq: 11, time}),
    )
    const passed = (await frames(relay, 1, 2)).map(({t, body}) => [t, body.seq, body.active, body.status])
    deepEqual(passed, [
      ['#account', 2, false, 'takendown'],
      ['#identity', 3, undefined, undefined],
    ])
    deepEqual(await (await ask(relay, 'getRepoStatus', {did})).json(), {did, active: false, status: 'takendown'})
    for (const method of ['getLatestCommit', 'getRepo']) {
      equal(((await (await ask(relay, method, {did})).json()) as {error: string}).error, 'RepoTakendown', method)
    }
    const isListed = async (): Promise<boolean | undefined> =>
      ((await (await ask(relay, 'listRepos')).json()) as {repos: {active: boolean}[]}).repos[0]?.active
    // The list is as it was saved last, four times a second.
    await settled('it is listed as not active', isListed, false)
  },
)

test(
  'a takedown holds over a restart, and its reversal tells how the account stands and what was missed',
  limit,
  async context => {
    const folder = temporaryFolder('relay-takedown')
    const settings = {RELAY_DATABASE: `sqlite:${folder}/relay.sqlite`, RELAY_LOG: `file:${folder}/log`}
    const first = await begun(context, settings)
    await first.post('/admin/repo/takeDown', {did})
    await first.relay.stop()
    const {rev, commit: cid, blocks} = first.write('b')
    const {network, repo} = first
    const {relay} = await running(context, network, {...settings, RELAY_ADMIN_PASSWORD: password})
    const {post} = callsOf({relay})
    await until(async () => {
      const status = (await (await ask(relay, 'getHostStatus', {hostname})).json()) as {refused?: object}
      return JSON.stringify(status.refused ?? {}).includes('taken-down')
    }, 'the commit is refused')
    network.answers = async url => {
      const method = url.pathname.split('.').at(-1)
      if (method === 'getRepoStatus') return Response.json({did, active: true, rev})
      if (method === 'getLatestCommit') return Response.json({cid: cid.toString(), rev})
      if (method !== 'getBlocks') return network.answer(url)
      return new Response(blocks.slice(), {headers: {'content-type': 'application/vnd.ipld.car'}})
    }
    await post('/admin/repo/reverseTakedown', {did})
    const [account, sync] = await frames(relay, 2, 2)
    deepEqual([account.t, account.body.active, account.body.status], ['#account', true, undefined])
    deepEqual([sync.t, sync.body.rev], ['#sync', rev])
    await post('/admin/repo/reverseTakedown', {did})
    first.write('c')
    const [commit] = await frames(relay, 4, 1)
    deepEqual([commit.t, commit.body.rev], ['#commit', repo.rev])
  },
)

test('what a host says of an account meanwhile is what its reversal tells', limit, async context => {
  const {relay, get, post, host} = await begun(context)
  await post('/admin/repo/takeDown', {did})
  const time = datetimeOf(nowMs)
  host.send(encodeMessageFrame('#account', {did, seq: 5, time, active: false, status: 'deactivated'}))
  host.send(encodeMessageFrame('#identity', {did, seq: 6, time}))
  await frames(relay, 2, 1)
  await post('/admin/repo/reverseTakedown', {did})
  const [account] = await frames(relay, 3, 1)
  deepEqual([account.t, account.body.active, account.body.status], ['#account', false, 'deactivated'])
  deepEqual((await get('/admin/repo/takedowns')).body, {dids: []})
})
