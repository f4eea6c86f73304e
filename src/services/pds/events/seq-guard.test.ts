/** A PDS whose database is behind what it told: it does not start in silence, and gives out no number twice. */
import assert from 'node:assert/strict'
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {parseEvent} from '#atp/sync/event.ts'
import {decodeFrame} from '#atp/sync/frame.ts'
import {DataLost} from '#engines/seq-mark.ts'
import {silentLog} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {pdsNetwork, signUp, password} from '../../../../test/pds-network.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {until} from '../../../../test/until.ts'
import type {Pds} from '../pds.ts'
import {SeqGuard} from './seq-guard.ts'

const folder = temporaryFolder('seq-guard')
const parts = ['', '-wal', '.newest-seq']

/** As `kill -9` would leave the files at this moment. */
function copyOf(name: string, to: string): string {
  for (const part of parts) copyFileSync(join(folder, name + part), join(folder, to + part))
  return join(folder, to)
}

const newestTold = (path: string): number => Number(readFileSync(`${path}.newest-seq`, 'utf8'))

async function firstSeqAfter(pds: Pds, cursor: number): Promise<number> {
  const url = `http://localhost:2584/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`
  const stopping = new AbortController()
  const stream = pds.frames(new Request(url), stopping.signal)
  assert.ok(!(stream instanceof Response))
  for await (const bytes of eachFrame(stream)) {
    const frame = decodeFrame(bytes as Uint8Array)
    const event = frame.op === 1 ? parseEvent(frame) : undefined
    stopping.abort()
    return event && 'seq' in event ? event.seq : 0
  }
  return 0
}

/** A guard over a database whose newest seq is `newest`, and a mark of `told`. */
function guarding(newest: number, told: number, acceptedTo?: number) {
  const seen = {skipped: [] as number[], noted: [] as number[], closed: 0, faults: [] as unknown[]}
  const store = {durableSeq: async () => newest, skipTo: async (seq: number) => void seen.skipped.push(seq)}
  const mark = {
    seq: told,
    async note(seq: number) {
      const fault = seen.faults.shift()
      if (fault) throw fault
      seen.noted.push(seq)
    },
    close: () => void seen.closed++,
  }
  const world = {sleep: async () => {}}
  return {guard: new SeqGuard({mark, store, acceptedTo, log: silentLog, world}), seen}
}

test('what was told and is gone is a loss, but for one that was accepted up to there: then numbers go on from it', async () => {
  for (const [newest, told, acceptedTo, skipped] of [
    [5, 5, undefined, []],
    [6, 5, undefined, []],
    [4, 5, undefined, 'lost'],
    [4, 5, 4, 'lost'],
    [4, 5, 5, [5]],
    [4, 5, 6, [5]],
  ] as const) {
    const {guard, seen} = guarding(newest, told, acceptedTo)
    const checked = guard.check()
    if (skipped === 'lost') await assert.rejects(checked, DataLost)
    else await checked
    assert.deepEqual(seen.skipped, skipped === 'lost' ? [] : skipped, `${newest} ${told} ${acceptedTo}`)
  }
})

test('a full disk keeps the mark where it is until the next time, and closes it nevertheless; another fault is one', async () => {
  const {guard, seen} = guarding(7, 0)
  seen.faults.push(new OutOfSpace())
  guard.notify()
  const running = guard.run(new AbortController().signal)
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.deepEqual(seen.noted, [])
  seen.faults.push(undefined, new Error('broken'))
  guard.notify()
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.deepEqual(seen.noted, [7])
  guard.notify()
  await assert.rejects(running, /broken/)
  seen.faults.push(new OutOfSpace())
  await guard.close()
  assert.deepEqual([seen.noted, seen.closed], [[7], 1])
})

test('the mark is written once for what has been told, and closed once, with the last word', async () => {
  const noted: number[] = []
  let newest = 3
  let closed = 0
  const mark = {seq: 0, note: async (seq: number) => void noted.push(seq), close: () => void closed++}
  const store = {durableSeq: async () => newest, skipTo: async () => {}}
  const slept = Promise.withResolvers<void>()
  let pauses = 0
  const stopping = new AbortController()
  const world = {
    sleep: async (ms: number) => {
      assert.equal(ms, 250)
      if (++pauses > 1) slept.resolve()
    },
  }
  const guard = new SeqGuard({mark, store, acceptedTo: undefined, log: silentLog, world})
  const running = guard.run(stopping.signal).catch(() => {})
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.deepEqual(noted, [], 'before there is news')
  guard.notify()
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.deepEqual(noted, [3])
  newest = 4
  guard.notify()
  await slept.promise
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.deepEqual(noted, [3, 4])
  stopping.abort()
  await running
  newest = 5
  await guard.close()
  await guard.close()
  assert.deepEqual([noted, closed], [[3, 4, 5], 1])
})

test('a log of changes that was damaged is told aloud, and going on without it reuses no number', async context => {
  const network = await pdsNetwork(context)
  const {PDS_DATABASE} = {PDS_DATABASE: `sqlite:${join(folder, 'whole')}`}
  await network.join(2584, {PDS_DATABASE})
  const agent = network.agent('http://localhost:2584')
  await signUp(agent, 'alice')
  for (let i = 0; i < 20; i++) await agent.post({text: `${i}`})
  await until(() => newestTold(join(folder, 'whole')) === 24, 'the newest event is noted')

  const killed = copyOf('whole', 'killed')
  const damaged = copyOf('whole', 'damaged')
  const log = readFileSync(`${damaged}-wal`)
  log[Math.floor(log.length * 0.9)] ^= 1
  writeFileSync(`${damaged}-wal`, log)

  // What a process leaves that ends at any moment is whole.
  await network.join(2585, {PDS_DATABASE: `sqlite:${killed}`})
  const settings = {PDS_DATABASE: `sqlite:${damaged}`, PDS_SECRETS: join(network.folder, 'secrets-2584.json')}
  const refused = (more: Record<string, string> = {}) =>
    assert.rejects(network.join(2586, {...settings, ...more}), (error: Error) => {
      return error instanceof DataLost && error.message.includes('PDS_ACCEPT_LOSS_TO=24')
    })
  await refused()
  await refused({PDS_ACCEPT_LOSS_TO: '23'}) // of another loss

  const accepted = await network.join(2584, {...settings, PDS_ACCEPT_LOSS_TO: '24'})
  const again = network.agent('http://localhost:2584')
  await again.login({identifier: 'alice.test', password})
  await again.post({text: 'after the loss'})
  assert.equal(await firstSeqAfter(accepted, 24), 25)
})
