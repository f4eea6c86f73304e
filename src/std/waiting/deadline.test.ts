import assert from 'node:assert/strict'
import {test} from 'node:test'
import {TimedOut, timeLimit, withDeadline} from './deadline.ts'
import {realWorld} from '../world.ts'

const world = {sleep: realWorld.sleep}
const never = () => new Promise<never>(() => {})

test('work that is done in time gives its answer, and its timer is gone', async () => {
  let sleeping = 0
  const counted = {
    sleep: (ms: number, signal?: AbortSignal) => {
      sleeping++
      return realWorld.sleep(ms, signal).finally(() => sleeping--)
    },
  }
  assert.equal(await withDeadline(counted, 60_000, undefined, async () => 7), 7)
  await Promise.resolve()
  assert.equal(sleeping, 0)
})

test('work that is late is told, and given up even if it does not listen', async () => {
  let told: unknown
  const work = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => (told = signal.reason))
    return never()
  }
  await assert.rejects(withDeadline(world, 1, undefined, work), TimedOut)
  assert.ok(told instanceof TimedOut)
})

test("the caller's own signal ends the wait with its own reason", async () => {
  const caller = new AbortController()
  const waiting = withDeadline(world, 60_000, caller.signal, never)
  caller.abort(new Error('gone'))
  await assert.rejects(waiting, /gone/)
  await assert.rejects(withDeadline(world, 60_000, caller.signal, never), /gone/)
})

test('a failure of the work is passed on', async () => {
  await assert.rejects(
    withDeadline(world, 60_000, undefined, async () => {
      throw new Error('broken')
    }),
    /broken/,
  )
})

async function ends(signal: AbortSignal): Promise<unknown> {
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}))
  return signal.reason
}

test('a time limit ends by itself, with whoever was given, or not at all once it is let go of', async () => {
  const {signal} = timeLimit(world, 1)
  assert.equal(((await ends(signal)) as Error).name, 'TimeoutError', 'as AbortSignal.timeout has it')
  const caller = new AbortController()
  const limit = timeLimit(world, 60_000, caller.signal)
  caller.abort(new Error('gone'))
  assert.match(String(await ends(limit.signal)), /gone/)
  let isAwake = false
  const counted = {
    sleep: (ms: number, until?: AbortSignal) => realWorld.sleep(ms, until).finally(() => (isAwake = true)),
  }
  const disposed = timeLimit(counted, 60_000)
  disposed[Symbol.dispose]()
  await new Promise(setImmediate)
  assert.deepEqual([isAwake, disposed.signal.aborted], [true, false], 'its timer is gone')
})
