/**
 * Answers that are made on other threads, in pieces: whoever asks gets each piece as it comes, and asks for the next by
 * taking it, so that a thread is never more than a few ahead. For long work that many wait for and that shares nothing
 * with the thread which hands it out, such as reads beside the one that writes. Bytes pass from thread to thread
 * without a copy. (`worker-pool.ts` is for many small jobs that are gathered.)
 *
 * A thread costs some ten megabytes, so each is started when there is work for it and ended when there was none for a
 * while. A thread that dies takes with it what it had in hand, which rejects with `ThreadDied`; the next asker starts
 * another.
 */
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads'
import {assert} from '#std/assert.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {PassingBuffers} from './young-heap.ts'

/** What one thread gives at a time: bytes, and what else is to be said of them. */
export interface Made {
  readonly bytes: Uint8Array
  readonly about?: unknown
}

/** The same as it comes to who asked: its bytes own the whole of their buffer. */
export interface Piece extends Made {
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What a thread can be asked, by name. The arguments are values that a message can carry. */
export type Answers = Readonly<Record<string, (...given: never[]) => Promise<Made> | AsyncIterable<Made>>>

/** Pieces that a thread makes ahead of who takes them. */
const aheadMax = 2
/** What a thread makes passes on: a larger young heap would hold nothing but garbage. */
const maxYoungGenerationSizeMb = 8
const idleMsUsual = 10_000
const msBusyUsual = 50
const windowMs = 1_000
/** Questions that one thread has in hand, beyond which another is asked, or nobody. */
const inHandMax = 32

/** The thread that was asked is no more: nothing is known of the answer, and it may be asked for again. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied'
}

/** To a thread. */
type Told =
  | {readonly id: number; readonly ask: string; readonly given: readonly unknown[]}
  /** So many pieces were taken; or nobody wants any more. */
  | {readonly id: number; readonly taken: number}
  | {readonly id: number; readonly stop: true}
/** And from it. */
type Heard = 'ready' | {readonly id: number; readonly piece?: Piece; readonly isLast: boolean; readonly fault?: Fault}
interface Fault {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
}

export interface AnswerThreadsOptions {
  /** Calls `answering`. Plain JavaScript, or it loads a compiler. */
  readonly module: URL
  /** As `workerData` there. */
  readonly data: unknown
  /** What threads are called; they are numbered. */
  readonly name: string
  readonly countMax: number
  readonly idleMs?: number
  /** Of each second, milliseconds of `here` from which a thread is worth its memory. */
  readonly msBusy?: number
  /** Told of each that died, by its name. */
  readonly died: (name: string, cause: unknown) => void
}

interface Thread {
  readonly name: string
  readonly worker: Worker
  readonly asked: Map<number, Asked>
  readonly ended: Promise<void>
  isReady: boolean
  idle?: NodeJS.Timeout
}

/** Who waits for the pieces of one answer. */
class Asked {
  readonly #held: Piece[] = []
  #isOver = false
  #fault: unknown
  #waiting: PromiseWithResolvers<void> | undefined

  put({piece, isLast, fault}: {piece?: Piece; isLast: boolean; fault?: unknown}): void {
    if (piece) this.#held.push(piece)
    this.#isOver ||= isLast
    this.#fault ??= fault
    this.#waiting?.resolve()
    this.#waiting = undefined
  }

