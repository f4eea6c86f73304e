import assert from 'node:assert/strict'
import {getEventListeners} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {test, type TestContext} from 'node:test'
import {Worker} from 'node:worker_threads'
import {Overloaded} from '#std/waiting/async.ts'
import {until} from '../../test/until.ts'
import {AnswerThreads, type AnswerThreadsOptions, ThreadDied} from './answer-threads.ts'

/** A thread that counts: how far, and how many of its streams were left. */
const counting = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import {answering} from '${import.meta.resolve('./answer-threads.ts')}'
  import {resourceLimits, threadName} from 'node:worker_threads'
  let made = 0
  let left = 0
  await answering(data => ({
    async made() { return {bytes: Uint8Array.of(made, left)} },
    async data() { return {bytes: new Uint8Array(2), about: data} },
    async part() { return {bytes: new Uint8Array(8).fill(7).subarray(2, 4)} },
    async fault(name) { throw Object.assign(new Error('no'), {name}) },
    async text() { throw 'not an error' },
    async thread() { return {bytes: new Uint8Array(1), about: [threadName, resourceLimits.maxYoungGenerationSizeMb]} },
    async *none() {},
    async *silent() { await new Promise(() => {}) },
    async *breaks() { yield {bytes: new Uint8Array(1)}; throw new RangeError('broken off') },
    async die() { process.exit(3) },
    async *count(to, size) {
      try { for (let i = 0; i < to; i++) { made++; yield {bytes: new Uint8Array(size).fill(i)} } }
      finally { left++ }
    },
    async *dieAt(n) {
      for (let i = 0; i < n; i++) yield {bytes: Uint8Array.of(i)}
      await new Promise(setImmediate)
      throw process.exit(3)
    },
  }))`)}`,
)

const never = new AbortController().signal

async function opened(context: TestContext, more: Partial<AnswerThreadsOptions> = {}) {
  const died: string[] = []
  const threads = new AnswerThreads({
    module: counting,
    data: 'given',
    name: 'counter',
    countMax: 1,
    died: name => died.push(name),
    ...more,
  })
  context.after(() => threads.close())
  await grown(threads)
  return {threads, died}
}

async function grown(threads: AnswerThreads): Promise<void> {
  threads.grow()
  await until(() => threads.hasRoom(1), 'a thread becomes ready')
}

const bytesOf = async (threads: AnswerThreads, what: string): Promise<number[]> => [...(await threads.ask(what)).bytes]

test('a thread answers with bytes of its own and what is to be said of them', async context => {
  const {threads} = await opened(context)
  assert.deepEqual(await threads.ask('data'), {bytes: new Uint8Array(2), about: 'given'})
  const {bytes} = await threads.ask('part')
  assert.deepEqual([[...bytes], bytes.buffer.byteLength], [[7, 7], 2])
})

