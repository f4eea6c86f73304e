/**
 * Whole repositories in and out, with real processes: a PDS as people run it, and the command line that sends it each
 * repository, fetches it again and verifies what came. Memory is the peak of a process: of the PDS over all that is
 * asked of it, one thing after the other, beyond what it has in use when it has just taken in a small repository (at rest
 * it gives back the pages of Node's own file, and maps them again for the first request); of the command line beyond that
 * of `--version`. Peaks are Linux's own; elsewhere only the rates are told.
 */
import {spawn} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {vector, vectors} from '../test/vectors.ts'
import {makeCar} from './make-car.ts'
import {figure} from './measure.ts'
import {beginHighWater, cliFile, startOurs} from './servers.ts'

useNativeCrypto()
const recordCount = 100_000
const memoryMaxMb = 64
/** A server that has just answered idles after so long. */
const settleMs = 2_000
const hasPeaks = existsSync('/proc/self/status')
// Beside the checkout, not under /tmp, which may be memory.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))

/** What the command line runs as it ends, to tell its peak memory in a file. */
const tellPeak = `
  import fs from 'node:fs'
  process.on('exit', () => fs.writeFileSync(process.env.PEAK_FILE, fs.readFileSync('/proc/self/status')))`

const megabytes = (status: string, name: string): number =>
  (Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1] ?? 0) * 1024) / 1e6

interface Answer {
  data: string
  recordCount: number
  verified?: boolean
  signature?: string
}

const servers = await startOurs('pds')
try {
  const peakFile = join(folder, 'peak')
  writeFileSync(join(folder, 'tell-peak.mjs'), tellPeak)
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: folder,
    WHOLESKY_PASSWORD: 'correct horse battery',
    WHOLESKY_PDS_URL: servers.pds,
    WHOLESKY_PLC_URL: servers.plc,
    ...(hasPeaks && {PEAK_FILE: peakFile, NODE_OPTIONS: `--import=${join(folder, 'tell-peak.mjs')}`}),
  }
  /** Runs the command line to its end; it must succeed. */
  const cli = async (...argv: string[]): Promise<{answer: Answer; seconds: number; peakMb: number}> => {
    const began = performance.now()
    const child = spawn(process.execPath, [cliFile, ...argv], {env, stdio: ['ignore', 'pipe', 'inherit']})
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    const code = await new Promise(resolve => child.once('close', resolve))
    if (code !== 0) throw new Error(`wholesky ${argv.join(' ')} ended with ${String(code)}: ${out}`)
    return {
      answer: out.startsWith('{') ? (JSON.parse(out) as Answer) : {data: '', recordCount: 0},
      seconds: (performance.now() - began) / 1000,
      peakMb: hasPeaks ? megabytes(readFileSync(peakFile, 'latin1'), 'VmHWM') : 0,
    }
  }
  const pdsStatus = (): string => readFileSync(`/proc/${servers.pids[1]}/status`, 'latin1')

  const bareMb = (await cli('--version')).peakMb
  const cars: [name: string, car: string][] = vectors ? [['published', vector('repo/repo.car')]] : []
  for (const order of ['preorder', 'by-cid'] as const) {
    const car = join(folder, `${order}.car`)
    makeCar(car, recordCount, order)
    cars.push([order, car])
  }
  for (const [name] of cars) await cli('account', 'create', name)
  await cli('account', 'create', 'earlier')
  const small = join(folder, 'small.car')
  makeCar(small, 100, 'preorder')
  await sleep(settleMs)
  await cli('repo', 'import', small, '--account', 'earlier.test', '--json')
  if (hasPeaks) beginHighWater(servers.pids[1])
  const readyMb = hasPeaks ? megabytes(pdsStatus(), 'VmRSS') : 0
  for (const [name, car] of cars) {
    const what = `${name}.car`
    const there = await cli('repo', 'import', car, '--account', `${name}.test`, '--json')
    if (hasPeaks) figure(`${what} in: growth of the PDS so far`, megabytes(pdsStatus(), 'VmHWM') - readyMb, 'MB')
    const back = await cli('repo', 'export', `${name}.test`, join(folder, `${name}.back.car`), '--verify', '--json')
    const {data, verified, signature} = back.answer
    if (data !== there.answer.data || !verified || signature !== 'good') {
      throw new Error(`${what} came back as another: ${JSON.stringify([there.answer, back.answer])}`)
    }
    if (hasPeaks) {
      const growth = megabytes(pdsStatus(), 'VmHWM') - readyMb
      figure(`${what} in and out: growth of the PDS so far`, growth, 'MB', {atMost: memoryMaxMb})
      const cliGrowth = Math.max(there.peakMb, back.peakMb) - bareMb
      figure(`${what} in and out: growth of the command line`, cliGrowth, 'MB', {atMost: memoryMaxMb})
    }
    if (there.answer.recordCount < recordCount) continue
    figure(`${what} in, checked first`, recordCount / there.seconds, 'records/s')
    figure(`${what} out and verified`, recordCount / back.seconds, 'records/s')
  }
} finally {
  await servers.stop()
  rmSync(folder, {recursive: true})
}
