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

test('V8 looks for garbage every so many bytes, and every so many times through the whole heap', () => {
  // In a process of its own: where V8 is at work on a large heap, it makes one large look of a small one.
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
    const passing = new PassingBuffers(1_000, 3)
    for (let i = 0; i < 6; i++) for (const size of [400, 599, 1]) passing.passed(size)
    passing.passed(999)
    await new Promise(resolve => setTimeout(resolve, 200))
    console.log(looks.join(' '))`
  const args = ['--input-type=module', '--no-warnings', '-e', script]
  const {stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8', timeout: 30_000})
  equal(stderr, '')
  equal(stdout, 'minor minor major minor minor major\n')
})
