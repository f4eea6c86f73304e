/**
 * What `wholesky repo verify` takes for a repository of a million records, 400 MB, in preorder and in the order of the
 * official PDS's exports: memory beyond that of a bare runtime, at most 150 MB, and time. `node bench/verify-memory.ts
 * [records]`; it needs about 1 GB of disk for a minute.
 */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {carKey, makeCar} from './make-car.ts'
import {figure} from './measure.ts'

const recordCount = Number(process.argv[2] ?? 1_100_000)
const program = fileURLToPath(new URL('../src/bin/wholesky.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const teller = join(folder, 'tell-peak.mjs')

// `VmHWM` and not `ru_maxrss`, which on Linux begins with the peak of the process that started this one.
writeFileSync(
  teller,
  `import fs from 'node:fs'
  process.on('exit', () => {
    const status = process.platform === 'linux' ? fs.readFileSync('/proc/self/status', 'utf8') : ''
    fs.writeSync(2, '\\npeak ' + (/VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS))
  })`,
)

try {
  useNativeCrypto()
  const bare = run(['-e', '0'])
  figure('the bare runtime', bare.peakMb, 'MB')
  for (const order of ['preorder', 'by-cid'] as const) {
    const car = join(folder, `${order}.car`)
    makeCar(car, recordCount, order)
    const what = `${recordCount.toLocaleString('en')} records, ${Math.round(statSync(car).size / 1e6)} MB, ${order}`
    const verify = run([program, 'repo', 'verify', '--key', carKey.didKey, car])
    figure(`${what}: memory beyond the bare runtime's`, verify.peakMb - bare.peakMb, 'MB', {atMost: 150})
    figure(`${what}: time`, verify.seconds, 's')
    rmSync(car)
  }
} finally {
  rmSync(folder, {recursive: true})
}

function run(argv: string[]): {peakMb: number; seconds: number} {
  const startedAt = performance.now()
  const {status, stderr} = spawnSync(process.execPath, ['--import', pathToFileURL(teller).href, ...argv], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  const peakKb = Number(/peak (\d+)$/.exec(stderr)?.[1])
  return {peakMb: (peakKb * 1024) / 1e6, seconds: (performance.now() - startedAt) / 1000}
}
