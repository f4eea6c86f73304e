import assert from 'node:assert/strict'
import {once} from 'node:events'
import {test} from 'node:test'
import {createLog, silentLog} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {LogLine} from '#std/log.ts'
import {runServices, Tasks} from './service.ts'
import type {Service} from './service.ts'

function recorded(name: string, events: string[], fails: {start?: boolean; stop?: boolean} = {}) {
  const ended = Promise.withResolvers<void>()
  ended.promise.catch(() => {})
  const service: Service = {
    name,
    fetch: async () => new Response(),
    async start() {
      events.push(`${name} starts`)
      if (fails.start) throw new Error(`${name} cannot start`)
    },
    async stop() {
      events.push(`${name} stops`)
      ended.resolve()
      if (fails.stop) throw new Error(`${name} cannot stop`)
    },
    ended: ended.promise,
  }
  return {service, end: ended}
}

test('services start in order and stop in the reverse order when the signal aborts', async () => {
  const events: string[] = []
  const stop = new AbortController()
  const services = ['a', 'b', 'c'].map(name => recorded(name, events).service)
  const run = runServices(services, stop.signal, silentLog)
  setImmediate(() => stop.abort())
  await run
  assert.deepEqual(events, ['a starts', 'b starts', 'c starts', 'c stops', 'b stops', 'a stops'])
  await runServices(services, stop.signal, silentLog)
  assert.equal(events.length, 6, 'an aborted signal starts nothing')
})

test('one whose start or stop does not end is not waited for', {timeout: 60_000}, async () => {
  const events: string[] = []
  const stop = new AbortController()
  const hanging = recorded('b', events).service
  const services = [recorded('a', events).service, {...hanging, start: () => new Promise<void>(() => {})}]
  const starting = runServices(services, stop.signal, silentLog)
  setImmediate(() => stop.abort())
  await starting
  assert.deepEqual(events.splice(0), ['a starts', 'b stops', 'a stops'])

  const lines: LogLine[] = []
  const log = createLog({sink: line => lines.push(line), now: Date.now})
  const second = new AbortController()
  const endless = {...recorded('c', events).service, stop: () => new Promise<void>(() => {})}
  const running = runServices([recorded('a', events).service, endless], second.signal, log, () => second.abort(), 20)
  await running
  assert.deepEqual(events, ['a starts', 'c starts', 'a stops'])
  assert.equal(lines[0].fields.service, 'c')
})

test('one that cannot start ends those before it, and its fault is thrown', async () => {
  const events: string[] = []
  const services = [recorded('a', events), recorded('b', events, {start: true}), recorded('c', events)]
  await assert.rejects(
    runServices(
      services.map(({service}) => service),
      new AbortController().signal,
      silentLog,
    ),
    /b cannot start/,
  )
  assert.deepEqual(events, ['a starts', 'b starts', 'b stops', 'a stops'])
})

test('one that ends by a fault ends all, and one that cannot stop does not keep the others from it', async () => {
  const events: string[] = []
  const lines: LogLine[] = []
  const log = createLog({sink: line => lines.push(line), now: () => 0})
  const [a, b] = [recorded('a', events), recorded('b', events, {stop: true})]
  const run = runServices([a.service, b.service], new AbortController().signal, log)
  setImmediate(() => a.end.reject(new Error('broken invariant')))
  await assert.rejects(run, /broken invariant/)
  assert.deepEqual(events.slice(2), ['b stops', 'a stops'])
  assert.deepEqual(
    lines.map(({fields}) => fields.service),
    ['b'],
  )
})

test('tasks run until they are stopped; the first fault ends them all', async () => {
  const calm = new Tasks(silentLog)
  let left = 0
  const loop = async (signal: AbortSignal): Promise<void> => {
    await once(signal, 'abort')
    left++
    signal.throwIfAborted()
  }
  calm.spawn('one', loop)
  calm.spawn('two', loop)
  await calm.stop()
  await calm.ended
  assert.equal(left, 2)

  const faulty = new Tasks(silentLog)
  faulty.spawn('one', loop)
  faulty.spawn('two', async () => {
    throw new Error('fault')
  })
  await assert.rejects(faulty.ended, /fault/)
  await faulty.stop()
  assert.equal(left, 3)
})

test('a loop that meets a full disk waits and begins again, and no other hears of it', async () => {
  const tasks = new Tasks(silentLog, 1)
  let rounds = 0
  const through = Promise.withResolvers<void>()
  tasks.spawn('writes', async () => {
    if (++rounds < 3) throw new OutOfSpace()
    through.resolve()
  })
  await through.promise
  assert.equal(tasks.signal.aborted, false)
  await tasks.stop()
  await tasks.ended

  // One that still waits does not hold up the end.
  const waiting = new Tasks(silentLog, 3_600_000)
  waiting.spawn('writes', async () => {
    throw new OutOfSpace()
  })
  await new Promise(setImmediate)
  await waiting.stop()
  await waiting.ended
})
