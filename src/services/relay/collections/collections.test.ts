/** The index of collections at a relay: what it knows by commits alone, and what it asks servers for. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {TestRepo, testKey, type Writes} from '../../../../test/commits.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {ask, frames, running, type Running} from '../../../../test/relays.ts'
import {until} from '../../../../test/until.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const time = datetimeOf(nowMs)
const hostname = 'pds.example.com'
const [post, like] = ['app.bsky.feed.post', 'app.bsky.feed.like']
const limits = {timeout: 20_000}

/** A relay whose host has one account, and tells what `collections` says when it is asked for them. */
async function begun(context: TestContext, settings: Record<string, string> = {}) {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
  const repo = new TestRepo(did, testKey(1), nowMs)
  network.account(did, repo.key.publicKey, hostname)
  const asked: {count: number; tell: () => Promise<Response>} = {
    count: 0,
    tell: async () => new Response('', {status: 500}),
  }
  network.answers = async url => {
    if (!url.pathname.endsWith('describeRepo')) return network.answer(url)
    asked.count++
    return asked.tell()
  }
  const told = (...collections: string[]): Response =>
    Response.json({did, handle: 'a.example.com', didDoc: {}, collections, handleIsCorrect: true})
  const host = network.host(hostname)
  const write = (writes: Writes): void => host.send(encodeEvent(repo.write(writes).event))
  const account = (active: boolean, status?: string): void =>
    host.send(encodeEvent({t: '#account', did, seq: ++repo.seq, time, active, ...(status ? {status} : {})}))
  const start = (): Promise<Running> => running(context, network, settings)
  return {network, did, repo, asked, told, host, write, account, start, relay: await start()}
}

const listed = async ({relay}: Running, collection: string): Promise<string[]> => {
  const response = await ask(relay, 'listReposByCollection', {collection})
  return ((await response.json()) as {repos: {did: string}[]}).repos.map(({did}) => did)
}
const becomes = (relay: Running, collection: string, dids: string[]): Promise<unknown> =>
  until(async () => (await listed(relay, collection)).join() === dids.join(), `${collection} is of "${dids.join()}"`)

test(
  'an account is listed from its first record of a collection to its last, and nobody is asked',
  limits,
  async context => {
    const {did, asked, write, relay} = await begun(context)
    write({[`${post}/1`]: {n: 1}})
    await becomes(relay, post, [did])
    write({[`${like}/1`]: {n: 1}, [`${post}/2`]: {n: 2}})
    await becomes(relay, like, [did])
    write({[`${post}/1`]: null})
    write({[`${like}/1`]: null})
    await becomes(relay, like, [])
    deepEqual(await listed(relay, post), [did])
    write({[`${post}/2`]: null, 'a.b.c/1': {n: 3}})
    await becomes(relay, 'a.b.c', [did])
    deepEqual([await listed(relay, post), asked.count], [[], 0])
  },
)

test(
  'of an account that is met in the middle, or of which something is missed, its server is asked',
  limits,
  async context => {
    const {did, repo, asked, told, write, relay} = await begun(context)
    repo.write({[`${post}/1`]: {n: 1}})
    asked.tell = async () => told(post, like)
    write({[`${like}/1`]: {n: 1}})
    await becomes(relay, post, [did])
    repo.write({[`${post}/1`]: null})
    asked.tell = async () => told(like)
    write({[`${like}/2`]: {n: 2}})
    await becomes(relay, post, [])
    deepEqual([await listed(relay, like), asked.count], [[did], 2])
  },
)

test('what a commit says goes over what its server was asked before', limits, async context => {
  const {did, repo, asked, told, write, relay} = await begun(context)
  repo.write({[`${post}/1`]: {n: 1}})
  const answer = Promise.withResolvers<void>()
  asked.tell = async () => {
    await answer.promise
    return told(post, like, 'a.b.c')
  }
  write({[`${like}/1`]: {n: 1}})
  await until(() => asked.count === 1, 'it is asked')
  write({[`${post}/1`]: null, 'x.y.z/1': {n: 1}})
  await becomes(relay, 'x.y.z', [did])
  answer.resolve()
  await becomes(relay, 'a.b.c', [did])
  deepEqual([await listed(relay, post), await listed(relay, 'x.y.z'), asked.count], [[], [did], 1])
})

test('an account that is away is not listed meanwhile, and one that is deleted no more', limits, async context => {
  const {did, asked, told, write, account, relay} = await begun(context)
  write({[`${post}/1`]: {n: 1}})
  await becomes(relay, post, [did])
  account(false, 'takendown')
  await becomes(relay, post, [])
  account(true)
  await becomes(relay, post, [did])
  equal(asked.count, 0)
  account(false, 'deleted')
  await becomes(relay, post, [])
  asked.tell = async () => told(like)
  account(true)
  await becomes(relay, like, [did])
  deepEqual(await listed(relay, post), [])
})

test('what the log has and the database lost in a crash, the index has again', limits, async context => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const database = join(folder, 'relay.sqlite')
  const settings = {RELAY_DATABASE: `sqlite:${database}`, RELAY_LOG: `file:${join(folder, 'log')}`}
  const {did, asked, write, start, relay} = await begun(context, settings)
  write({[`${post}/1`]: {n: 1}})
  await becomes(relay, post, [did])
  await relay.relay.stop()
  copyFileSync(database, `${database}.old`)
  const second = await start()
  write({[`${like}/1`]: {n: 1}})
  write({[`${post}/1`]: null})
  await frames(second.relay, 0, 3)
  await second.relay.stop()
  copyFileSync(`${database}.old`, database)
  const third = await start()
  deepEqual([await listed(third, post), await listed(third, like), asked.count], [[], [did], 0])
  ok(third.relay)
})

test('what was not answered is asked again after a start', limits, async context => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const settings = {
    RELAY_DATABASE: `sqlite:${join(folder, 'relay.sqlite')}`,
    RELAY_LOG: `file:${join(folder, 'log')}`,
  }
  const {network, did, repo, asked, told, write, start, relay} = await begun(context, settings)
  repo.write({[`${post}/1`]: {n: 1}})
  write({[`${like}/1`]: {n: 1}})
  await until(() => asked.count === 1, 'it is asked in vain')
  await relay.relay.stop()
  asked.tell = async () => told(post, like)
  network.nowMs += 3_600_000
  await becomes(await start(), post, [did])
})
