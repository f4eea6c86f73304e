/** What each method of a relay answers: rows of what is asked and what comes back. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {parseDid, type Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {encodeMessageFrame, decodeFrame} from '#atp/sync/frame.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {Router} from '#xrpc/router.ts'
import type {Upstream} from '../hosts/upstream.ts'
import type {Refused} from '../intake/refusals.ts'
import type {RepoState} from '../repos/repo-state.ts'
import {relayEndpoints, type RelayParts} from './index.ts'

const cid = cidOf(codecs.cbor, new Uint8Array())
const data = cidOf(codecs.cbor, Uint8Array.of(1))
const rev = '3jui7kd54zh2y'
const didOf = (name: string): Did => parseDid(`did:web:${name}.example.com`)
const state = (more: Partial<RepoState> = {}): RepoState => ({
  host: 2,
  active: true,
  status: null,
  head: {rev: rev as Tid, commit: cid, data},
  ...more,
})
const states: Record<string, RepoState> = {
  alice: state(),
  down: state({active: false, status: 'takendown'}),
  gone: state({active: false}),
  new: state({head: null}),
  lost: state({host: 9}),
}

const hostOf = (id: number, hostname: string, more: Partial<Upstream> = {}) =>
  ({
    id,
    hostname,
    origin: `https://${hostname}`,
    seq: 0,
    connected: true,
    ratchet: {stage: 'warn'},
    ...more,
  }) as Upstream
/** In another order than that of their ids, as when one of before is followed late. */
const hosts = [
  hostOf(3, 'c.example.com', {connected: false, waitsFor: 'bytes', seq: 1}),
  hostOf(1, 'a.example.com'),
  hostOf(2, 'b.example.com', {connected: false, seq: 7}),
  hostOf(4, 'd.example.com', {connected: false, isBanned: true}),
]
const refused = new Map<string, Refused>([['bad-signature', {count: 2, detail: 'no'}]])

const asked: unknown[][] = []
const parts = {
  hosts: {
    all: () => hosts,
    byId: (id: number) => hosts.find(host => host.id === id),
    get: (name: string) => hosts.find(({hostname}) => hostname === name),
    requestCrawl: async (name: string) => (name === 'localhost:2583' ? 'bad-hostname' : name),
  },
  states: {one: async (did: Did) => states[did.split(/[:.]/)[2]]},
  store: {
    accountCounts: async (ids: readonly number[]) => new Map(ids.flatMap(id => (id > 1 ? [[id, id * 10]] : []))),
    async reposAfter(...given: number[]) {
      asked.push(given)
      const found = Object.entries(states).map(([name, state], i) => ({id: i + 1, did: didOf(name), state}))
      return found.slice(given[0], given[0] + given[1])
    },
  },
  collections: {
    async reposWith(collection: string, after: number, limit: number) {
      const found = ['alice', 'down', 'new'].map((name, i) => ({id: i + 1, did: didOf(name), active: name !== 'down'}))
      return collection === 'a.b.c' ? found.slice(after, after + limit) : []
    },
  },
  events: {
    bounds: () => ({first: 3, last: 8}),
    async *frames(...given: unknown[]) {
      asked.push(given.slice(0, 1))
      yield encodeMessageFrame('#identity', {seq: 9, did: didOf('alice')})
    },
  },
  consumers: {counted: (...[, , frames]: unknown[]) => frames},
  siblings: {passCrawl: (...given: unknown[]) => void asked.push(given.slice(1))},
  refusals: {of: (name: string) => (name === 'b.example.com' ? refused : new Map())},
} as unknown as RelayParts
const router = new Router({endpoints: relayEndpoints(parts), auth: {}})
const urlOf = (method: string, params: Record<string, string>): string =>
  `http://relay/xrpc/com.atproto.sync.${method}?${new URLSearchParams(params).toString()}`

const [a, b, c, d] = [
  {hostname: 'a.example.com', accountCount: 0, status: 'active'},
  {hostname: 'b.example.com', seq: 7, accountCount: 20, status: 'offline'},
  {hostname: 'c.example.com', seq: 1, accountCount: 30, status: 'throttled'},
  {hostname: 'd.example.com', accountCount: 40, status: 'banned'},
]
const sync = {stage: 'warn'}
const repo = {head: cid.toString(), rev}
const listed = [
  {did: didOf('alice'), ...repo, active: true},
  {did: didOf('down'), ...repo, active: false, status: 'takendown'},
  {did: didOf('gone'), ...repo, active: false},
  {did: didOf('lost'), ...repo, active: true},
]
const cursor = 'cursor: not one that was given here.'
const refusal = (error: string, message: string) => ({error, message})

