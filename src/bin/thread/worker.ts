/** The thread of one service: see `service-thread.ts`. */
import {parentPort, workerData} from 'node:worker_threads'
import {assert} from '#std/assert.ts'
import {readConfig} from '#std/config.ts'
import {createLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {runServices} from '#runtime/service.ts'
import {addressOf} from '../address.ts'
import {checkAnswersAs, isMendable, listening, offers, openOutside, refusal, watching} from '../serve.ts'
import {rowOf} from '../services.ts'
import type {ThreadData, ThreadMessage} from './messages.ts'

const metricsEveryMs = 1_000

const data = workerData as ThreadData
const {name, env, logs, isHere, logLevel: level} = data
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message, [])

const stopping = new AbortController()
parentPort?.on('message', () => stopping.abort())
useNativeCrypto()
const log = createLog({level, now: realWorld.now, sink: line => tell({t: 'log', line})}).with({service: name})
checkAnswersAs(data, log)
const watched = watching(data, name, log)
const metrics = new Metrics()
const outside = openOutside(isHere, metrics)
const telling = setInterval(() => tell({t: 'metrics', text: metrics.render()}), metricsEveryMs)
try {
  const row = await rowOf(name)
  const config = readConfig(row.config, {env})
  const streams = await Promise.all(
    logs.map(async ({of, url, ...shared}) => {
      const {readLog} = await rowOf(of)
      assert(readLog, `${of} says how the log is read that it shares`)
      return readLog(shared, url)
    }),
  )
  const service = await row.open(config, {...outside, log, metrics, streams, offers})
  const listened = listening(service, addressOf(config), log, metrics)
  await runServices([listened], stopping.signal, log, () => tell({t: 'up'}))
} catch (error) {
  // Whatever else it is ends the thread with it, and the program with the thread.
  if (!isMendable(error)) throw error
  tell({t: 'refused', text: refusal(error)})
} finally {
  clearInterval(telling)
  watched[Symbol.dispose]()
  await outside.close()
  parentPort?.close()
}
