import assert from 'node:assert/strict'
import {syncBuiltinESMExports} from 'node:module'
import os from 'node:os'
import {test} from 'node:test'
import {postMessageToThread} from 'node:worker_threads'
import {otherCores, WorkerPool} from './worker-pool.ts'

const pool = import.meta.resolve('./worker-pool.ts')
/** A worker of one line: `work` is the body of a function of `job`; `threads` is what it imports of Node's threads. */
const workerOf = (work: string, threads = ''): URL => {
  const imports = `import {answerJobs} from '${pool}'; import {${threads}} from 'node:worker_threads'`
  return new URL(`data:text/javascript,${encodeURIComponent(`${imports}; answerJobs(job => {${work}})`)}`)
}

const doubling = workerOf('return job.map(byte => byte * 2)')
const dyingOfZero = workerOf('if (job[0] === 0) throw new RangeError("zero"); return job.slice()')

test('each job gets its own answer, and its bytes are handed over', async () => {
  await using workers = new WorkerPool(doubling, 2)
  const jobs = Array.from({length: 20}, (_, i) => Uint8Array.of(i, i + 1))
  const answers = await Promise.all(jobs.map(job => workers.run(job)))
  assert.deepEqual(
    answers,
    jobs.map((_, i) => Uint8Array.of(i * 2, i * 2 + 2)),
  )
  assert.equal(jobs[0].length, 0, 'what was sent is no longer here')
})

test('the bytes of a job are gone when it is answered, unless they are the answer', async () => {
  const remembering = workerOf(
    'const last = globalThis.last ?? job; globalThis.last = job; return Uint8Array.of(last.length)',
  )
  await using workers = new WorkerPool(remembering, 1)
  const found = [await workers.run(Uint8Array.of(1, 2, 3)), await workers.run(Uint8Array.of(4, 5))]
  assert.deepEqual(found, [Uint8Array.of(3), Uint8Array.of(0)])
  await using same = new WorkerPool(workerOf('job[0]++; return job'), 1)
  assert.deepEqual(await same.run(Uint8Array.of(1, 2)), Uint8Array.of(2, 2))
})

test('a worker holds two jobs at most; a sender sees that, or waits', async () => {
  await using workers = new WorkerPool(doubling, 1)
  const answers: Promise<Uint8Array>[] = []
  while (workers.hasRoom) answers.push(workers.run(Uint8Array.of(1)))
  assert.equal(answers.length, 2)
  const waiting = workers.run(Uint8Array.of(7))
  await Promise.all(answers)
  assert.ok(workers.hasRoom)
  assert.deepEqual(await waiting, Uint8Array.of(14))
})

test('jobs go to the worker that has fewest', async () => {
  await using workers = new WorkerPool(doubling, 3)
  const answers: Promise<Uint8Array>[] = []
  while (workers.hasRoom) answers.push(workers.run(Uint8Array.of(answers.length)))
  assert.deepEqual(
    (await Promise.all(answers)).map(([byte]) => byte),
    [0, 2, 4, 6, 8, 10],
  )
})

test('a pool that fills up gives each worker so many before the next one gets anything, and then the least busy', async () => {
  const who = workerOf('return Uint8Array.of(workerData, threadId)', 'threadId, workerData')
  await using workers = new WorkerPool(who, 2, undefined, {jobsPerWorker: 3, fillsUpTo: 2, data: 7})
  const answers = await Promise.all(Array.from({length: 6}, () => workers.run(Uint8Array.of(0))))
  assert.deepEqual(
    answers.map(([data]) => data),
    [7, 7, 7, 7, 7, 7],
  )
  const threads = answers.map(([, thread]) => thread)
  assert.deepEqual(
    threads.map(thread => threads.indexOf(thread)),
    [0, 0, 2, 2, 0, 2],
  )
})

test('a wait for room ends when its signal aborts, and the job stays with its sender', async () => {
  await using workers = new WorkerPool(doubling, 1)
  const under = [workers.run(Uint8Array.of(1)), workers.run(Uint8Array.of(2))]
  const job = Uint8Array.of(3)
  await assert.rejects(workers.run(job, AbortSignal.abort(new Error('no longer wanted'))), /no longer wanted/)
  assert.equal(job.length, 1)
  await Promise.all(under)
})

