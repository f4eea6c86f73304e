/**
 * Work on the other cores: bytes go to a worker thread and bytes come back, neither copied. A message between threads
 * costs 4 to 25 microseconds, so a job should hold a millisecond of work or more: batch what is smaller.
 *
 * What a job means is between its sender and the worker's module, which calls `answerJobs`. Bad input is part of an
 * answer; a worker that throws has a bug, and dies of it, and the jobs that it held reject.
 */
import {availableParallelism} from 'node:os'
import {parentPort, Worker, type ResourceLimits} from 'node:worker_threads'
import {assert} from '#std/assert.ts'
import {Bell} from '#std/waiting/async.ts'

/** Bytes that own the whole of their buffer, which passes to the other thread and is empty here afterwards. */
export type JobBytes = Uint8Array<ArrayBuffer>

/** Jobs that one worker holds at a time: the next lies ready while one is done. */
const jobsUsual = 2
/** A worker takes 30 MB. One that nobody has needed for so long is ended; the next takes some 100 ms to begin. */
const idleMs = 10_000

/** One core is left to the thread that hands out the work. */
export const otherCores = (): number => Math.max(1, availableParallelism() - 1)

interface Running {
  worker: Worker
  /** Those it has not answered yet, in the order in which it will. */
  jobs: PromiseWithResolvers<JobBytes>[]
  ended: Promise<void>
  /** Ends it when nobody needs it. */
  idle?: NodeJS.Timeout
}

export interface WorkerPoolOptions {
  /** Jobs that one worker holds at a time. It answers them in the order in which they came. */
  jobsPerWorker?: number
  /** One that runs and holds fewer jobs than this is given the next before another begins; 1 where it is not said. */
  fillsUpTo?: number
  /** What each worker finds as its `workerData`. */
  data?: unknown
  /** V8's, for each worker. */
  resourceLimits?: ResourceLimits
}

export class WorkerPool implements AsyncDisposable {
  readonly #module: URL
  readonly #sizeMax: number
  readonly #idleMs: number
  readonly #options: WorkerPoolOptions
  readonly #jobsMax: number
  #running: Running[] = []
  readonly #settled = new Bell()
  #waiting = 0
  #closed = false

  /**
   * Starts up to `sizeMax` workers of the module, each when there is work that no other is free for, and ends those
   * that were idle for `idleAfterMs`.
   */
  constructor(module: URL, sizeMax = otherCores(), idleAfterMs = idleMs, options: WorkerPoolOptions = {}) {
    assert(sizeMax >= 1, 'a pool has a worker')
    this.#module = module
    this.#sizeMax = sizeMax
    this.#idleMs = idleAfterMs
    this.#options = options
    this.#jobsMax = options.jobsPerWorker ?? jobsUsual
  }

  /** Whether it has a worker, which need not be started first. */
  get isRunning(): boolean {
    return this.#running.length > 0
  }

  /** Whether `run` would hand a job over at once. If not, the sender may as well do that job itself. */
  get hasRoom(): boolean {
    return this.#running.length < this.#sizeMax || this.#leastBusy().jobs.length < this.#jobsMax
  }

  /** The answer to one job. Waits for room first. Rejects when the worker dies, or when the signal aborts that wait. */
  async run(job: JobBytes, signal?: AbortSignal): Promise<JobBytes> {
    assert(job.byteLength === job.buffer.byteLength, 'a job owns the whole of its buffer')
    assert(!this.#closed, 'a closed pool is given no jobs')
    this.#waiting++
    try {
      while (!this.hasRoom) await this.#settled.wait(signal)
    } finally {
      this.#waiting--
    }
    const running = this.#choose()
    const answer = Promise.withResolvers<JobBytes>()
    clearTimeout(running.idle)
    running.jobs.push(answer)
    running.worker.ref()
    running.worker.postMessage(job, [job.buffer])
    return answer.promise
  }

  /** Waits for the answers to all jobs that it was given, and ends the workers. Safe twice. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#waiting > 0 || this.#running.some(({jobs}) => jobs.length > 0)) await this.#settled.wait()
    await Promise.all(this.#running.map(({worker, ended}) => worker.terminate().then(() => ended)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #choose(): Running {
    const {fillsUpTo = 1} = this.#options
    const next = this.#running.find(({jobs}) => jobs.length < fillsUpTo)
    return next ?? (this.#running.length < this.#sizeMax ? this.#start() : this.#leastBusy())
  }

  #leastBusy(): Running {
    return this.#running.reduce((least, running) => (running.jobs.length < least.jobs.length ? running : least))
  }

  #end(running: Running): void {
    // Out of the list first, so that no job is handed to it on its way out.
    this.#running = this.#running.filter(other => other !== running)
    void running.worker.terminate()
  }

  #start(): Running {
    const worker = new Worker(this.#module, {
      workerData: this.#options.data,
      resourceLimits: this.#options.resourceLimits,
    })
    const ended = Promise.withResolvers<void>()
    const running: Running = {worker, jobs: [], ended: ended.promise}
    let cause: unknown
    worker.on('message', (answer: JobBytes) => {
      running.jobs.shift()?.resolve(answer)
      // Only work under way keeps the process alive.
      if (running.jobs.length === 0) {
        worker.unref()
        running.idle = setTimeout(() => this.#end(running), this.#idleMs).unref()
      }
      this.#settled.ring()
    })
    worker.on('error', error => (cause = error))
    worker.on('exit', () => {
      clearTimeout(running.idle)
      this.#running = this.#running.filter(other => other !== running)
      const died = new Error(`A worker died with work under way: ${this.#module.pathname}`, {cause})
      for (const job of running.jobs.splice(0)) job.reject(died)
      this.#settled.ring()
      ended.resolve()
    })
    this.#running.push(running)
    return running
  }
}

/**
 * For a worker's module: answers each job by `work`, in order, until the pool closes. The bytes of a job are gone then;
 * left to V8, which hardly counts them, those of a second would lie about.
 */
export function answerJobs(work: (job: JobBytes) => JobBytes): void {
  const port = parentPort
  assert(port, 'this module runs in a worker')
  port.on('message', (job: JobBytes) => {
    const answer = work(job)
    assert(answer.byteLength === answer.buffer.byteLength, 'an answer owns the whole of its buffer')
    if (answer.buffer !== job.buffer) job.buffer.transfer(0)
    port.postMessage(answer, [answer.buffer])
  })
}
