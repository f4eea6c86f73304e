/** What runs out goes in acts of so many rows, one after the other, so that nobody waits for a day's worth of them. */
import {deepEqual, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {keepHouse} from './housekeeping.ts'

test('each sweep goes on while there is more, and all of them come round each hour', async () => {
  const done: string[] = []
  const left = {tokens: 2}
  const stop = new AbortController()
  let hours = 0
  const round = keepHouse(
    {
      blobs: {sweep: async () => {}, check: async () => {}},
      sweeps: [async () => done.push('tokens') < 9 && left.tokens-- > 0, async () => void done.push('devices')],
      world: {
        async sleep(ms) {
          done.push(`${ms / 3_600_000} h`)
          if (++hours === 3) stop.abort(new Error('over'))
          stop.signal.throwIfAborted()
        },
      },
    },
    stop.signal,
  )
  await rejects(round, /over/)
  deepEqual(done, ['1 h', 'tokens', 'tokens', 'tokens', 'devices', '1 h', 'tokens', 'devices', '1 h'])
})
