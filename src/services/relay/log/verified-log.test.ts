/** How far hosts may run ahead of the disk. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {VerifiedLog} from './verified-log.ts'

const never = new AbortController().signal
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const mebibyte = 2 ** 20

/** A log whose disk writes when it is told to. */
function begun() {
  const writes: (() => void)[] = []
  const log = {append: () => new Promise(resolve => writes.push(() => resolve(1)))} as unknown as EventLog
  const verifiedLog = new VerifiedLog(log)
  const letIn: string[] = []
  /** A host that asks for room; its name is noted when it is let in. */
  const ask = (name: string, host: number): void => {
    void verifiedLog.room(host, never).then(() => letIn.push(name))
  }
  const append = (host: number, size: number): void => void verifiedLog.append(host, [new Uint8Array(size)])
  const write = async (): Promise<void> => {
    writes.shift()?.()
    await settled()
  }
  return {verifiedLog, ask, append, write, letIn}
}

test('a host with much on its way to the disk waits for it, and another does not', async () => {
  const {ask, append, write, letIn} = begun()
  append(1, 2 * mebibyte)
  append(1, 1)
  ask('busy', 1)
  ask('quiet', 2)
  await settled()
  deepEqual(letIn, ['quiet'])
  await write()
  deepEqual(letIn, ['quiet', 'busy'])
})

test('busy hosts share what may be on its way', async () => {
  const {ask, append, write, letIn} = begun()
  append(1, mebibyte)
  append(2, mebibyte + 1)
  ask('one', 1)
  ask('two', 2)
  await settled()
  deepEqual(letIn, ['one'])
  append(3, mebibyte)
  ask('one again', 1)
  await settled()
  deepEqual(letIn, ['one'])
  await write()
  deepEqual(letIn, ['one', 'one again'])
  await write()
  deepEqual(letIn, ['one', 'one again', 'two'])
})

test('a host of which all is written takes no share from the others', async () => {
  const {ask, append, write, letIn} = begun()
  append(1, 10)
  append(2, 1.5 * mebibyte)
  ask('two', 2)
  await settled()
  deepEqual(letIn, [])
  await write()
  deepEqual(letIn, ['two'])
})

test('when far too much is on its way all wait, and all are let in once it is written', async () => {
  const {ask, append, write, letIn} = begun()
  for (let host = 0; host < 17; host++) append(host, mebibyte)
  ask('quiet', 100)
  await settled()
  deepEqual(letIn, [])
  await write()
  deepEqual(letIn, ['quiet'])
})

test('who waits is let go by its signal', async () => {
  const {verifiedLog, append} = begun()
  append(1, 3 * mebibyte)
  const stopping = new AbortController()
  const waiting = verifiedLog.room(1, stopping.signal)
  stopping.abort(new Error('stopped'))
  await rejects(waiting, /stopped/)
})

test('a log that can no longer be written lets nobody wait for ever', async () => {
  const log = {append: () => Promise.reject(new Error('the disk is gone'))} as unknown as EventLog
  const verifiedLog = new VerifiedLog(log)
  await rejects(verifiedLog.append(1, [new Uint8Array(3 * mebibyte)]), /gone/)
  await settled()
  let isIn = false
  void verifiedLog.room(1, never).then(() => (isIn = true))
  await settled()
  equal(isIn, true)
})
