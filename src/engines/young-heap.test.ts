/** V8 is asked to look for garbage as often as it is said, and no more. */
import {equal} from 'node:assert/strict'
import {constants} from 'node:perf_hooks'
import {spawnSync} from 'node:child_process'
import {test} from 'node:test'

const {
  NODE_PERFORMANCE_GC_FLAGS_FORCED: forced,
  NODE_PERFORMANCE_GC_MINOR: minor,
  NODE_PERFORMANCE_GC_MAJOR: major,
} = constants

/**
 * How V8 is asked to look while `act` is done with `PassingBuffers`. In a process of its own: where V8 is at work on a
 * large heap, it makes one large look of a small one.
 */
function looksAt(act: string): string {
  const script = `
    const {PerformanceObserver} = await import('node:perf_hooks')
    const {PassingBuffers} = await import(${JSON.stringify(new URL('young-heap.ts', import.meta.url).href)})
    const looks = []
    const observer = new PerformanceObserver(list => {
      for (const {detail: {kind, flags = 0}} of list.getEntries()) {
        if ((flags & ${forced}) !== 0) looks.push(kind === ${minor} ? 'minor' : kind === ${major} ? 'major' : String(kind))
      }
    })
    observer.observe({entryTypes: ['gc']})
    ${act}
    await new Promise(resolve => setTimeout(resolve, 200))
    console.log(looks.join(' '))`
  const args = ['--input-type=module', '--no-warnings', '-e', script]
  const {stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8', timeout: 30_000})
  equal(stderr, '')
  return stdout
}

test('V8 looks for garbage every so many bytes, and every so many times through the whole heap', () => {
  const looks = looksAt(`
    const passing = new PassingBuffers(1_000, 3)
    for (let i = 0; i < 6; i++) for (const size of [400, 599, 1]) passing.passed(size)
    passing.passed(999)`)
  equal(looks, 'minor minor major minor minor major\n')
})

test('unless said otherwise it looks every four mebibytes, and every 24th time through the whole heap', () => {
  const looks = looksAt(`
    const passing = new PassingBuffers()
    for (let i = 0; i < 25; i++) for (const size of [2 ** 22 - 1, 1]) passing.passed(size)`)
  equal(looks, `${'minor '.repeat(23)}major minor\n`)
})

/** As `looksAt`, where each look costs 100, and `pass(us, times)` so much work and ten bytes each time. */
const looksAtWork = (options: string, act: string): string =>
  looksAt(`
    let workedUs = 0
    const passing = new PassingBuffers(${options}, () => (workedUs += 100))
    const pass = (us, times) => { for (let i = 0; i < times; i++) { workedUs += us; passing.passed(10) } }
    ${act}`)

test('a look that takes too much of the work comes when there was more of that, or after four times the bytes', () => {
  equal(looksAtWork('10, 100, 1 / 10', 'pass(0, 9)'), 'minor minor minor\n')
  equal(looksAtWork('10, 100, 1 / 10', 'pass(1_000, 3)'), 'minor minor minor\n')
  equal(looksAtWork('10, 2, 1 / 10', 'pass(0, 11)'), 'minor major minor major\n')
})

test('the young heap grows no more for as long as anybody holds it, and each lets go once', () => {
  // In a process of its own, where nobody else holds it.
  const script = `
    const {default: v8} = await import('node:v8')
    const {syncBuiltinESMExports} = await import('node:module')
    const flags = []
    v8.setFlagsFromString = flag => flags.push(flag.split('-').at(-1))
    syncBuiltinESMExports()
    const {YoungHeap} = await import(${JSON.stringify(new URL('young-heap.ts', import.meta.url).href)})
    const [one, two] = [new YoungHeap(), new YoungHeap()]
    flags.push('held')
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    flags.push('by one')
    two[Symbol.dispose]()
    new YoungHeap()[Symbol.dispose]()
    console.log(flags.join(' '))`
  const args = ['--input-type=module', '--no-warnings', '-e', script]
  const {stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8', timeout: 30_000})
  equal(stderr, '')
  equal(stdout, 'factor=1 held by one factor=2 factor=1 factor=2\n')
})
