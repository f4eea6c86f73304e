import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Turns} from './turns.ts'

const never = new AbortController().signal
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A host that has `batches` to send, one after the other; `order` notes each as it is worked on. */
async function send(turns: Turns, name: string, batches: number, size: number, order: string[]): Promise<void> {
  for (let i = 0; i < batches; i++) {
    await turns.take(name, size, never, async () => {
      order.push(name)
      await turn()
    })
  }
}

test('hosts come round one by one, however much each has to send', async () => {
  const turns = new Turns({countMax: 1, smallMax: 16})
  const order: string[] = []
  await Promise.all([
    send(turns, 'a', 20, 256, order),
    send(turns, 'b', 20, 256, order),
    send(turns, 'quiet', 1, 100, order),
  ])
  equal(order.slice(0, 3).toSorted().join(), 'a,b,quiet')
  for (let i = 3; i < order.length - 2; i += 2)
    equal(
      order
        .slice(i, i + 2)
        .toSorted()
        .join(),
      'a,b',
      `from ${i} on`,
    )
})

test('few events go at once', async () => {
  const turns = new Turns({countMax: 1, smallMax: 16})
  const order: string[] = []
  const flood = send(turns, 'flood', 5, 256, order)
  await Promise.all([flood, send(turns, 'quiet', 1, 16, order)])
  deepEqual(order.slice(0, 2).toSorted(), ['flood', 'quiet'])
})

test('no more work at a time than there are turns, and one that fails or leaves gives its turn on', async () => {
  const turns = new Turns({countMax: 2, smallMax: 0})
  let working = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++working)
    await turn()
    working--
  }
  const leaving = new AbortController()
  const all = Array.from({length: 5}, (_, i) => turns.take(`host ${i}`, 1, never, work))
  const failing = turns.take('failing', 1, never, () => Promise.reject(new Error('failed')))
  const left = turns.take('leaving', 1, leaving.signal, work)
  const last = turns.take('last', 1, never, work)
  leaving.abort(new Error('left'))
  await rejects(left, /left/)
  await rejects(failing, /failed/)
  await Promise.all([...all, last])
  equal(most, 2)
  await Promise.all(['a', 'b'].map(host => turns.take(host, 1, never, work)))
  equal(most, 2)
})
