/** Who imports at a time, and who gives way to whom. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {ImportTurns} from './import-turns.ts'

const work = async (coming: AsyncIterable<Uint8Array>): Promise<void> => void (await Array.fromAsync(coming))
const didOf = (number: number): Did => `did:web:a${number}.example.com` as Did

function opened() {
  const clock = {nowMs: 0}
  const turns = new ImportTurns({now: () => clock.nowMs})
  const outcomes: string[] = []
  /** Begins an import, whose sender then sends, and ends, as a test says. */
  const begin = async (number: number) => {
    let more = Promise.withResolvers<number>()
    const car = (async function* () {
      for (let size; (size = await more.promise) > 0;) {
        more = Promise.withResolvers()
        yield new Uint8Array(size)
      }
    })()
    void turns.take(didOf(number), car, work).then(
      () => outcomes.push(`${number} done`),
      (error: Error) => outcomes.push(`${number} ${error.name}`),
    )
    await new Promise(setImmediate)
    const send = async (size: number): Promise<void> => {
      more.resolve(size)
      await new Promise(setImmediate)
    }
    return {send}
  }
  return {clock, outcomes, begin}
}

test('eight imports go on at once, and the ninth is turned away until one has ended', {timeout: 60_000}, async () => {
  const {outcomes, begin} = opened()
  const [first] = [await begin(0), await begin(1), ...(await Promise.all([2, 3, 4, 5, 6, 7].map(begin)))]
  await begin(8)
  assert.deepEqual(outcomes, ['8 Overloaded'])
  await first.send(0)
  const last = await begin(9)
  await last.send(0)
  assert.deepEqual(outcomes.slice(1), ['0 done', '9 done'])
})

test('who sends slowly has no place that others want', {timeout: 60_000}, async () => {
  const {clock, outcomes, begin} = opened()
  const senders = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(begin))
  clock.nowMs += 5_000
  await senders[3].send(1)
  for (const [i, {send}] of senders.entries()) if (i !== 3) await send(i === 5 ? 327_679 : 327_680)
  clock.nowMs += 4_999
  await begin(8)
  assert.deepEqual(outcomes, ['8 Overloaded'])
  clock.nowMs += 1
  const late = await begin(9)
  await late.send(0)
  assert.deepEqual(outcomes.slice(1), ['3 Overloaded', '9 done'])
  await begin(10)
  await begin(11)
  await begin(12)
  assert.deepEqual(outcomes.slice(3), ['5 Overloaded', '12 Overloaded'])
})

test('who sent much at first and then drips has no place that others want', {timeout: 60_000}, async () => {
  const {clock, outcomes, begin} = opened()
  const senders = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(begin))
  for (const {send} of senders) await send(50_000_000)
  const dripping = senders.slice(0, 2)
  for (let second = 0; second < 10; second++) {
    assert.deepEqual(
      outcomes,
      Array.from({length: second}, (_, i) => `${8 + i} Overloaded`),
    )
    await begin(8 + second)
    clock.nowMs += 1_000
    for (const sender of senders) await sender.send(dripping.includes(sender) ? 32_000 : 33_000)
  }
  for (const number of [18, 19, 20]) await begin(number)
  assert.deepEqual(outcomes.slice(10).toSorted(), ['0 Overloaded', '1 Overloaded', '20 Overloaded'])
})

test('of one account the last import is meant, and it has but one place', {timeout: 60_000}, async () => {
  const {outcomes, begin} = opened()
  await begin(0)
  await begin(0)
  const third = await begin(0)
  assert.deepEqual(outcomes, ['0 Overloaded', '0 Overloaded'])
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map(begin))
  await third.send(0)
  assert.deepEqual(outcomes.slice(2), ['0 done'])
})