test('a worker that throws dies; its jobs reject with the cause, and another takes its place', async () => {
  await using workers = new WorkerPool(dyingOfZero, 1)
  assert.deepEqual(await workers.run(Uint8Array.of(5)), Uint8Array.of(5))
  const both = await Promise.allSettled([workers.run(Uint8Array.of(0)), workers.run(Uint8Array.of(6))])
  for (const {status, reason} of both as PromiseRejectedResult[]) {
    assert.equal(status, 'rejected')
    assert.match(String(reason), /A worker died/)
    assert.match(String((reason as Error).cause), /RangeError: zero/)
  }
  assert.deepEqual(await workers.run(Uint8Array.of(8)), Uint8Array.of(8))
})

test('a job that waits for room is done by another worker when the one at work dies', {timeout: 10_000}, async () => {
  await using workers = new WorkerPool(dyingOfZero, 1)
  const dying = Promise.allSettled([workers.run(Uint8Array.of(0)), workers.run(Uint8Array.of(6))])
  assert.deepEqual(await workers.run(Uint8Array.of(8)), Uint8Array.of(8))
  assert.deepEqual(
    (await dying).map(({status}) => status),
    ['rejected', 'rejected'],
  )
})

test('a module that cannot be loaded is an answer to whoever asked', async () => {
  await using workers = new WorkerPool(new URL('data:text/javascript,throw new Error("no such module")'), 1)
  await assert.rejects(workers.run(Uint8Array.of(1)), (error: Error) => /no such module/.test(String(error.cause)))
})

test('closing waits for the answers to all jobs given, and is safe twice', async () => {
  const workers = new WorkerPool(doubling, 1)
  const answers = [1, 2, 3, 4].map(n => workers.run(Uint8Array.of(n)))
  await workers.close()
  await workers.close()
  assert.deepEqual(
    (await Promise.all(answers)).map(answer => answer[0]),
    [2, 4, 6, 8],
  )
  await assert.rejects(workers.run(Uint8Array.of(1)), /Broken invariant: a closed pool/)
})

test('once a pool is closed its threads are gone', async () => {
  const answering = workerOf('process.on("workerMessage", () => {}); return Uint8Array.of(threadId)', 'threadId')
  const workers = new WorkerPool(answering, 2)
  const ids = await Promise.all([1, 2].map(n => workers.run(Uint8Array.of(n))))
  assert.notEqual(ids[0][0], ids[1][0], 'a job goes to a worker that has none')
  for (const [id] of ids) await postMessageToThread(id, null)
  await workers.close()
  for (const [id] of ids)
    await assert.rejects(postMessageToThread(id, null), {code: 'ERR_WORKER_MESSAGING_FAILED'}, `thread ${id}`)
})

test('a worker that nobody needs is ended after ten seconds, unless said otherwise', async context => {
  const waits: (number | undefined)[] = []
  const {setTimeout: real} = globalThis
  context.mock.method(globalThis, 'setTimeout', ((act: () => void, ms?: number) => {
    waits.push(ms)
    return real(act, ms)
  }) as typeof real)
  await using workers = new WorkerPool(doubling, 1)
  await workers.run(Uint8Array.of(1))
  assert.deepEqual(waits, [10_000])
})

test('a worker that nobody needs for a while is ended, and the next job begins another', async () => {
  const idleMs = 30
  await using workers = new WorkerPool(workerOf('return Uint8Array.of(threadId)', 'threadId'), 1, idleMs)
  const [first] = await workers.run(Uint8Array.of(1))
  const [same] = await workers.run(Uint8Array.of(1))
  assert.equal(same, first)
  // A fresh worker is what the rule is about, and not how long it takes until the old one is gone.
  let later = first
  for (let waitMs = 2 * idleMs; later === first && waitMs < 4_000; waitMs *= 2) {
    await new Promise(resolve => setTimeout(resolve, waitMs))
    ;[later] = await workers.run(Uint8Array.of(1))
  }
  assert.notEqual(later, first)
})

test('bytes that share a buffer are not taken', async () => {
  await using workers = new WorkerPool(doubling, 1)
  await assert.rejects(workers.run(new Uint8Array(8).subarray(1)), /Broken invariant: a job owns/)
})

test('one core is left to whoever hands out the work, and there is one at least', context => {
  for (const [cores, others] of [
    [1, 1],
    [2, 1],
    [3, 2],
    [16, 15],
  ]) {
    const parallelism = context.mock.method(os, 'availableParallelism', () => cores)
    syncBuiltinESMExports()
    assert.equal(otherCores(), others)
    parallelism.mock.restore()
    syncBuiltinESMExports()
  }
})
