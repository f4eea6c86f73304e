/** What a relay passes on of what its hosts send, and what it keeps to itself. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {readFileSync, readdirSync} from 'node:fs'
import {test} from 'node:test'
import {parseMultikey} from '#atp/crypto/key.ts'
import {jsonToValue} from '#atp/data/json.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {decodeFrame, encodeMessageFrame, type MessageFrame} from '#atp/sync/frame.ts'
import {eachFrame} from '#std/wire/frames.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {FirehoseNetwork} from '../../../test/firehose-network.ts'
import {oddlyOrdered, readFrames} from '../../../test/frames.ts'
import {hostileCases} from '../../../test/hostile-events.ts'
import {ask, crawl, frames, running, subscribeUrl} from '../../../test/relays.ts'
import {needVectors, vector} from '../../../test/vectors.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const hostname = 'pds.example.com'

/** Of one reason. */
const refusedCount = (metrics: Metrics, reason: string): number =>
  Number(new RegExp(`relay_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(metrics.render())?.[1] ?? 0)

const text = (n: number) => ({$type: 'app.bsky.feed.post', text: `post ${n}`})
const identity = (did: string, seq: number): Uint8Array =>
  encodeMessageFrame('#identity', {did, seq, time: datetimeOf(nowMs)})
const account = (did: string, seq: number, active: boolean, status?: string): Uint8Array =>
  encodeMessageFrame('#account', {did, seq, time: datetimeOf(nowMs), active, ...(status ? {status} : {})})

/** A DID that is told apart by its number. */
const didOf = (n: number): string =>
  `did:plc:${n.toString(2).padStart(24, 'a').replaceAll('0', 'b').replaceAll('1', 'c')}`

function newRepo(network: FirehoseNetwork, n: number, on = hostname): TestRepo {
  const repo = new TestRepo(didOf(n), testKey(n), nowMs)
  network.account(repo.did, repo.key.publicKey, on)
  return repo
}

interface Scenario {
  lenient: boolean
  accounts: {identity: {did: string; handle: string; keys: {atproto: {publicKeyMultibase: string}}}; status: string}[]
  /** `drop`: the relay must not pass it on. */
  messages: {frame: {header: {t: string}; body: Record<string, unknown>}; drop: boolean}[]
}

/** The scenarios were written down by Go, which says null for an empty list. */
function frameOf({header, body}: Scenario['messages'][number]['frame']): Uint8Array {
  const value = jsonToValue(body) as ValueMap
  return encodeMessageFrame(header.t, {...value, ...(header.t === '#commit' ? {blobs: [], ops: value.ops ?? []} : {})})
}

for (const file of needVectors.skip ? [] : readdirSync(vector('relay'))) {
  test(`the scenario ${file} comes out as it must`, needVectors, async context => {
    const scenario = JSON.parse(readFileSync(vector(`relay/${file}`), 'utf8')) as Scenario
    const network = new FirehoseNetwork(Date.parse('2025-05-01T00:00:00Z'))
    for (const {identity} of scenario.accounts) {
      const {did, handle, keys} = identity
      network.account(did, parseMultikey(keys.atproto.publicKeyMultibase), hostname, handle)
      network.handles.set(handle, did)
    }
    const sent = scenario.messages.map(({frame}) => frameOf(frame))
    // What comes after all of them, so that the end is seen.
    const last = newRepo(network, 1)
    network.host(hostname).send(...sent, identity(last.did, 8_000_000_000))
    const {relay} = await running(context, network, {
      RELAY_LENIENT: String(scenario.lenient),
      RELAY_RATCHET: 'false',
    })
    const expected = scenario.messages.filter(({drop}) => !drop).map(({frame}) => frameOf(frame))
    const passed = await frames(relay, 0, expected.length + 1)
    deepEqual(
      passed.slice(0, -1).map(({t, body: {seq, ...body}}, i) => ({t, body, rises: seq === i + 1})),
      expected.map(frame => {
        const {t, body} = decodeFrame(frame) as MessageFrame
        const {seq: _, ...rest} = body
        return {t, body: rest, rises: true}
      }),
    )
    equal(passed.at(-1)?.body.did, last.did)
  })
}

/** The accounts of the live frames, moved to one server. */
function liveNetwork(): {network: FirehoseNetwork; sent: Uint8Array[]} {
  const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, ValueMap>
  const network = new FirehoseNetwork(Date.parse('2026-07-04T15:00:00Z'))
  for (const [did, document] of Object.entries(documents)) {
    const service = [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: `https://${hostname}`}]
    network.documents.set(did, {...document, service})
  }
  const sent = readFrames(vector('firehose/frames.bin'))
  network.host(hostname).send(...sent)
  return {network, sent}
}

