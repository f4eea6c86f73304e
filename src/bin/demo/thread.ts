/**
 * The people of the demo as a service of this program, in a thread of their own: their pictures are drawn beside the
 * servers and not between two of their answers. They reach the servers by their ports, as anybody does.
 */
import {Worker} from 'node:worker_threads'
import type {Log} from '#std/log.ts'
import type {DemoOptions} from '#demo/demo.ts'
import type {Service} from '#runtime/service.ts'

export function demoThread(places: Pick<DemoOptions, 'pds' | 'jetstream'>, log: Log): Service {
  const {promise: ended, resolve} = Promise.withResolvers<void>()
  let worker: Worker | undefined
  return {
    name: 'demo',
    ended,
    fetch: async () => new Response(null, {status: 404}),
    async start() {
      worker = new Worker(new URL('./worker.ts', import.meta.url), {workerData: places})
      // Without its people the network goes on.
      worker.once('error', error => log.error('the demo has failed', {error}))
      worker.once('exit', () => (worker = undefined))
    },
    async stop() {
      const running = worker
      if (running) {
        const gone = new Promise(done => running.once('exit', done))
        running.postMessage('stop', [])
        await gone
      }
      resolve()
    },
  }
}
