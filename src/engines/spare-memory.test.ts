/** What is free goes back to the system, when it is time for it. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {test, type TestContext} from 'node:test'
import {cleanParts, findGivers, givingBack, letGoOfProgram} from './spare-memory.ts'

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
    // V8 frees them on another thread, for which the next look waits.
    for (let i = 0; i < 3; i++) gc()
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

/** What is done at each look, where the program took so many microseconds before it; `work` takes so many milliseconds. */
async function looksOf(
  context: TestContext,
  usedUs: readonly number[],
  more: {heapSize?: number | (() => number); workMs?: number} = {},
) {
  context.mock.timers.reset()
  context.mock.timers.enable({apis: ['setInterval']})
  let nowMs = 5_000
  const clock = context.mock.method(performance, 'now', () => nowMs)
  let acts: string[] = []
  let used = 7_000
  const giving = await givingBack({
    givers: {
      trim() {
        acts.push('trim')
        nowMs += more.workMs ?? 0
      },
      unmap: () => void acts.push('unmap'),
    },
    collect: () => void acts.push('collect'),
    cpuUs: () => used,
    heapSize: typeof more.heapSize === 'function' ? more.heapSize : () => (more.heapSize as number) ?? 64 * 2 ** 20,
  })
  const looks: string[] = []
  const look = (us: number): void => {
    used += us
    nowMs += 1_000
    acts = []
    context.mock.timers.tick(1_000)
    looks.push(acts.join(' '))
  }
  for (const us of usedUs) look(us)
  giving[Symbol.dispose]()
  look(1_000_000)
  equal(looks.pop(), '', 'nothing is done when it has ended')
  // Of several clocks of one test the first would be put back first, and the last one's stay.
  clock.mock.restore()
  return looks
}

const gives = 'trim unmap'
const [rest, work] = [50_000, 50_001]

test('memory is given back while there is work, and once more at rest, with the garbage; then nothing is done', async t => {
  // The start was work, too.
  deepEqual(await looksOf(t, [rest, rest, rest, rest, rest]), [gives, gives, `collect ${gives}`, '', ''])
  deepEqual(await looksOf(t, [rest, work, rest, rest, work, rest, rest, rest, rest]), [
    ...Array.from({length: 7}, () => gives),
    `collect ${gives}`,
    '',
  ])
})

test('a large heap is left to V8', async t => {
  const looks = await looksOf(t, [rest, rest, rest, rest], {heapSize: 64 * 2 ** 20 + 1})
  deepEqual(looks, [gives, gives, gives, ''])
})

test('a heap is large by what was in use when it was last looked through, and much garbage goes at once', async t => {
  const mib = 2 ** 20
  /** What is in it when it is asked for, in MiB: to decide, and after each look through it. */
  const heap = (...sizes: number[]) => {
    return {heapSize: () => sizes.shift()! * mib}
  }
  const quiet = [gives, gives, `collect ${gives}`]
  const once = [work, rest, rest, rest]
  deepEqual(await looksOf(t, [rest, rest, rest, ...once], heap(40, 40, 40, 30, 200, 32, 32, 32, 31)), [
    ...quiet,
    gives,
    `collect ${gives}`,
    gives,
    `collect ${gives}`,
  ])
  // Little garbage waits, and what is more than that is V8's.
  deepEqual(await looksOf(t, [rest, rest, rest, ...once], heap(40, 40, 40, 30, 53, 53, 53, 31)), [
    ...quiet,
    gives,
    ...quiet,
  ])
  deepEqual(await looksOf(t, [rest, rest, rest, ...once], heap(40, 40, 40, 30, 257, 257, 257)), [
    ...quiet,
    ...Array.from(once, () => gives),
  ])
  // Of what is in use there is more now: that is found out once.
  deepEqual(
    await looksOf(t, [rest, rest, rest, ...once, ...once], heap(40, 40, 40, 30, 200, 190, 190, 190, 200, 200, 200)),
    [...quiet, gives, `collect ${gives}`, ...Array.from([rest, rest, ...once], () => gives)],
  )
})

test('long work lets go of the program between two looks, while something gives back', async () => {
  let unmapped = 0
  const given = await givingBack({givers: {trim() {}, unmap: () => void unmapped++}})
  letGoOfProgram()
  equal(unmapped, 1)
  given[Symbol.dispose]()
  letGoOfProgram()
  equal(unmapped, 1)
})

test('giving back takes no more than a twentieth of the time, but at rest', async t => {
  // A hundred milliseconds take two seconds of rest.
  const onTenCores = Array.from({length: 5}, () => 10_000_000)
  deepEqual(await looksOf(t, onTenCores, {workMs: 100}), [gives, '', gives, '', gives])
  deepEqual(await looksOf(t, [work, rest, rest, rest], {workMs: 200}), [gives, '', '', `collect ${gives}`])
})

test('nor than a hundredth of the work, but each tenth look and at rest', async t => {
  const halfBusy = Array.from({length: 5}, () => 500_000)
  deepEqual(await looksOf(t, halfBusy, {workMs: 10}), [gives, '', gives, '', gives])
  const hardlyBusy = Array.from({length: 21}, () => work)
  const looks = await looksOf(t, [...hardlyBusy, rest, rest, rest], {workMs: 10})
  const given = looks.flatMap((acts, i) => (acts === '' ? [] : [i]))
  deepEqual(given, [0, 10, 20, 23])
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
