/** V8 is asked to look for garbage as often as it is said, and no more. */
import {equal, ok} from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {GCProfiler} from 'node:v8'
import {collectGarbage, PassingBuffers} from './young-heap.ts'

/** The looks that are taken while buffers of `sizes` pass, of which each costs so much work and each look 100. */
function looksAt(options: [number?, number?, number?], sizes: readonly number[], workUs = 0): string {
  const looks: string[] = []
  let workedUs = 0
  const collect = (type: string): void => void looks.push(type)
  const [garbageMax, looksToWhole, costMax] = options
  const passing = new PassingBuffers(garbageMax, looksToWhole, costMax, {collect, cpuUs: () => (workedUs += 100)})
  for (const size of sizes) {
    workedUs += workUs
    passing.passed(size)
  }
  return looks.join(' ')
}

const times = (count: number, ...sizes: number[]): number[] => Array.from({length: count}, () => sizes).flat()

test('V8 looks for garbage every so many bytes, and every so many times through the whole heap', () => {
  equal(looksAt([1_000, 3], [...times(6, 400, 599, 1), 999]), 'minor minor major minor minor major')
})

test('unless said otherwise it looks every four mebibytes, and every 24th time through the whole heap', () => {
  equal(looksAt([], times(25, 2 ** 22 - 1, 1)), `${'minor '.repeat(23)}major minor`)
})

test('a look that takes too much of the work comes when there was more of that, or after four times the bytes', () => {
  equal(looksAt([10, 100, 1 / 10], times(9, 10)), 'minor minor minor')
  equal(looksAt([10, 100, 1 / 10], times(3, 10), 1_000), 'minor minor minor')
  equal(looksAt([10, 2, 1 / 10], times(11, 10)), 'minor major minor major')
})

test('who says no other way of looking has V8 look', () => {
  const profiler = new GCProfiler()
  profiler.start()
  // One of them may be made a large look, where V8 is at work on the whole heap.
  for (const size of times(10, 1)) new PassingBuffers(1).passed(size)
  const kinds = profiler.stop().statistics.map(({gcType}) => gcType)
  ok(kinds.length >= 10 && kinds.includes('Scavenge'), kinds.join(' '))
})

const newRef = (): WeakRef<object> => new WeakRef({})

test('a look through the whole heap frees what is old', async () => {
  const ref = newRef()
  for (let i = 0; i < 2; i++) collectGarbage('minor')
  // Until the end of a turn V8 keeps what was asked of a `WeakRef` in it.
  await turn()
  collectGarbage('major')
  equal(ref.deref(), undefined)
})

for (const [name, [set, reset], rule] of [
  ['YoungHeap', ['factor=1', 'factor=2'], 'the young heap grows no more for as long as anybody holds it'],
  ['TightHeap', ['percent=40', 'percent=0'], 'the heap grows by little at a time for as long as anybody holds it'],
] as const) {
  test(`${rule}, and each lets go once`, () => {
    // In a process of its own, where nobody else holds it.
    const script = `
    const {default: v8} = await import('node:v8')
    const {syncBuiltinESMExports} = await import('node:module')
    const flags = []
    v8.setFlagsFromString = flag => flags.push(flag.split('-').at(-1))
    syncBuiltinESMExports()
    const {${name}: Held} = await import(${JSON.stringify(new URL('young-heap.ts', import.meta.url).href)})
    const [one, two] = [new Held(), new Held()]
    flags.push('held')
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    flags.push('by one')
    two[Symbol.dispose]()
    new Held()[Symbol.dispose]()
    console.log(flags.join(' '))`
    const args = ['--input-type=module', '--no-warnings', '-e', script]
    const {stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8', timeout: 30_000})
    equal(stderr, '')
    equal(stdout, `${set} held by one ${reset} ${set} ${reset}\n`)
  })
}
