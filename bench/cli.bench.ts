/**
 * The command line on a repository of a million records: `repo verify` over a file of some 400 MB, in preorder, in the
 * order of the official PDS's exports (nothing is where a reader would want it), and from standard input. Memory is
 * the peak of the whole process beyond that of a bare runtime that does nothing. Needs about 1 GB of disk.
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {carKey, makeCar} from './make-car.ts'
import {figure} from './measure.ts'

useNativeCrypto()
const recordCount = 1_100_000
const memoryMax = 150
const program = fileURLToPath(new URL('../src/bin/wholesky.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))

/**
 * What a program runs as it ends, to tell its peak memory. Linux counts the peak of a process that has become another
 * program from before that, except in this file, which is of the new program alone.
 */
const tellPeak = `
  import fs from 'node:fs'
  process.on('exit', () => {
    const status = process.platform === 'linux' ? fs.readFileSync('/proc/self/status', 'utf8') : ''
    fs.writeSync(3, /VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS))
  })`

try {
  writeFileSync(join(folder, 'tell-peak.mjs'), tellPeak)
  const bare = await run([process.execPath, '-e', '0'])
  figure('the bare runtime', bare.peakMb, 'MB')
  const start = await run([process.execPath, program, '--version'])
  figure('start of the command line', start.seconds * 1000, 'ms', {atMost: 1000})
  const verify = [process.execPath, program, 'repo', 'verify', '--json', '--key', carKey.didKey]
  for (const order of ['preorder', 'by-cid'] as const) {
    const car = join(folder, `${order}.car`)
    makeCar(car, recordCount, order)
    const what = `${recordCount / 1e6} M records, ${Math.round(statSync(car).size / 1e6)} MB, ${order}`
    const file = await run([...verify, car])
    figure(`verify a file: ${what}: memory beyond the runtime's own`, file.peakMb - bare.peakMb, 'MB', {
      atMost: memoryMax,
    })
    figure(`verify a file: ${what}`, recordCount / file.seconds, 'records/s')
    const piped = await run(['sh', '-c', `exec "$@" < '${car}'`, 'sh', ...verify, '-'])
    figure(`verify standard input: ${what}: memory`, piped.peakMb - bare.peakMb, 'MB', {atMost: memoryMax})
    rmSync(car)
  }
} finally {
  rmSync(folder, {recursive: true})
}

/** Runs a program to its end. It must succeed. */
async function run([command, ...argv]: string[]): Promise<{peakMb: number; seconds: number}> {
  const startedAt = performance.now()
  const child = spawn(command, argv, {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: {...process.env, NODE_OPTIONS: `--import=${join(folder, 'tell-peak.mjs')}`},
  })
  let peakKb = ''
  child.stdio[3]!.on('data', (chunk: Buffer) => (peakKb += chunk.toString()))
  const code = await new Promise(resolve => child.once('close', resolve))
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${String(code)}`)
  return {peakMb: (Number(peakKb) * 1024) / 1e6, seconds: (performance.now() - startedAt) / 1000}
}