test('all 90 live frames pass, each with a number of ours and otherwise as it came', needVectors, async context => {
  const {network, sent} = liveNetwork()
  const {relay} = await running(context, network)
  const passed = await frames(relay, 0, 90)
  deepEqual(
    passed,
    sent.map((frame, i) => {
      const {t, body} = decodeFrame(frame) as MessageFrame
      return {op: 1, t, body: {...body, seq: i + 1}}
    }),
  )
})

test('a host may write the keys of its frames in any order: what is passed on is canonical', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = newRepo(network, 1)
  const events = [1, 2].map(n => repo.write({[`app.bsky.feed.post/${n}`]: text(n)}).event)
  network.host(hostname).send(...events.map(event => oddlyOrdered(encodeEvent(event))))
  const {relay} = await running(context, network)
  const passed = await frames(relay, 0, 2)
  deepEqual(
    passed,
    events.map(event => decodeFrame(encodeEvent(event))),
  )
})

/** Reasons for which the commit is not passed on, and a `#sync` of its state is in its place. */
const healed = new Set(['since-mismatch', 'prev-data-mismatch'])
/** A `#sync` that asserts another tree is counted, and is what consumers must hear of. */
const heard = new Set(['sync-mismatch'])

test('whatever a hostile server sends is dropped by its reason, and the relay goes on', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  let count = 0
  const cases = hostileCases(() => newRepo(network, ++count))
  let seq = 0
  const numbered = (frame: Uint8Array): Uint8Array => renumbered(frame, () => ++seq)
  const {relay, metrics} = await running(context, network, {RELAY_RATCHET: 'false'})
  for (const {reason, repo, before, frame} of cases) {
    const host = network.host(hostname)
    const since = relayLast(metrics)
    host.send(...[...before, frame, identity(repo.did, 1)].map(numbered))
    if (host.cursors.length === 0) await relay.fetch(crawl(hostname))
    const extra = healed.has(reason) || heard.has(reason) ? 1 : 0
    const passed = await frames(relay, since, before.length + 1 + extra)
    deepEqual(
      passed.map(({t}) => t),
      [...before.map(() => '#commit'), ...(extra ? ['#sync'] : []), '#identity'],
      reason,
    )
    equal(refusedCount(metrics, reason), 1, reason)
  }
  ok(count > 40)
})

const relayLast = (metrics: Metrics): number =>
  Number(/log_last_seq\{service="relay"\} (\d+)/.exec(metrics.render())?.[1])

/** The frame with the next number, where it has a sound one, so that its own fault is the one that is found. */
function renumbered(frame: Uint8Array, next: () => number): Uint8Array {
  try {
    const {t, body} = decodeFrame(frame) as MessageFrame
    return typeof body.seq === 'number' && body.seq > 0 ? encodeMessageFrame(t, {...body, seq: next()}) : frame
  } catch {
    return frame
  }
}

test('a consumer resumes by its cursor, is told what is gone, and is refused what is not there yet', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = newRepo(network, 1)
  const events = [1, 2, 3, 4].map(n => repo.write({[`app.bsky.feed.post/${n}`]: text(n)}).event)
  network.host(hostname).send(...events.map(encodeEvent))
  const {relay} = await running(context, network)
  deepEqual((await frames(relay, 0, 4)).map(seqOf), [1, 2, 3, 4])
  deepEqual((await frames(relay, 2, 2)).map(seqOf), [3, 4])
  const stream = relay.frames(new Request(subscribeUrl(5)), AbortSignal.timeout(60_000))
  ok(!(stream instanceof Response))
  const [frame] = await Array.fromAsync(eachFrame(stream))
  equal((decodeFrame(frame as Uint8Array) as {error?: string}).error, 'FutureCursor')
})

const seqOf = ({body}: MessageFrame): number => Number(body.seq)

test('a host that is lost is dialled again from where it was, for ever', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = newRepo(network, 1)
  const write = (n: number): Uint8Array => encodeEvent(repo.write({[`app.bsky.feed.post/${n}`]: text(n)}).event)
  const host = network.host(hostname)
  host.send(write(1))
  const {relay} = await running(context, network)
  await frames(relay, 0, 1)
  host.up = false
  host.break()
  host.send(write(2), write(3))
  await network.world.sleep(3_000)
  equal(((await (await ask(relay, 'getHostStatus', {hostname})).json()) as {status: string}).status, 'offline')
  host.up = true
  await relay.fetch(crawl(hostname))
  deepEqual((await frames(relay, 0, 3)).map(seqOf), [1, 2, 3])
  deepEqual(host.cursors, ['0', '1'])
  const hosts = (await (await ask(relay, 'listHosts')).json()) as {hosts: unknown[]}
  deepEqual(hosts.hosts, [{hostname, seq: 3, accountCount: 1, status: 'active'}])
})

