/**
 * A service of the network on a thread of its own, as its row asks for. It is the one that also runs alone: it listens at
 * its port and reaches the others by theirs. What the relay has verified it reads from the files of the relay's log.
 */
import {Worker} from 'node:worker_threads'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {Service} from '#runtime/service.ts'
import {Refused} from '../serve.ts'
import type {ThreadData, ThreadMessage} from './messages.ts'

export function serviceThread(data: ThreadData, metrics: Metrics): Service {
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
      worker = new Worker(new URL('./worker.ts', import.meta.url), {workerData: data})
      worker.on('message', (message: ThreadMessage) => {
        if (message.t === 'up') started.resolve()
        else if (message.t === 'metrics') metrics.beside(name, message.text)
        else fail(new Refused(message.text))
      })
      worker.once('error', fail)
      worker.once('exit', () => {
        worker = undefined
        if (isStopping) ended.resolve()
        fail(new Error(`The thread of ${name} has ended.`))
      })
      return started.promise
    },
    async stop() {
      isStopping = true
      const running = worker
      if (!running) return ended.resolve()
      const gone = new Promise(resolve => running.once('exit', resolve))
      running.postMessage('stop', [])
      await gone
    },
  }
}
