/** One at a time by name, also when one fails. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {browserLock, programLock, type Lock} from './lock.ts'

const locks: Record<string, () => Lock> = {
  'within a program': programLock,
  'of a browser': () => browserLock(navigator.locks),
}
for (const [what, make] of Object.entries(locks)) {
  test(`a lock ${what}: one at a time, in order, and others by another name`, async () => {
    const lock = make()
    const done: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = lock('a', async () => {
      await gate.promise
      done.push('first')
      throw new Error('of its own')
    })
    const second = lock('a', async () => done.push('second'))
    equal(await lock('b', async () => done.push('other')), 1)
    gate.resolve()
    await rejects(first, /of its own/)
    equal(await second, 3)
    deepEqual(done, ['other', 'first', 'second'])
  })
}
