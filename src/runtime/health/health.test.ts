import assert from 'node:assert/strict'
import {test} from 'node:test'
import {metricsService, withHealth} from './health.ts'
import {Metrics} from './metrics.ts'
import type {Service} from '../service.ts'

const service: Service = {
  name: 'test',
  fetch: async request => new Response(new URL(request.url).pathname),
  async start() {},
  async stop() {},
  ended: Promise.resolve(),
}
const ask = async (service: Service, path: string): Promise<[number, unknown]> => {
  const response = await service.fetch(new Request(`http://a.test${path}`))
  const text = await response.text()
  return [response.status, text.startsWith('{') ? JSON.parse(text) : text]
}

test('health says that it answers, and the rest is the service’s', async () => {
  const healthy = withHealth(service, {version: '1.2.3'})
  assert.deepEqual(await ask(healthy, '/_health'), [200, {version: '1.2.3'}])
  assert.deepEqual(await ask(healthy, '/xrpc/_health'), [200, {version: '1.2.3'}])
  assert.deepEqual(await ask(healthy, '/other'), [200, '/other'])
  assert.equal(healthy.frames, undefined)
  // Web clients of other origins ask whether a server is there.
  const response = await healthy.fetch(new Request('http://localhost/xrpc/_health'))
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
})

test('a listener is told by it what the service says of its subscriptions', () => {
  const said = {incomingSizeMax: 7, takesMany: true, subprotocols: ['a'], deflates: true}
  assert.partialDeepStrictEqual(withHealth({...service, ...said}, {version: '1'}), said)
})

const healthOf = (health: Service['health']): Promise<[number, unknown]> =>
  ask(withHealth({...service, health}, {version: '1', checkTimeoutMs: 10}), '/_health')

test('health says what the service says of itself, and that it cannot do its work', async () => {
  assert.deepEqual(await healthOf(async () => ({replica: {seq: 7}})), [200, {version: '1', replica: {seq: 7}}])
  const ill = [503, {version: '1', error: 'Service Unavailable'}]
  assert.deepEqual(await healthOf(() => Promise.reject(new Error('the disk is gone'))), ill)
  assert.deepEqual(await healthOf(() => new Promise(() => {})), ill)
})

test('readiness asks every check, and does not wait for one that hangs', async () => {
  const [status, body] = await ask(
    withHealth(service, {
      version: '1',
      checkTimeoutMs: 10,
      checks: {
        database: async () => {},
        disk: () => Promise.reject(new Error('full')),
        upstream: () => new Promise(() => {}),
      },
    }),
    '/_ready',
  )
  assert.equal(status, 503)
  assert.deepEqual((body as {checks: unknown}).checks, [
    {name: 'database', ok: true},
    {name: 'disk', ok: false, message: 'full'},
    {name: 'upstream', ok: false, message: 'It has not ended within 10 ms.'},
  ])
  assert.equal((await ask(withHealth(service, {version: '1'}), '/_ready'))[0], 200)
})

test('metrics are a service of their own', async () => {
  const exposed = metricsService(new Metrics())
  const [, text] = await ask(exposed, '/metrics')
  assert.match(String(text), /# TYPE process_resident_bytes gauge\nprocess_resident_bytes \d+\n/)
  assert.equal((await ask(exposed, '/'))[0], 404)
  await exposed.stop()
  await exposed.ended
})