test('a host that began its numbers anew loses nothing, and nothing passes twice', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = newRepo(network, 1)
  const host = network.host(hostname)
  const [a, b, c] = [1, 2, 3].map(n => repo.write({[`app.bsky.feed.post/${n}`]: text(n)}).event)
  host.send(...[a, b].map(event => encodeEvent({...event, seq: event.seq + 100})))
  const {relay, metrics} = await running(context, network)
  await frames(relay, 0, 2)
  host.frames = [a, b, c].map(encodeEvent)
  host.break()
  deepEqual(
    (await frames(relay, 0, 3)).map(({body}) => body.rev),
    [a.rev, b.rev, c.rev],
  )
  equal(refusedCount(metrics, 'stale-rev'), 2)
})

test('an account is its own server’s: others cannot speak for it, and it can move', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = newRepo(network, 1)
  const old = network.host(hostname)
  const other = network.host('other.example.com')
  const [first, second] = [1, 2].map(n => repo.write({[`app.bsky.feed.post/${n}`]: text(n)}).event)
  other.send(account(repo.did, 1, false, 'takendown'), encodeEvent({...first, seq: 2}))
  const {relay, metrics} = await running(context, network)
  old.send(encodeEvent(first))
  equal((await frames(relay, 0, 1))[0].body.rev, first.rev)
  equal(refusedCount(metrics, 'wrong-host'), 2)

  network.account(repo.did, repo.key.publicKey, 'other.example.com')
  other.send(identity(repo.did, 3), encodeEvent({...second, seq: 4}))
  deepEqual(
    (await frames(relay, 0, 3)).map(({t}) => t),
    ['#commit', '#identity', '#commit'],
  )
  old.send(account(repo.did, 5, false, 'deactivated'), identity(didOf(2), 6))
  newRepo(network, 2)
  old.send(identity(didOf(2), 7))
  await frames(relay, 3, 1)
  const status = await (await ask(relay, 'getRepoStatus', {did: repo.did})).json()
  deepEqual(status, {did: repo.did, active: true, rev: second.rev})
})

test('an account that is not active is told of as it stands', async context => {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = newRepo(network, 1)
  const {event, commit} = repo.write({'app.bsky.feed.post/1': text(1)})
  const host = network.host(hostname)
  host.send(encodeEvent(event))
  const {relay, metrics} = await running(context, network)
  await frames(relay, 0, 1)
  deepEqual(await (await ask(relay, 'getLatestCommit', {did: repo.did})).json(), {
    cid: event.commit.toString(),
    rev: commit.rev,
  })
  const redirect = await ask(relay, 'getRepo', {did: repo.did})
  equal(redirect.status, 302)
  equal(
    redirect.headers.get('location'),
    `https://${hostname}/xrpc/com.atproto.sync.getRepo?${new URLSearchParams({did: repo.did}).toString()}`,
  )

  const next = repo.write({'app.bsky.feed.post/2': text(2)}).event
  host.send(account(repo.did, 2, false, 'takendown'), encodeEvent({...next, seq: 3}), identity(repo.did, 4))
  await frames(relay, 0, 3)
  equal(refusedCount(metrics, 'account-inactive'), 1)
  const refusal = (await (await ask(relay, 'getLatestCommit', {did: repo.did})).json()) as {error: string}
  equal(refusal.error, 'RepoTakendown')
  await network.world.sleep(1_000)
  deepEqual(await (await ask(relay, 'listRepos')).json(), {
    repos: [{did: repo.did, head: event.commit.toString(), rev: event.rev, active: false, status: 'takendown'}],
  })
  equal((await ask(relay, 'getRepoStatus', {did: didOf(9)})).status, 400)
})

test('who asks to be followed is asked back, and has a name that strangers may have', async context => {
  const network = new FirehoseNetwork(nowMs)
  const {relay} = await running(context, network, {
    RELAY_BANNED_DOMAINS: 'bad.example',
    RELAY_NEW_HOSTS_PER_DAY_MAX: '1',
  })
  const verdict = async (name: string): Promise<string> => {
    const response = await relay.fetch(crawl(name))
    return response.ok ? 'followed' : ((await response.json()) as {error: string}).error
  }
  network.host('a.example.com')
  network.host('b.example.com')
  network.host('x.bad.example')
  deepEqual(
    await Promise.all(
      ['127.0.0.1', 'localhost', 'localhost:2583', '[::1]', 'a.example.com:443', 'nodots', ''].map(verdict),
    ),
    Array.from({length: 7}, () => 'InvalidRequest'),
  )
  equal(await verdict('x.bad.example'), 'HostBanned')
  equal(await verdict('gone.example.com'), 'HostNotFound')
  equal(await verdict('https://A.example.com/'), 'followed')
  equal(await verdict('a.example.com'), 'followed')
  equal(await verdict('b.example.com'), 'RateLimitExceeded')
})
