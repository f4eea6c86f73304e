/** Accounts of a host that is full: that nothing of them passes, and that they come in when there is room. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {silentLog} from '#std/log.ts'
import {TestRepo, testKey, type MadeCommit} from '../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {ask, crawl, frames, running} from '../../../../test/relays.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {until} from '../../../../test/until.ts'
import type {Upstream} from './upstream.ts'
import {WaitingAccounts} from './waiting-accounts.ts'

const limit = {timeout: 20_000}
const nowMs = Date.parse('2026-01-02T03:04:05Z')
const hostname = 'pds.example.com'
const dids = ['a', 'b', 'c'].map(letter => `did:plc:${letter.repeat(24)}`)

/** A host of three accounts, of which a relay passes one on, and a commit of each. */
async function begun(context: TestContext) {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const made = new Map<string, MadeCommit>()
  const host = network.host(hostname)
  let seq = 0
  for (const [i, did] of dids.entries()) {
    const repo = new TestRepo(did, testKey(i + 1), nowMs)
    network.account(did, repo.key.publicKey, hostname)
    const commit = repo.write({'app.bsky.feed.post/a': {i}})
    made.set(did, commit)
    host.send(encodeEvent({...commit.event, seq: ++seq}))
  }
  network.answers = async url => {
    const {event} = made.get(url.searchParams.get('did') ?? '') ?? {}
    const method = url.pathname.split('.').at(-1)
    if (event && method === 'getRepoStatus') return Response.json({did: event.did, active: true, rev: event.rev})
    if (event && method === 'getLatestCommit') return Response.json({cid: event.commit.toString(), rev: event.rev})
    if (!event || method !== 'getBlocks') return network.answer(url)
    return new Response(event.blocks.slice(), {headers: {'content-type': 'application/vnd.ipld.car'}})
  }
  const folder = temporaryFolder('relay-full')
  const settings = {
    RELAY_HOSTS: '',
    RELAY_HOST_ACCOUNTS_MAX: '1',
    RELAY_ADMIN_PASSWORD: 'word',
    RELAY_DATABASE: `sqlite:${folder}/relay.sqlite`,
    RELAY_LOG: `file:${folder}/log`,
  }
  const {relay} = await running(context, network, settings)
  equal((await relay.fetch(crawl(hostname))).status, 200)
  const isFull = async (): Promise<boolean> => {
    const {refused = {}} = (await (await ask(relay, 'getHostStatus', {hostname})).json()) as {
      refused?: Record<string, {count: number}>
    }
    return refused['host-full']?.count === 2
  }
  await until(isFull, 'two are refused')
  deepEqual(
    (await frames(relay, 0, 1)).map(({body}) => body.repo),
    [dids[0]],
  )
  return {
    network,
    host,
    relay,
    settings,
    send: (body: object) => host.send(encodeMessageFrame('#account', {...body, seq: ++seq})),
  }
}

const told = (found: Awaited<ReturnType<typeof frames>>) => found.map(({t, body}) => [t, body.did, body.active])

test('an account that leaves makes room for the one that has waited longest', limit, async context => {
  const {relay, send} = await begun(context)
  send({did: dids[0], time: datetimeOf(nowMs), active: false, status: 'deleted'})
  deepEqual(told(await frames(relay, 1, 3)), [
    ['#account', dids[0], false],
    ['#account', dids[1], true],
    ['#sync', dids[1], undefined],
  ])
})

test('a limit that is higher lets in all for whom there is room, also after a restart', limit, async context => {
  const {relay, network, settings} = await begun(context)
  await relay.stop()
  const again = await running(context, network, settings)
  const set = async (repoLimit: number): Promise<void> => {
    const body = JSON.stringify({host: hostname, repo_limit: repoLimit})
    const headers = {authorization: `Basic ${btoa('admin:word')}`}
    const response = await again.relay.fetch(
      new Request('http://relay/admin/pds/changeLimits', {method: 'POST', headers, body}),
    )
    ok(response.ok)
  }
  await set(3)
  const found = told(await frames(again.relay, 1, 4))
  deepEqual(
    [1, 2].map(i => found.filter(([, did]) => did === dids[i]).map(([t]) => t)),
    [
      ['#account', '#sync'],
      ['#account', '#sync'],
    ],
  )
})

const once = (host: number): unknown => [host, dids[0], 10_000]

test('each minute fifty of a host that is followed are let in, as far as there is room', async () => {
  const waits: number[] = []
  const kept: unknown[] = []
  const taken: unknown[] = []
  const asked: unknown[] = []
  const stopping = new AbortController()
  let isFull = true
  const hosts = [
    [1, 60, true],
    [2, 7, true],
    [3, 0, true],
    [4, 9, false],
  ].map(([id, room, isFollowed]) => ({
    id,
    isFollowed,
    accountLimit: {active: -1, room},
  }))
  const waiting = new WaitingAccounts({
    store: {
      wait: async (...given) => {
        kept.push(given)
        if (isFull) throw new Error('full')
      },
      waiting: async () => [1, 2, 3, 4, 5],
      takeWaiting: async (id, room) => (taken.push([id, room]), [dids[0] as Did]),
      activeCounts: async ([id]) => new Map([[id, 10 * id]]),
    },
    hosts: {
      byId: id => hosts.find(host => host.id === id) as unknown as Upstream | undefined,
      isFollowed: host => (host as unknown as {isFollowed: boolean}).isFollowed,
    },
    rechecks: {ask: (host, did) => void asked.push([host.id, did])},
    world: {
      sleep: async ms => {
        waits.push(ms)
        if (waits.length === 2) throw stopping.signal.reason
      },
    },
    log: silentLog,
  })
  const note = async (host: number): Promise<void> => {
    waiting.note(host, dids[0] as Did)
    await new Promise(setImmediate)
  }
  await note(1)
  isFull = false
  for (const host of [1, 1, 2, 2, 6, 6]) await note(host)
  deepEqual(kept, [once(1), once(1), once(2), once(6)], 'what could not be kept is kept the next time')
  stopping.abort(new Error('over'))
  await rejects(waiting.run(stopping.signal), /over/)
  deepEqual(
    [waits, taken],
    [
      [60_000, 60_000],
      [
        [1, 50],
        [2, 7],
      ],
    ],
  )
  deepEqual(
    asked,
    [1, 2].map(id => [id, dids[0]]),
  )
  deepEqual(
    hosts.map(({accountLimit}) => accountLimit.active),
    [10, 20, 30, -1],
  )
  await note(1)
  await note(6)
  deepEqual(kept.slice(4), [once(1)], 'one that was let in may wait again')
})
