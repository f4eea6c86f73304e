import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {Lanes} from './lanes.ts'

/** Work that ends when it is told to, and notes its name when it begins. */
function setUp(countMax?: number) {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<void>>()
  const work = (name: string) => async (): Promise<void> => {
    begun.push(name)
    const end = Promise.withResolvers<void>()
    ends.set(name, end)
    await end.promise
  }
  return {begun, ends, work, lanes: new Lanes(countMax)}
}

const failing = (): Promise<void> => {
  throw new Error('at once')
}

test('in a lane one thing is done after the other, also when one fails, and what is in others meanwhile', async () => {
  const {begun, ends, work, lanes} = setUp()
  const [first, second] = ['a1', 'a2'].map(name => lanes.do('a', work(name)))
  void lanes.do('b', work('b1'))
  await turn()
  deepEqual([begun, lanes.size], [['a1', 'b1'], 2])
  ends.get('a1')?.reject(new Error('of its own'))
  await rejects(first, /of its own/)
  await turn()
  deepEqual(begun, ['a1', 'b1', 'a2'])
  const third = rejects(lanes.do('a', failing), /at once/)
  for (const name of ['a2', 'b1']) ends.get(name)?.resolve()
  await Promise.all([second, third])
  equal(await lanes.do('a', async () => 7), 7)
  await lanes.empty()
  equal(lanes.size, 0)
})

for (const [countMax, most] of [
  [0, 1],
  [1, 1],
  [2, 2],
] as const) {
  test(`of ${countMax} lanes ${most} at most are filled at a time`, async () => {
    const {begun, ends, work, lanes} = setUp(countMax)
    const filled = (async () => {
      for (const name of ['a', 'b', 'c']) await lanes.fill(name, work(name))
    })()
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      await turn()
      equal(begun.length, Math.min(3, i + most))
      ends.get(name)?.resolve()
    }
    await filled
    await lanes.empty()
  })
}

test('who fills an open lane waits for what is put in it', async () => {
  const {begun, ends, work, lanes} = setUp(3)
  const filled: string[] = []
  await lanes.fill('a', work('a1'))
  const second = lanes.fill('a', work('a2')).then(() => filled.push('a2'))
  ends.get('a1')?.resolve()
  await turn()
  deepEqual([begun, filled], [['a1', 'a2'], []])
  ends.get('a2')?.resolve()
  await second
})
