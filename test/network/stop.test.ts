/** Each service alone, told to stop at any moment of its start, and while every server that it asks hangs. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {freePorts, networkEnv} from '../network-env.ts'
import {serviceNames} from '../../src/bin/services.ts'
import {separateNetwork} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {unwellPeer} from '../unwell-peer.ts'

/** From before its first line of code to when it has been listening for a while. */
const momentsMs = [40, 120, 250, 400]
const folder = temporaryFolder('stop')

for (const name of serviceNames) {
  test(`${name} obeys a SIGTERM at any moment`, {timeout: 120_000}, async () => {
    const ports = await freePorts()
    const others = serviceNames.filter(other => other !== name)
    const peers = await Promise.all(
      others.map(other => unwellPeer({port: ports[other], only: 'hangs before its answer'})),
    )
    const network = separateNetwork(networkEnv(`${folder}/${name}`, ports))
    try {
      for (const ms of momentsMs) {
        const up = network.start(name).catch(() => {})
        await sleep(ms)
        const [code] = await network.stop(name)
        assert.ok(code === 0 || code === 'SIGTERM', `${code} after ${ms} ms: ${network.output()}`)
        await up
      }
      await network.start(name)
      await sleep(momentsMs[0])
      assert.deepEqual(await network.stop(name), [0], network.output())
    } finally {
      await network.kill()
      for (const peer of peers) await peer.close()
    }
  })
}
