/**
 * A service of the network on a thread of its own, as its row allows and whoever runs it asks for. It is the one that
 * also runs alone: it listens at its port and reaches the others by theirs. What the relay has verified it reads from the
 * files of the relay's log. Its lines come into the log of the program, and its end is that of the program.
 */
import {once} from 'node:events'
import {Worker} from 'node:worker_threads'
import type {LogLine} from '#std/log.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {Service} from '#runtime/service.ts'
import {Refused} from '../serve.ts'
import type {ThreadData, ThreadMessage} from './messages.ts'

/** Opens it when it is started. Its numbers go to `metrics`, and its lines to `sink`. */
export function serviceThread(data: ThreadData, metrics: Metrics, sink: (line: LogLine) => void): Service {
  const {name} = data
  const ended = Promise.withResolvers<void>()
  ended.promise.catch(() => {}) // whoever waits for it hears of it
  let worker: Worker | undefined
  let isStopping = false
  return {
    name,
    ended: ended.promise,
    fetch: async () => new Response(null, {status: 404}),
    start() {
      const started = Promise.withResolvers<void>()
      const fail = (error: unknown): void => {
        started.reject(error)
        ended.reject(error)
      }
      const running = (worker = new Worker(new URL('./worker.ts', import.meta.url), {workerData: data, name}))
      running.on('message', (message: ThreadMessage) => {
        if (message.t === 'up') started.resolve()
        else if (message.t === 'log') sink(message.line)
        else if (message.t === 'metrics') metrics.beside(name, message.text)
        else fail(new Refused(message.text))
      })
      running.once('error', cause => fail(new Error(`The thread of ${name} has failed.`, {cause})))
      running.once('exit', code => {
        worker = undefined
        if (isStopping) ended.resolve()
        fail(new Error(`The thread of ${name} has ended with ${code}.`))
      })
      return started.promise
    },
    /** Rejects when it fails while it stops. */
    async stop() {
      isStopping = true
      const running = worker
      if (!running) return ended.resolve()
      const gone = once(running, 'exit')
      running.postMessage('stop', [])
      await gone
    },
  }
}
