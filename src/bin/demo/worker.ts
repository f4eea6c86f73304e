/** The thread in which the people of the demo live: see `thread.ts`. */
import {parentPort, workerData} from 'node:worker_threads'
import {Metrics} from '#runtime/health/metrics.ts'
import {Demo, type DemoOptions} from '#demo/demo.ts'
import {openOutside, processLog} from '../serve.ts'

const {world, close} = openOutside(true, new Metrics())
const demo = new Demo({
  ...(workerData as Pick<DemoOptions, 'pds' | 'jetstream'>),
  world,
  log: processLog('warn').with({service: 'demo'}),
})
parentPort?.once('message', () => void stop())
await demo.start()
void demo.ended.catch(stop)

async function stop(error?: unknown): Promise<void> {
  await demo.stop()
  await close()
  parentPort?.close()
  if (error !== undefined) throw error
}
