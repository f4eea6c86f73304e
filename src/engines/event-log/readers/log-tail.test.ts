/** A log that another thread writes, read from its files. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {openSync, closeSync, writeSync, statSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {Worker} from 'node:worker_threads'
import {fromUtf8, toUtf8} from '#std/text.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import type {Batch, EventLog} from '../event-log.ts'
import {Overrun} from '../event-log.ts'
import {LogTail} from './log-tail.ts'
import {nodeDisk} from '../../node-disk.ts'
import {openSegments, type SegmentsOptions} from '../segments.ts'
import {newSharedBounds, shareBounds} from './shared-bounds.ts'

const texts = ({events}: Batch): (string | undefined)[] => events.map(event => fromUtf8(event))

async function setUp(context: TestContext, options: Partial<SegmentsOptions> = {}) {
  const folder = temporaryFolder('log-tail')
  const log = await openSegments(folder, {now: () => 1_000, ...options})
  const bounds = newSharedBounds()
  const closing = new AbortController()
  const sharing = shareBounds(log, bounds, closing.signal)
  const tail = new LogTail(folder, bounds)
  const stop = new AbortController()
  context.after(async () => {
    stop.abort()
    closing.abort()
    await sharing
    tail[Symbol.dispose]()
    await log.close()
  })
  return {folder, log, bounds, closing, tail, stop}
}

const append = (log: EventLog, ...names: string[]): Promise<number> => log.append(names.map(toUtf8))
const names = (count: number, from = 1): string[] => Array.from({length: count}, (_, at) => `event ${from + at}`)

/** The texts of the events after `after`, until there are `count`. */
async function read(tail: LogTail, after: number, count: number, signal: AbortSignal): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const batch of tail.tail(after, signal)) {
    found.push(...texts(batch))
    if (found.length >= count) break
  }
  return found
}

test('what there is, then what comes, without a gap or a repeat', {timeout: 60_000}, async context => {
  const {log, tail, stop} = await setUp(context)
  await append(log, ...names(3))
  const reading = read(tail, 1, 7, stop.signal)
  for (let next = 4; next <= 8; next++) await append(log, `event ${next}`)
  deepEqual(await reading, names(7, 2))
  deepEqual(tail.bounds(), {first: 1, last: 8})
})

test('from one segment to the next, and from the middle of an old one', {timeout: 60_000}, async context => {
  const {folder, log, tail, stop} = await setUp(context, {segmentSizeMax: 100})
  for (const name of names(20)) await append(log, name)
  ok(readdirSync(folder).filter(name => name.endsWith('.log')).length > 3)
  deepEqual(await read(tail, 0, 20, stop.signal), names(20))
  deepEqual(await read(tail, 7, 13, stop.signal), names(13, 8))
})

test('segments that are packed meanwhile are read as they are then', {timeout: 60_000}, async context => {
  const {folder, log, tail, stop} = await setUp(context, {segmentSizeMax: 100, packs: true})
  // Packed they are smaller than they were, and read to their end all the same.
  const all = names(20).map(name => name.repeat(100))
  for (const name of all) await append(log, name)
  while (!readdirSync(folder).some(name => name.endsWith('.logz'))) await new Promise(setImmediate)
  deepEqual(await read(tail, 0, 20, stop.signal), all)
})

test('what is written and not yet durable is not given', {timeout: 60_000}, async context => {
  const {folder, log, tail, stop} = await setUp(context)
  await append(log, 'event 1')
  // As the writer does in the middle of a group.
  const [name] = readdirSync(folder).filter(name => name.endsWith('.log'))
  const file = openSync(join(folder, name), 'r+')
  const {size} = statSync(join(folder, name))
  writeSync(file, new Uint8Array(40).fill(7), 0, 40, size)
  closeSync(file)
  const reading = read(tail, 0, 2, stop.signal)
  await new Promise(resolve => setTimeout(resolve, 20))
  await append(log, 'event 2')
  deepEqual(await reading, names(2))
})

test('the newest segment is opened once, however much comes to it', {timeout: 60_000}, async context => {
  const {folder, log, bounds, stop} = await setUp(context)
  const opened: string[] = []
  const disk: typeof nodeDisk = {
    ...nodeDisk,
    open: (path, mode) => {
      opened.push(path)
      return nodeDisk.open(path, mode)
    },
  }
  using tail = new LogTail(folder, bounds, disk)
  const reader = tail.tail(0, stop.signal)
  for (const name of names(5)) {
    await append(log, name)
    const {value} = await reader.next()
    deepEqual(value && texts(value), [name])
  }
  equal(opened.length, 1, 'it goes on where it was, and not from the start of the file')
  await reader.return()
})

test('a reader that comes too late for what is next is told so', {timeout: 60_000}, async context => {
  const {log, tail, stop} = await setUp(context, {segmentSizeMax: 100})
  for (const name of names(9)) await append(log, name)
  const reader = tail.tail(0, stop.signal)
  const {value} = await reader.next()
  ok(value)
  await log.trim(8)
  // It goes on in the file that it has open, and finds the next one gone.
  await rejects(async () => {
    for (;;) if ((await reader.next()).done) break
  }, Overrun)
})

test('it ends when its reader leaves, and when the writer closes', {timeout: 60_000}, async context => {
  const {log, tail, stop, closing} = await setUp(context)
  await append(log, 'event 1')
  const leaving = tail.tail(0, stop.signal)
  await leaving.next()
  const left = leaving.next()
  stop.abort()
  equal((await left).done, true)
  const staying = tail.tail(1, new AbortController().signal)
  const ended = staying.next()
  closing.abort()
  equal((await ended).done, true)
})

test('from another thread', {timeout: 20_000}, async context => {
  const {folder, log, bounds, closing} = await setUp(context)
  await append(log, ...names(2))
  const module = new URL('./log-tail.ts', import.meta.url).href
  const source = `
    const {parentPort, workerData} = await import('node:worker_threads')
    const {LogTail} = await import(${JSON.stringify(module)})
    parentPort.on('message', () => {})
    const tail = new LogTail(workerData.folder, workerData.bounds)
    for await (const {events} of tail.tail(0, new AbortController().signal)) {
      for (const event of events) parentPort.postMessage(Buffer.from(event).toString())
    }
    tail[Symbol.dispose]()
    parentPort.close()`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: {folder, bounds},
  })
  context.after(() => worker.terminate())
  const heard: string[] = []
  const rang = Promise.withResolvers<void>()
  worker.on('message', (text: string) => {
    heard.push(text)
    if (heard.length === 5) rang.resolve()
  })
  worker.on('error', rang.reject)
  while (heard.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  for (const name of names(3, 3)) await append(log, name)
  await rang.promise
  deepEqual(heard, names(5))
  closing.abort()
  await new Promise(resolve => worker.once('exit', resolve))
})
