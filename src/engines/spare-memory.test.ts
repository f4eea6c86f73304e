/** What is free goes back to the system, when it is time for it. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {cleanParts, findGivers, givingBack} from './spare-memory.ts'

const report = process.report.getReport() as unknown as {header: {glibcVersionRuntime?: string}}
const isGlibc = process.platform === 'linux' && report.header.glibcVersionRuntime !== undefined

test('where the C library is glibc, what was freed between what is kept is given back', async () => {
  equal((await findGivers()) !== undefined, isGlibc)
  if (!isGlibc) return
  // In a process of its own, whose memory nothing else moves. Every other buffer is kept.
  const script = `
    const {findGivers} = await import(${JSON.stringify(new URL('spare-memory.ts', import.meta.url).href)})
    const {trim, unmap} = await findGivers()
    let all = Array.from({length: 2_000}, () => new Uint8Array(32_768).fill(1))
    all = all.filter((_, i) => i % 2 === 0)
    gc()
    await new Promise(resolve => setTimeout(resolve, 200)) // V8 frees them on another thread
    const before = process.memoryUsage.rss()
    trim()
    const between = process.memoryUsage.rss()
    unmap()
    console.log(before - between, between - process.memoryUsage.rss(), all.length)`
  const args = ['--expose-gc', '--input-type=module', '--no-warnings', '-e', script]
  const {stdout, stderr} = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 30_000,
    env: {...process.env, MALLOC_MMAP_THRESHOLD_: String(2 ** 20)},
  })
  equal(stderr, '')
  // Of 32 MB that are free the page at each end of each buffer stays.
  const [trimmed, unmapped] = stdout.split(' ').map(Number)
  ok(trimmed > 8 * 2 ** 20, stdout)
  ok(unmapped > 8 * 2 ** 20, stdout)
})

test('memory is given back while there is work, and once more at rest, with the garbage; then nothing is done', async () => {
  const done: string[] = []
  const lookMs = 5
  let usedUs = 0
  let isAtWork = false
  const until = async (act: string): Promise<void> => {
    while (!done.includes(act)) await sleep(lookMs)
  }
  using _giving = await givingBack({
    givers: {trim: () => void done.push('trim'), unmap() {}},
    collect: () => done.push('collect'),
    cpuUs: () => (isAtWork ? (usedUs += 1_000) : usedUs),
    heapSize: () => 0,
    lookMs,
  })
  await until('collect') // the start was work, too
  done.length = 0
  isAtWork = true
  await until('trim')
  isAtWork = false
  await until('collect')
  deepEqual([done.filter(act => act === 'collect').length, done.at(-1)], [1, 'trim'])
  const count = done.length
  await sleep(10 * lookMs)
  equal(done.length, count)
})

const entry = (range: string, mode: string, path: string, anonymous: number): string =>
  `${range} ${mode} 0042e000 fe:00 1234                       ${path}\nSize:   4 kB\nAnonymous:      ${anonymous} kB\nVmFlags: rd ex\n`

test('of a file only what is as the file is counts as clean', () => {
  const smaps = [
    entry('00400000-0082e000', 'r--p', '/opt/node', 0),
    entry('0082e000-03489000', 'r-xp', '/opt/node', 0),
    entry('072a7000-072dc000', 'r--p', '/opt/node', 212), // relocated
    entry('072dc000-07308000', 'rw-p', '/opt/node', 0),
    entry('7f0000000000-7f0000001000', 'r-xp', '/lib/libc.so.6', 0),
  ].join('')
  deepEqual(cleanParts(smaps, '/opt/node'), [
    {start: 0x400000n, end: 0x82e000n},
    {start: 0x82e000n, end: 0x3489000n},
  ])
})

test('giving back that takes long is done the more seldom while there is work', async () => {
  const done = {trims: 0, looks: 0}
  using _giving = await givingBack({
    givers: {
      trim: () => {
        done.trims++
        for (const endMs = performance.now() + 30; performance.now() < endMs;);
      },
      unmap() {},
    },
    collect: () => {},
    cpuUs: () => ++done.looks * 1_000_000,
    heapSize: () => 0,
    lookMs: 1,
  })
  while (done.looks < 50) await sleep(1)
  // Thirty milliseconds are a twentieth of six hundred.
  ok(done.trims >= 1 && done.trims <= 1 + done.looks / 10, `${done.trims} of ${done.looks}`)
})
