/**
 * The start of the whole network: from the command to every service answering, with no data yet and with data; what it
 * holds when nothing happens; and how long Ctrl-C takes. The official development network takes 7.1 s and some 490 MiB.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {freePorts, networkEnv, urlOf} from '../test/network-env.ts'
import {killNetwork, spawnNetwork, stopNetwork, type NetworkProcess} from '../test/network-process.ts'
import {figure, median} from './measure.ts'

const starts = 5
const idleMs = 10_000
const startMsMax = 2_000
const residentMibMax = 350

const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const ports = await freePorts()
const env = networkEnv(folder, ports)
let network: NetworkProcess | undefined
try {
  await start() // so that the compiled code is at hand, as it is after an installation's first start
  await stop()
  rmSync(folder, {recursive: true})
  figure('start without data, to the answer of every service', await start(), 'ms', {atMost: startMsMax})
  await stop()
  const again: number[] = []
  const ends: number[] = []
  for (let i = 0; i < starts; i++) {
    again.push(await start())
    ends.push(await stop())
  }
  figure(`start with data, median of ${starts}`, median(again), 'ms', {atMost: startMsMax})
  figure(`Ctrl-C, median of ${starts}`, median(ends), 'ms', {atMost: startMsMax})
  await start()
  await sleep(idleMs)
  const numbers = await (await fetch(`${urlOf(ports.metrics)}/metrics`)).text()
  const resident = Number(/^process_resident_bytes (\d+)$/m.exec(numbers)?.[1])
  figure(`resident after ${idleMs / 1000} s without work`, resident / 2 ** 20, 'MiB', {atMost: residentMibMax})
  await stop()
} finally {
  if (network) await killNetwork(network)
  rmSync(folder, {recursive: true, force: true})
}

/** Milliseconds until every service has answered. */
async function start(): Promise<number> {
  const began = performance.now()
  network = spawnNetwork(env)
  await network.up
  const {metrics: _, ...services} = ports
  await Promise.all(
    Object.values(services).map(async port => {
      const {status} = await fetch(`${urlOf(port)}/_health`)
      if (status !== 200) throw new Error(`the service at ${port} answers ${status}`)
    }),
  )
  return performance.now() - began
}

async function stop(): Promise<number> {
  const began = performance.now()
  const code = await stopNetwork(network!)
  network = undefined
  if (code !== 0) throw new Error(`The network ended with ${code}.`)
  return performance.now() - began
}
