/** What outlives a relay that stops, or is stopped: consumers and hosts go on as if nothing had been. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {encodeMessageFrame, type MessageFrame} from '#atp/sync/frame.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {FirehoseNetwork} from '../../../test/firehose-network.ts'
import {ask, frames, running, subscribeUrl} from '../../../test/relays.ts'
import {until} from '../../../test/until.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const hostname = 'pds.example.com'
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'

/** A network of one account, and a folder for what a relay keeps. */
function begun(context: TestContext) {
  const network = new FirehoseNetwork(nowMs + 300_000)
  const repo = new TestRepo(did, testKey(1), nowMs)
  network.account(did, repo.key.publicKey, hostname)
  const host = network.host(hostname)
  const write = (name: string): void =>
    host.send(encodeEvent(repo.write({[`app.bsky.feed.post/${name}`]: {name}}).event))
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const database = join(folder, 'relay.sqlite')
  const settings = {RELAY_DATABASE: `sqlite:${database}`, RELAY_LOG: `file:${join(folder, 'log')}`}
  return {network, repo, host, write, folder, database, settings}
}

const numbered = (found: readonly MessageFrame[]): unknown[] => found.map(({body: {seq, rev}}) => [seq, rev])

test('after a restart the host is read on, and a consumer resumes by its cursor', async context => {
  const {network, repo, host, write, settings} = begun(context)
  const first = await running(context, network, settings)
  write('a')
  write('b')
  const before = await frames(first.relay, 0, 2)
  await first.relay.stop()
  write('c')
  const {relay} = await running(context, network, settings)
  const all = await frames(relay, 0, 3)
  deepEqual(numbered(all.slice(0, 2)), numbered(before))
  deepEqual(numbered(await frames(relay, 2, 1)), [[3, repo.rev]])
  equal(host.cursors.at(-1), '2')
})

test('of a host that was quiet, also from the start, nothing is missed that it sent meanwhile', async context => {
  const {network, repo, host, write, settings} = begun(context)
  const cursors: unknown[] = []
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const quiet = await running(context, network, settings)
    await until(async () => host.cursors.length > cursors.length, 'the host is connected')
    cursors.push(host.cursors.at(-1))
    await quiet.relay.stop()
    // What it sends while nobody listens is there when somebody asks for it.
    write(name)
    const {relay} = await running(context, network, settings)
    deepEqual(numbered(await frames(relay, i, 1)), [[i + 1, repo.rev]])
    cursors.push(host.cursors.at(-1))
    await relay.stop()
  }
  deepEqual(cursors, ['0', '0', '1', '1', '2', '2'])
})

test('what the log has and the database lost in a crash is told again by the log', async context => {
  const {network, repo, host, write, database, settings} = begun(context)
  const first = await running(context, network, settings)
  write('a')
  await frames(first.relay, 0, 1)
  await first.relay.stop()
  copyFileSync(database, `${database}.old`)

  const second = await running(context, network, settings)
  write('b')
  write('c')
  const time = datetimeOf(nowMs)
  host.send(encodeMessageFrame('#account', {did, seq: 4, time, active: false, status: 'deactivated'}))
  const before = await frames(second.relay, 0, 4)
  await second.relay.stop()
  copyFileSync(`${database}.old`, database)

  host.send(encodeMessageFrame('#account', {did, seq: 5, time, active: true}))
  repo.seq = 5
  write('d')
  const {relay} = await running(context, network, settings)
  const all = await frames(relay, 0, 6)
  deepEqual(numbered(all.slice(0, 4)), numbered(before))
  deepEqual(
    all.map(({t}) => t),
    ['#commit', '#commit', '#commit', '#account', '#account', '#commit'],
  )
  equal(host.cursors.at(-1), '4')
  deepEqual(await (await ask(relay, 'getRepoStatus', {did})).json(), {did, active: true, rev: repo.rev})
})

test('a log that was thrown away goes on with higher numbers, and says what is gone', async context => {
  const {network, repo, write, folder, settings} = begun(context)
  const first = await running(context, network, settings)
  write('a')
  write('b')
  await frames(first.relay, 0, 2)
  await first.relay.stop()
  rmSync(join(folder, 'log'), {recursive: true})
  write('c')
  const {relay} = await running(context, network, settings)
  deepEqual(numbered(await frames(relay, 0, 1)), [[3, repo.rev]])
  deepEqual(
    (await frames(relay, 1, 2)).map(({t, body}) => [t, body.name ?? body.seq]),
    [
      ['#info', 'OutdatedCursor'],
      ['#commit', 3],
    ],
  )
})

test('a new key is found by the signature, before the account tells of it', async context => {
  const {network, repo, host, write, settings} = begun(context)
  const {relay} = await running(context, network, settings)
  write('a')
  await frames(relay, 0, 1)
  const rotated = Object.assign(repo, {key: testKey(2)})
  network.account(did, rotated.key.publicKey, hostname)
  network.nowMs += 20_000
  write('b')
  equal((await frames(relay, 1, 1))[0].body.rev, repo.rev)
  equal(host.frames.length, 2)
})

test('while the directory does not answer, commits wait for it', async context => {
  const {network, repo, write, settings} = begun(context)
  network.directoryUp = false
  const {relay} = await running(context, network, settings)
  write('a')
  await network.world.sleep(4_000)
  equal((await ask(relay, 'getRepoStatus', {did})).status, 400)
  network.directoryUp = true
  equal((await frames(relay, 0, 1))[0].body.rev, repo.rev)
})

test('consumers in step are given the same frames, so that these are sent as one', async context => {
  const {network, write, settings} = begun(context)
  const {relay} = await running(context, network, settings)
  const stopping = new AbortController()
  const streams = [1, 2].map(() => {
    const stream = relay.frames(new Request(subscribeUrl(0)), stopping.signal)
    ok(!(stream instanceof Response))
    return stream[Symbol.asyncIterator]()
  })
  const next = Promise.all(streams.map(stream => stream.next()))
  write('a')
  const [one, other] = await next
  ok(one.value === other.value)
  stopping.abort()
  await Promise.all(streams.map(stream => stream.return?.()))
})

test('a consumer that is stopped with the relay ends', async context => {
  const {network, write, settings} = begun(context)
  const {relay} = await running(context, network, settings)
  write('a')
  const stream = relay.frames(new Request(subscribeUrl(0)), new AbortController().signal)
  ok(!(stream instanceof Response))
  const all = Array.fromAsync(eachFrame(stream))
  await frames(relay, 0, 1)
  await relay.stop()
  equal((await all).length, 1)
})

test('a clock that goes back makes nothing that follows lie in the future, in this run and after a restart', async context => {
  const {network, repo, write, settings} = begun(context)
  const first = await running(context, network, settings)
  write('a')
  await frames(first.relay, 0, 1)
  network.nowMs -= 3_600_000
  write('b')
  await frames(first.relay, 0, 2)
  await first.relay.stop()
  write('c')
  const {relay} = await running(context, network, settings)
  deepEqual(
    (await frames(relay, 0, 3)).map(({t}) => t),
    ['#commit', '#commit', '#commit'],
  )
  deepEqual(await (await ask(relay, 'getRepoStatus', {did})).json(), {did, active: true, rev: repo.rev})
})
