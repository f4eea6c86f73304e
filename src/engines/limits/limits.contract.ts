/** What every engine of limits must do alike. An engine's test is one call of `limitsContract`. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Count, Limits} from './limits.ts'

const of = (key: string, limit = 3, windowMs = 500, name = 'calls'): Count => ({name, key, limit, windowMs})

/** `open` gives an engine that nobody else uses, with this clock. */
export function limitsContract(name: string, open: (now: () => number) => Limits): void {
  const opened = (ms = 0) => {
    const clock = {ms}
    const limits = open(() => clock.ms)
    const take = async (count: Count, points?: number): Promise<boolean> =>
      (await limits.take([count], points))[0].allowed
    const remaining = async (count: Count): Promise<number> => (await limits.take([count], 0))[0].remaining
    return {clock, limits, take, remaining}
  }

  suite(`${name} limits`, () => {
    test('each key has its points a window, and refused calls take none', async () => {
      const {clock, limits, take} = opened(1_000)
      const allowed: boolean[] = []
      for (const points of [1, 1, 2, 1, 1]) allowed.push(await take(of('a'), points))
      assert.deepEqual(allowed, [true, true, false, true, false])
      assert.equal((await limits.take([of('b')]))[0].remaining, 2)
      clock.ms = 1_499
      assert.equal(await take(of('a')), false)
      clock.ms = 1_500
      const [verdict] = await limits.take([of('a')])
      assert.deepEqual(verdict, {allowed: true, limit: 3, windowMs: 500, remaining: 2, resetAt: 2_000})
    })

    test('counts of one key are told apart by name', async () => {
      const {take} = opened()
      assert.equal(await take(of('a', 1)), true)
      assert.equal(await take(of('a', 1)), false)
      assert.equal(await take(of('a', 1, 500, 'mails')), true)
    })

    test('several counts are taken from together, or none is', async () => {
      const {limits, remaining} = opened()
      const counts = [of('one', 3), of('wide', 1, 500, 'of many')]
      const both = async (): Promise<boolean[]> => (await limits.take(counts)).map(({allowed}) => allowed)
      assert.deepEqual(await both(), [true, true])
      assert.deepEqual(await both(), [true, false])
      assert.equal(await remaining(counts[0]), 2)
      assert.equal(await remaining(counts[1]), 0)
    })

    test('what is asked for at a time is given once', async () => {
      const {take} = opened()
      const taken = await Promise.all(Array.from({length: 20}, () => take(of('a', 7))))
      assert.equal(taken.filter(Boolean).length, 7)
    })

    test('what is given back counts for the window that is open, and no more than was taken', async () => {
      const {clock, limits, take, remaining} = opened()
      const count = of('a', 3, 100)
      await take(count, 2)
      await limits.giveBack([count])
      assert.equal(await remaining(count), 2)
      await limits.giveBack([count], 5)
      assert.equal(await remaining(count), 3)
      await limits.giveBack([of('nobody')])
      await take(count, 3)
      clock.ms = 100
      await limits.giveBack([count], 2)
      assert.equal(await take(count, 3), true, 'a window that has ended takes nothing back')
      await limits.giveBack([count], 2)
      assert.equal(await remaining(count), 2)
    })
  })
}
