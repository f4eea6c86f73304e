import assert from 'node:assert/strict'
import {test} from 'node:test'
import {SimClock} from './clock.ts'

test('hours pass at once, in the order of what is due', async () => {
  const clock = new SimClock(1_000)
  const seen: string[] = []
  const wait = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms)
    seen.push(`${name} ${clock.nowMs}`)
  }
  await clock.runUntil(Promise.all([wait('c', 3_600_000), wait('a', 5), wait('b', 5), wait('d', 3_600_000.5)]))
  assert.deepEqual(seen, ['a 1005', 'b 1005', 'c 3601000', 'd 3601000.5'])
})

test('what follows from one happens before the next', async () => {
  const clock = new SimClock(0)
  const seen: number[] = []
  const first = async (): Promise<void> => {
    await clock.sleep(1)
    await Promise.resolve()
    seen.push(clock.nowMs)
  }
  await clock.runUntil(Promise.all([first(), clock.sleep(2)]))
  assert.deepEqual(seen, [1])
})

test('who is not waited for any more is not woken, and the reason is told', async () => {
  const clock = new SimClock(0)
  const leaving = new AbortController()
  const slept = clock.sleep(10, leaving.signal)
  clock.after(5, () => leaving.abort(new Error('gone')))
  await assert.rejects(clock.runUntil(slept), /gone/)
  assert.equal(clock.nowMs, 5)
  await assert.rejects(clock.sleep(1, leaving.signal), /gone/)
  let isCalled = false
  clock.after(1, () => (isCalled = true))()
  await clock.runUntil(clock.sleep(2))
  assert.equal(isCalled, false)
})

test('waiting for what never comes is told as that', async () => {
  await assert.rejects(new SimClock(0).runUntil(new Promise(() => {})), /Nothing is to come/)
})

test('so is waiting while time goes on and nothing comes of it', async () => {
  const clock = new SimClock(0)
  const seen: number[] = []
  const ticking = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(60_000)
      seen.push(clock.nowMs)
      if (clock.nowMs === 120_000) clock.progressed()
    }
  }
  await assert.rejects(clock.runUntil(ticking(), {silentMs: 180_000}), /Nothing has come of 3 minutes/)
  assert.equal(seen.at(-1), 300_000)
})

test('a run ends when it is told to', async () => {
  const clock = new SimClock(0)
  const leaving = new AbortController()
  clock.after(5, () => leaving.abort(new Error('told to')))
  await assert.rejects(clock.runUntil(clock.sleep(10), {signal: leaving.signal}), /told to/)
  assert.equal(clock.nowMs, 5)
})
