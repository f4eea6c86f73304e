import assert from 'node:assert/strict'
import {test} from 'node:test'
import {FairTurns} from './fair-turns.ts'

/** Longer than what may be begun in one turn. */
function work(): void {
  const end = performance.now() + 30
  while (performance.now() < end);
}

test('long work is begun once in a turn of the event loop, and strangers take turns', async () => {
  const turns = new FairTurns()
  let turn = 0
  const counting = (): void => {
    turn++
    next = setImmediate(counting)
  }
  let next = setImmediate(counting)
  const begun: [name: string, turn: number][] = []
  const ask = async (name: string): Promise<void> => {
    const wait = turns.take(() => name)
    if (wait) await wait
    await Promise.resolve()
    begun.push([name, turn])
    work()
  }
  await ask('a')
  await Promise.all(['a', 'a', 'a', 'b', 'c', 'b'].map(ask))
  clearImmediate(next)
  assert.equal(begun.map(([name]) => name).join(''), 'aabcaba')
  assert.equal(new Set(begun.map(([, turn]) => turn)).size, begun.length)
})

test('short work waits for nothing', context => {
  context.mock.method(performance, 'now', () => 0)
  const turns = new FairTurns()
  for (let i = 0; i < 100; i++)
    assert.equal(
      turns.take(() => 'a'),
      undefined,
    )
})
