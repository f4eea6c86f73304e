/** How far a log is durable, as threads are told of it by the memory that they share. */
import {deepEqual, equal} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {memoryEventLog} from '../memory.ts'
import {BoundsWatch, newSharedBounds, shareBounds} from './shared-bounds.ts'

const limit = {timeout: 60_000}
const never = new AbortController().signal

function begun(context: TestContext) {
  const log = memoryEventLog({now: () => 0, first: 5})
  const bounds = newSharedBounds()
  const stopping = new AbortController()
  const sharing = shareBounds(log, bounds, stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await sharing
  }
  context.after(stop)
  const append = (): Promise<number> => log.append([Uint8Array.of(1)])
  return {log, bounds, append, stop}
}

test('each change of the log is one of what is shared, and its end is told', limit, async context => {
  const {bounds, append, stop, log} = begun(context)
  deepEqual([...bounds], [1n, 5n, 5n])
  using watch = new BoundsWatch(bounds)
  deepEqual([watch.first, watch.next, watch.hasEnded], [5, 5, false])
  for (const [changes, first, next] of [
    [2n, 5n, 6n],
    [3n, 6n, 7n],
  ]) {
    const changed = watch.changed(never)
    await append()
    await changed
    deepEqual([...bounds], [changes, first, next])
    await log.trim(5)
  }
  deepEqual([watch.first, watch.next], [6, 7])
  const changed = watch.changed(never)
  await stop()
  await changed
  deepEqual([bounds[0], watch.hasEnded], [-1n, true])
})

test('a reader that leaves ends for itself alone', limit, async context => {
  const {bounds, append} = begun(context)
  const [one, other] = [new BoundsWatch(bounds), new BoundsWatch(bounds)]
  const left = one.changed(never)
  one[Symbol.dispose]()
  await left
  deepEqual([one.hasEnded, other.hasEnded], [true, false])
  while (other.next === 5) {
    const changed = other.changed(never)
    if (other.next === 5) await append()
    await changed
  }
  equal(other.next, 6)
  other[Symbol.dispose]()
})

test('a reader of a log that has ended ends at once', limit, async context => {
  const {bounds, stop} = begun(context)
  await stop()
  using watch = new BoundsWatch(bounds)
  equal(watch.hasEnded, true)
})
