/** V8 is asked to look for garbage as often as it is said, and no more. */
import {deepEqual} from 'node:assert/strict'
import {constants, PerformanceObserver} from 'node:perf_hooks'
import {test} from 'node:test'
import {PassingBuffers} from './young-heap.ts'

const {
  NODE_PERFORMANCE_GC_FLAGS_FORCED: forced,
  NODE_PERFORMANCE_GC_MINOR: minor,
  NODE_PERFORMANCE_GC_MAJOR: major,
} = constants

test('V8 looks for garbage every so many bytes, and every so many times through the whole heap', async () => {
  const looks: string[] = []
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      const {kind, flags = 0} = (entry as PerformanceEntry & {detail: {kind: number; flags?: number}}).detail
      if ((flags & forced) !== 0) looks.push(kind === minor ? 'minor' : kind === major ? 'major' : String(kind))
    }
  })
  observer.observe({entryTypes: ['gc']})
  const passing = new PassingBuffers(1_000, 3)
  for (let i = 0; i < 6; i++) {
    passing.passed(400)
    passing.passed(599)
    passing.passed(1)
  }
  passing.passed(999)
  await new Promise(resolve => setTimeout(resolve, 50))
  observer.disconnect()
  deepEqual(looks, ['minor', 'minor', 'major', 'minor', 'minor', 'major'])
})