  /** The next piece; `undefined` at the end. */
  async next(): Promise<Piece | undefined> {
    while (this.#held.length === 0 && !this.#isOver) await (this.#waiting ??= Promise.withResolvers<void>()).promise
    const piece = this.#held.shift()
    if (piece === undefined && this.#fault !== undefined) throw this.#fault
    return piece
  }
}

export class AnswerThreads implements AsyncDisposable {
  readonly #options: AnswerThreadsOptions
  #threads: Thread[] = []
  #started = 0
  #asked = 0
  readonly #passing = new PassingBuffers()
  #closed = false
  /** What `here` has taken of the window that ends then. */
  #hereMs = 0
  #windowEndsMs = 0

  constructor(options: AnswerThreadsOptions) {
    this.#options = options
  }

  /** How many there are, ready or about to be. */
  get count(): number {
    return this.#threads.length
  }

  /** Whether one would begin with a question now, but for `most` that it has in hand. */
  hasRoom(most = inHandMax): boolean {
    const thread = this.#leastBusy()
    return thread !== undefined && thread.asked.size < most
  }

  /** Starts one more, unless there are as many as there may be or one is about to be ready. */
  grow(): void {
    const isStarting = this.#threads.some(({isReady}) => !isReady)
    if (!this.#closed && !isStarting && this.#threads.length < this.#options.countMax) this.#start()
  }

  /** Does on this thread, for want of another, what one could do. Where that takes much of the time, one is started. */
  async here<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    const result = await work()
    const ended = performance.now()
    if (ended > this.#windowEndsMs) {
      this.#windowEndsMs = ended + windowMs
      this.#hereMs = 0
    }
    this.#hereMs += ended - began
    if (this.#hereMs > (this.#options.msBusy ?? msBusyUsual)) this.grow()
    return result
  }

  /** The one piece of an answer. Rejects with `ThreadDied`. To be called where there is room. */
  async ask(what: string, ...given: unknown[]): Promise<Piece> {
    const [thread, id, asked] = this.#ask(what, given)
    try {
      const piece = await asked.next()
      assert(piece, 'an answer has a piece')
      return piece
    } finally {
      this.#over(thread, id)
    }
  }

  /** All pieces of an answer, until who takes them leaves or the signal aborts. As `ask`. */
  async *each(signal: AbortSignal, what: string, ...given: unknown[]): AsyncGenerator<Piece> {
    const [thread, id, asked] = this.#ask(what, given)
    // Whoever waits for a piece is let go at once.
    const leave = (): void => asked.put({isLast: true})
    signal.addEventListener('abort', leave, {once: true})
    let isOver = false
    try {
      for (let piece: Piece | undefined; !signal.aborted && (piece = await asked.next());) {
        this.#passing.passed(piece.bytes.length)
        yield piece
        tell(thread, {id, taken: 1})
      }
      isOver = !signal.aborted
    } catch (error) {
      isOver = true
      throw error
    } finally {
      signal.removeEventListener('abort', leave)
      if (!isOver) tell(thread, {id, stop: true})
      this.#over(thread, id)
    }
  }

  /** Ends all of them; what they have in hand rejects with `ThreadDied`. Safe twice. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#threads.map(({worker, ended}) => worker.terminate().then(() => ended)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #leastBusy(): Thread | undefined {
    let least: Thread | undefined
    for (const thread of this.#threads) {
      if (thread.isReady && (!least || thread.asked.size < least.asked.size)) least = thread
    }
    return least
  }

  #ask(ask: string, given: readonly unknown[]): [Thread, number, Asked] {
    const thread = this.#leastBusy()
    assert(thread, 'a thread is asked when there is one')
    const id = ++this.#asked
    const asked = new Asked()
    clearTimeout(thread.idle)
    thread.asked.set(id, asked)
    if (thread.asked.size === 1) thread.worker.ref() // only work under way keeps the process alive
    tell(thread, {id, ask, given})
    return [thread, id, asked]
  }

  #over(thread: Thread, id: number): void {
    if (!thread.asked.delete(id) || thread.asked.size > 0) return
    thread.worker.unref()
    this.#endWhenIdle(thread)
  }

  #endWhenIdle(thread: Thread): void {
    clearTimeout(thread.idle)
    thread.idle = setTimeout(() => {
      // Out of the list first, so that nobody asks it on its way out.
      this.#threads = this.#threads.filter(other => other !== thread)
      void thread.worker.terminate()
    }, this.#options.idleMs ?? idleMsUsual).unref()
  }

  #start(): void {
    const {module, data, died} = this.#options
    const name = `${this.#options.name} ${++this.#started}`
    const worker = new Worker(module, {workerData: data, name, resourceLimits: {maxYoungGenerationSizeMb}})
    const ended = Promise.withResolvers<void>()
    const thread: Thread = {name, worker, asked: new Map(), ended: ended.promise, isReady: false}
    let cause: unknown
    worker.unref()
    worker.on('message', (heard: Heard) => {
      if (heard === 'ready') {
        thread.isReady = true
        return this.#endWhenIdle(thread)
      }
      const {id, piece, isLast, fault} = heard
      thread.asked.get(id)?.put({piece, isLast, fault: fault && errorOf(fault)})
    })
    worker.on('error', error => (cause = error))
    worker.on('exit', () => {
      clearTimeout(thread.idle)
      const isOurs = this.#closed || !this.#threads.includes(thread)
      this.#threads = this.#threads.filter(other => other !== thread)
      for (const asked of thread.asked.values()) {
        asked.put({isLast: true, fault: new ThreadDied(`The thread ${name} has ended in the middle of it.`, {cause})})
      }
      if (!isOurs) died(name, cause)
      ended.resolve()
    })
    this.#threads.push(thread)
  }
}

const tell = ({worker}: Thread, told: Told): void => worker.postMessage(told, [])

/** As it was thrown there; of the kinds only the one that callers know is told apart. */
function errorOf({name, message, stack}: Fault): Error {
  const error = name === 'Overloaded' ? new Overloaded(message) : new Error(message)
  error.stack = stack
  return error
}

/** A stream under way in a thread. */
interface Flow {
  /** Pieces that nobody has taken yet. */
  ahead: number
  isStopped: boolean
  changed: PromiseWithResolvers<void>
}

/** For the module of the threads: gives `answers` made of its `workerData`, for as long as the thread lasts. */
export async function answering(open: (data: unknown) => Answers | Promise<Answers>): Promise<void> {
  const port = parentPort
  assert(port && !isMainThread, 'this module runs in a thread')
  const answers = await open(workerData)
  const say = (heard: Heard): void => {
    const bytes = heard !== 'ready' && heard.piece?.bytes
    port.postMessage(heard, bytes ? [bytes.buffer] : [])
  }
  const streams = new Map<number, Flow>()

  const stream = async (id: number, pieces: AsyncIterable<Made>): Promise<void> => {
    const flow: Flow = {ahead: 0, isStopped: false, changed: Promise.withResolvers<void>()}
    streams.set(id, flow)
    for await (const piece of pieces) {
      if (!flow.isStopped) say({id, piece: owned(piece), isLast: false})
      flow.ahead++
      while (flow.ahead >= aheadMax && !flow.isStopped) {
        flow.changed = Promise.withResolvers<void>()
        await flow.changed.promise
      }
      // Others who ask have their turn.
      await new Promise(setImmediate)
      if (flow.isStopped) break
    }
  }

  port.on('message', (told: Told) => {
    const {id} = told
    if (!('ask' in told)) {
      const flow = streams.get(id)
      if (!flow) return
      if ('stop' in told) flow.isStopped = true
      else flow.ahead -= told.taken
      return flow.changed.resolve()
    }
    const fail = (error: unknown): void => say({id, isLast: true, fault: faultOf(error)})
    const answer = answers[told.ask](...(told.given as never[]))
    if (answer instanceof Promise) return void answer.then(piece => say({id, piece: owned(piece), isLast: true}), fail)
    stream(id, answer)
      .then(() => say({id, isLast: true}), fail)
      .finally(() => streams.delete(id))
  })
  say('ready')
}

/** Bytes that share a buffer with others cannot pass alone. */
const owned = ({bytes, about}: Made): Piece => ({bytes: isWhole(bytes) ? bytes : new Uint8Array(bytes), about})
const isWhole = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength

const faultOf = (error: unknown): Fault =>
  error instanceof Error
    ? {name: error.name, message: error.message, stack: error.stack}
    : {name: 'Error', message: String(error), stack: undefined}