test('pieces come in order, and a thread is two ahead of who takes them and no more', async context => {
  const {threads} = await opened(context)
  const seen: number[] = []
  for await (const {bytes} of threads.each(never, 'count', 8, 3)) {
    seen.push(bytes[0])
    await sleep(5)
    if (seen.length === 3) assert.deepEqual(await bytesOf(threads, 'made'), [4, 0], 'another is answered meanwhile')
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(await bytesOf(threads, 'made'), [8, 1])
})

test('a stream that is left ends in its thread too', async context => {
  const {threads} = await opened(context)
  for await (const _ of threads.each(never, 'count', 100, 1)) break
  const leaving = new AbortController()
  const waiting = threads.each(leaving.signal, 'count', 100, 1)
  await waiting.next()
  leaving.abort()
  assert.equal((await waiting.next()).done, true)
  await until(async () => (await bytesOf(threads, 'made'))[1] === 2, 'both have ended')
})

test('who waits for a piece that does not come is let go when the signal aborts', {timeout: 60_000}, async context => {
  const {threads} = await opened(context)
  const leaving = new AbortController()
  const waiting = threads.each(leaving.signal, 'silent').next()
  leaving.abort()
  assert.equal((await waiting).done, true)
})

test('a fault is told with its words, and ends nothing else', async context => {
  const {threads} = await opened(context)
  await assert.rejects(threads.ask('fault', 'RangeError'), {name: 'Error', message: 'no'})
  await assert.rejects(threads.ask('fault', 'Overloaded'), Overloaded)
  assert.equal((await threads.ask('data')).about, 'given')
})

test('what a thread had in hand when it died rejects, it is named, and another takes its place', async context => {
  const {threads, died} = await opened(context)
  const seen: number[] = []
  const asked = [
    threads.ask('die'),
    (async () => {
      for await (const {bytes} of threads.each(never, 'dieAt', 1)) seen.push(bytes[0])
    })(),
  ]
  for (const one of await Promise.allSettled(asked)) {
    assert.ok(one.status === 'rejected' && one.reason instanceof ThreadDied)
    assert.match(one.reason.message, /counter 1/)
  }
  assert.deepEqual([died, threads.count, threads.hasRoom()], [['counter 1'], 0, false])
  await grown(threads)
  assert.equal((await threads.ask('data')).about, 'given')
})

test('a module that cannot be loaded is named, and hinders nobody', async () => {
  const told = Promise.withResolvers<[string, unknown]>()
  await using threads = new AnswerThreads({
    module: new URL('data:text/javascript,throw new Error("not so")'),
    data: null,
    name: 'broken',
    countMax: 1,
    died: (...given) => told.resolve(given),
  })
  threads.grow()
  threads.grow()
  assert.equal(threads.count, 1)
  const [name, cause] = await told.promise
  assert.deepEqual([name, (cause as Error).message, threads.hasRoom()], ['broken 1', 'not so', false])
})

test('one thread is started at a time, up to the most, and who has least in hand is asked', async context => {
  const {threads} = await opened(context, {countMax: 2})
  threads.grow()
  threads.grow()
  assert.equal(threads.count, 2)
  for (let i = 0; i < 10_000 && threads.hasRoom(1); i++) {
    // The first has a stream in hand; the other becomes free for one as well.
    const stream = threads.each(never, 'count', 100, 1)
    await stream.next()
    if (threads.hasRoom(1)) return void (await stream.return(undefined))
    await stream.return(undefined)
    await sleep(2)
  }
  assert.fail('the second thread is never asked')
})

test('a thread without work ends by itself, and is no loss to anybody', async context => {
  const {threads, died} = await opened(context, {idleMs: 10})
  await until(() => threads.count === 0, 'it ends')
  assert.deepEqual([threads.count, died], [0, []])
  await threads.close()
  threads.grow()
  assert.equal(threads.count, 0, 'closed, it starts none')
})

test('only work under way keeps the process alive, and what has ended is listened to no longer', async context => {
  const refs: string[] = []
  for (const name of ['ref', 'unref'] as const) {
    const real = Worker.prototype[name]
    context.mock.method(Worker.prototype, name, function (this: Worker) {
      refs.push(name)
      real.call(this)
    })
  }
  const {threads} = await opened(context)
  assert.deepEqual(refs.splice(0), ['unref'])
  await Promise.all([threads.ask('data'), threads.ask('data')])
  assert.deepEqual(refs.splice(0), ['ref', 'unref'], 'once for both')
  const {signal} = new AbortController()
  const listening: number[] = []
  for await (const _ of threads.each(signal, 'count', 2, 1)) listening.push(getEventListeners(signal, 'abort').length)
  assert.deepEqual(
    [refs.splice(0), listening],
    [
      ['ref', 'unref'],
      [1, 1],
    ],
  )
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  await assert.rejects(threads.ask('fault', 'RangeError'))
  assert.deepEqual(refs, ['ref', 'unref'])
})

test('a thread has its name, and a young heap of eight megabytes', async context => {
  const {threads} = await opened(context)
  assert.deepEqual((await threads.ask('thread')).about, ['counter 1', 8])
})

test('a fault keeps its stack, whatever was thrown, and in the middle of a stream too', async context => {
  const {threads} = await opened(context)
  await assert.rejects(threads.ask('fault', 'RangeError'), ({stack}: Error) => /data:text.javascript/.test(stack ?? ''))
  await assert.rejects(threads.ask('text'), {name: 'Error', message: 'not an error'})
  const pieces: number[] = []
  await assert.rejects(
    async () => {
      for await (const {bytes} of threads.each(never, 'breaks')) pieces.push(bytes.length)
    },
    {message: 'broken off'},
  )
  assert.deepEqual(pieces, [1])
  assert.deepEqual(await Array.fromAsync(threads.each(never, 'none')), [])
  assert.deepEqual(await Array.fromAsync(threads.each(AbortSignal.abort(), 'count', 5, 1)), [])
})

test('a thread has room for 32 questions, and none before it is ready', async context => {
  const {threads} = await opened(context)
  const asked = Array.from({length: 31}, () => threads.ask('data'))
  assert.deepEqual([threads.hasRoom(), threads.hasRoom(31), threads.hasRoom(32)], [true, false, true])
  asked.push(threads.ask('data'))
  assert.equal(threads.hasRoom(), false)
  await Promise.all(asked)
  assert.equal(threads.hasRoom(1), true)
})

test('what is done here starts a thread once it takes fifty milliseconds of a second', async context => {
  const made = (msBusy?: number): {threads: AnswerThreads; here: (atMs: number, tookMs: number) => Promise<number>} => {
    const threads = new AnswerThreads({
      module: counting,
      data: null,
      name: 'counter',
      countMax: 1,
      died: () => {},
      ...(msBusy && {msBusy}),
    })
    context.after(() => threads.close())
    const here = async (atMs: number, tookMs: number): Promise<number> => {
      let nowMs = atMs
      const clock = context.mock.method(performance, 'now', () => nowMs)
      const result = await threads.here(async () => {
        nowMs += tookMs
        return 'done'
      })
      clock.mock.restore()
      assert.equal(result, 'done')
      return threads.count
    }
    return {threads, here}
  }
  const {here} = made()
  // Fifty in the second from 10,050 on, and as much in the next, start none.
  assert.deepEqual([await here(10_000, 50), await here(11_051, 25), await here(12_026, 25)], [0, 0, 0])
  assert.equal(await here(12_050, 1), 1)
  const full = made()
  assert.deepEqual([await full.here(10_000, 50), await full.here(11_025, 25)], [0, 1], 'to its very end')
  const other = made(10)
  assert.deepEqual([await other.here(5_000, 10), await other.here(5_500, 1)], [0, 1])
})

test('who closes is told of no death, and waits for the end of all', async context => {
  const {threads, died} = await opened(context)
  const asked = threads.ask('die')
  const closing = threads.close()
  await assert.rejects(asked, ThreadDied)
  await closing
  assert.deepEqual([died, threads.count], [[], 0])
})

test('a thread without work ends after ten seconds, unless said otherwise', async context => {
  const {threads} = await opened(context)
  const waits: (number | undefined)[] = []
  const {setTimeout: real} = globalThis
  context.mock.method(globalThis, 'setTimeout', ((act: () => void, ms?: number) => {
    waits.push(ms)
    return real(act, ms)
  }) as typeof real)
  await threads.ask('data')
  assert.deepEqual(waits, [10_000])
})