const rows: [method: string, params: Record<string, string>, answer: object][] = [
  ['listHosts', {}, {hosts: [a, b, c, d]}],
  ['listHosts', {limit: '2'}, {hosts: [a, b], cursor: '2'}],
  ['listHosts', {limit: '2', cursor: '2'}, {hosts: [c, d]}],
  ['listHosts', {limit: '3', cursor: '1'}, {hosts: [b, c, d]}],
  ['listHosts', {cursor: '9'.repeat(15)}, {hosts: []}],
  ...['x', '1x', 'x1', '-1', '9'.repeat(16)].flatMap(wrong =>
    ['listHosts', 'listRepos', 'listReposByCollection'].map((method): (typeof rows)[number] => [
      method,
      {cursor: wrong, ...(method === 'listReposByCollection' ? {collection: 'a.b.c'} : {})},
      refusal('InvalidRequest', cursor),
    ]),
  ),
  ['getHostStatus', {hostname: 'a.example.com'}, {...a, sync}],
  ['getHostStatus', {hostname: 'https://B.example.com/'}, {...b, sync, refused: Object.fromEntries(refused)}],
  ['getHostStatus', {hostname: 'c.example.com'}, {...c, sync, waitsFor: 'bytes'}],
  ...['x.example.com', '10.0.0.1', 'x'].map((hostname): (typeof rows)[number] => [
    'getHostStatus',
    {hostname},
    refusal('HostNotFound', 'This relay does not follow that host.'),
  ]),
  ['getLatestCommit', {did: didOf('alice')}, {cid: cid.toString(), rev}],
  ['getRepoStatus', {did: didOf('alice')}, {did: didOf('alice'), active: true, rev}],
  ['getRepoStatus', {did: didOf('down')}, {did: didOf('down'), active: false, status: 'takendown'}],
  ['getRepoStatus', {did: didOf('new')}, {did: didOf('new'), active: true}],
  [
    'getRepoStatus',
    {did: didOf('nobody')},
    refusal('RepoNotFound', `Nothing is known here of a repository of ${didOf('nobody')}.`),
  ],
  ['getRepo', {did: didOf('lost')}, refusal('RepoNotFound', 'The server of that repository is not followed here.')],
  ['listRepos', {}, {repos: listed}],
  ['listRepos', {limit: '2'}, {repos: listed.slice(0, 2), cursor: '2'}],
  ['listRepos', {limit: '2', cursor: '3'}, {repos: listed.slice(3), cursor: '5'}],
  ['listRepos', {limit: '5', cursor: '4'}, {repos: listed.slice(3)}],
  ['listReposByCollection', {collection: 'a.b.c'}, {repos: [{did: didOf('alice')}, {did: didOf('new')}]}],
  ['listReposByCollection', {collection: 'a.b.c', limit: '2'}, {repos: [{did: didOf('alice')}], cursor: '2'}],
  ['listReposByCollection', {collection: 'a.b.c', limit: '2', cursor: '2'}, {repos: [{did: didOf('new')}]}],
  ['listReposByCollection', {collection: 'x.y.z'}, {repos: []}],
  ...['0', '2001'].map((limit): (typeof rows)[number] => [
    'listReposByCollection',
    {collection: 'a.b.c', limit},
    refusal('InvalidRequest', `Invalid parameters: /limit: ${limit === '0' ? 'smaller than 1' : 'bigger than 2000'}`),
  ]),
  ['getRepo', {did: didOf('down')}, refusal('RepoTakendown', `${didOf('down')} is not active: takendown.`)],
]
for (const [method, params, answer] of rows) {
  test(`${method} ${JSON.stringify(params)}`, async () => {
    const response = await router.fetch(new Request(urlOf(method, params)))
    deepEqual(await response.json(), answer)
    equal(response.status, 'error' in answer ? 400 : 200)
  })
}

test('repositories are read from the cursor on, and from the first without one', async () => {
  asked.length = 0
  for (const params of [{}, {cursor: '0', limit: '7'}, {cursor: '9'.repeat(15)}] as Record<string, string>[])
    await router.fetch(new Request(urlOf('listRepos', params)))
  deepEqual(asked, [
    [0, 500],
    [0, 7],
    [Number('9'.repeat(15)), 500],
  ])
})

test('a repository is to be had of the server that has it', async () => {
  const response = await router.fetch(new Request(urlOf('getRepo', {did: didOf('alice'), since: rev})))
  deepEqual(
    [response.status, response.headers.get('location')],
    [302, `https://b.example.com/xrpc/com.atproto.sync.getRepo?did=did%3Aweb%3Aalice.example.com&since=${rev}`],
  )
})

test('each verdict on a server that asks has its error', async () => {
  for (const [verdict, error, word] of [
    ['followed', undefined, undefined],
    ['banned', 'HostBanned', /that server/],
    ['domain-banned', 'HostBanned', /of that domain/],
    ['closed', 'Forbidden', /of its configuration only/],
    ['too-many', 'RateLimitExceeded', /try again later/],
    ['relay', 'InvalidRequest', /is a relay/],
    ['unreachable', 'HostNotFound', /describeServer/],
    ['bad-hostname', 'InvalidRequest', /DNS name without port/],
    ['localhost:2583', 'InvalidRequest', /only with RELAY_LOCAL_HOSTS=true/],
  ] as const) {
    const response = await router.fetch(
      new Request(urlOf('requestCrawl', {}), {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({hostname: verdict}),
      }),
    )
    const text = await response.text()
    equal(response.ok, error === undefined, verdict)
    if (error === undefined) continue
    const answer = JSON.parse(text) as {error: string; message: string}
    deepEqual([answer.error, word.test(answer.message)], [error, true], verdict)
  }
})

test('the firehose begins after the cursor, or with what comes, and not where there is nothing yet', async () => {
  for (const [given, from, error] of [
    [undefined, 'live', undefined],
    ['0', 0, undefined],
    ['8', 8, undefined],
    ['9', undefined, 'FutureCursor: The cursor is ahead of this relay, which is at 8.'],
    ['-1', undefined, 'InvalidRequest: cursor: expected a seq, a whole number.'],
  ] as const) {
    asked.length = 0
    const request = new Request(urlOf('subscribeRepos', given === undefined ? {} : {cursor: given}))
    const frames = router.frames(request, new AbortController().signal)
    if (frames instanceof Response) throw new Error(`refused: ${frames.status}`)
    const [first] = (await Array.fromAsync(eachFrame(frames))).map(frame => decodeFrame(frame as Uint8Array))
    deepEqual(asked, from === undefined ? [] : [[from]], `${given}`)
    equal('error' in first ? `${first.error}: ${first.message}` : undefined, error, `${given}`)
  }
})
