/** The thread of one service: see `service-thread.ts`. */
import {parentPort, workerData} from 'node:worker_threads'
import {assert} from '#std/assert.ts'
import {readConfig} from '#std/config.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import type {ServiceRow} from '#services/service-row.ts'
import {checkAnswersAs, isMendable, listening, offers, openOutside, processLog, type Address} from '../serve.ts'
import {services} from '../services.ts'
import type {ThreadData, ThreadMessage} from './messages.ts'

const metricsEveryMs = 1_000

const {name, env, logs, isHere, logLevel, k256Checks, checkAnswers} = workerData as ThreadData
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message, [])

useNativeCrypto(k256Checks)
const log = processLog(logLevel).with({service: name})
checkAnswersAs({checkAnswers}, log)
const metrics = new Metrics()
const outside = openOutside(isHere, metrics)
try {
  const row: ServiceRow = await services[name]()
  const config = readConfig(row.config, {env})
  const streams = await Promise.all(
    logs.map(async ({of, url, ...shared}) => {
      const {readLog}: ServiceRow = await services[of]()
      assert(readLog, `${of} says how the log is read that it shares`)
      return readLog(shared, url)
    }),
  )
  const service = await row.open(config, {...outside, log, metrics, streams, offers})
  const listened = listening(service, config as unknown as Address, log, metrics)
  const telling = setInterval(() => tell({t: 'metrics', text: metrics.render()}), metricsEveryMs)
  const stop = async (error?: unknown): Promise<void> => {
    clearInterval(telling)
    await listened.stop()
    await outside.close()
    parentPort?.close()
    if (error !== undefined) throw error
  }
  parentPort?.once('message', () => void stop())
  void service.ended.catch(stop)
  await listened.start()
  tell({t: 'up'})
} catch (error) {
  if (!isMendable(error)) throw error
  tell({t: 'refused', text: error.message})
  await outside.close()
  parentPort?.close()
}
