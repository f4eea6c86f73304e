/**
 * A whole PDS, alone in its process as `wholesky pds` starts it, its database on disk and every write durable, under
 * the load of `pds-load.ts`, which is another process. The official PDS's figures under the same load are measured in
 * `bench/peers`.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {figure} from './measure.ts'
import type {LoadRow} from './pds-load.ts'

const plcPort = 14582
const pdsPort = 14583
const url = `http://localhost:${pdsPort}`
const main = join(import.meta.dirname, '..', 'src', 'bin', 'wholesky.ts')
// Beside the checkout, not under /tmp, which may be memory.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))

async function start(service: string, port: number, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, service], {stdio: 'ignore', env: {...process.env, ...env}})
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`http://localhost:${port}/_health`).catch(() => undefined)
    if (answer?.ok) return child
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`The ${service} did not start.`)
}

const servers = [
  await start('plc', plcPort, {PLC_PORT: String(plcPort), PLC_DATABASE: `sqlite:${join(folder, 'plc.sqlite')}`}),
  await start('pds', pdsPort, {
    PDS_PORT: String(pdsPort),
    PDS_PUBLIC_URL: url,
    PDS_PLC_URL: `http://localhost:${plcPort}`,
    PDS_DATABASE: `sqlite:${join(folder, 'pds.sqlite')}`,
    PDS_BLOBS: `file:${join(folder, 'blobs')}`,
    PDS_SECRETS: join(folder, 'secrets.json'),
  }),
]
const load = spawn(process.execPath, [join(import.meta.dirname, 'pds-load.ts'), url], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
for await (const line of createInterface({input: load.stdout})) {
  const {name, rate, unit, p50} = JSON.parse(line) as LoadRow
  figure(`pds: ${name}${p50 === undefined ? '' : `, half within ${p50.toFixed(2)} ms`}`, rate, `${unit}/s`)
}
for (const server of servers) {
  server.kill('SIGINT')
  await once(server, 'close')
}
rmSync(folder, {recursive: true})
process.exitCode = load.exitCode ?? 0
