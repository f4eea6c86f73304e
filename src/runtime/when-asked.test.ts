/** A service that is opened when it is first asked: once, not by a look at its health, and with its own end. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Service} from './service.ts'
import {WhenAsked} from './when-asked.ts'

function opening(fails = 0) {
  const calls: string[] = []
  const ended = Promise.withResolvers<void>()
  const open = async (): Promise<Service> => {
    calls.push('open')
    if (fails-- > 0) throw new Error('not yet')
    return {
      name: 'late',
      ended: ended.promise,
      fetch: async () => new Response('here'),
      start: async () => void calls.push('start'),
      stop: async () => void calls.push('stop'),
    }
  }
  return {calls, ended, service: new WhenAsked({name: 'late', incomingSizeMax: 7, takesMany: true}, open)}
}

const ask = async (service: Service): Promise<string> => (await service.fetch(new Request('http://late/'))).text()

test('it is opened by the first request, once, and not to see whether it is well', async () => {
  const {service, calls} = opening()
  await service.start()
  assert.deepEqual(
    [await service.health?.(), calls, service.incomingSizeMax, service.takesMany],
    [{opened: false}, [], 7, true],
  )
  assert.deepEqual(await Promise.all([ask(service), ask(service)]), ['here', 'here'])
  assert.deepEqual([await service.health?.(), calls], [{}, ['open', 'start']])
  const refused = await service.frames(
    new Request('http://late/'),
    new AbortController().signal,
    (async function* () {})(),
  )
  assert.equal((refused as Response).status, 404)
  await service.stop()
  await service.ended
  assert.deepEqual(calls, ['open', 'start', 'stop'])
})

test('one that cannot be opened is tried anew, and one that fails ends with its own fault', async () => {
  const {service, calls, ended} = opening(1)
  await assert.rejects(ask(service), {message: 'not yet'})
  assert.equal(await ask(service), 'here')
  assert.deepEqual(calls, ['open', 'open', 'start'])
  ended.reject(new Error('gone'))
  await assert.rejects(service.ended, {message: 'gone'})
})

test('nobody who is not asked is stopped, nor opened after that', async () => {
  const {service, calls} = opening()
  await service.stop()
  await assert.rejects(ask(service))
  assert.deepEqual(calls, [])
})
