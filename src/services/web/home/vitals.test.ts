/** How services are, asked of each at its own address; none of them can keep a page waiting or break it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {VitalSigns} from './vitals.ts'

const addresses = {
  plc: 'http://plc.test',
  pds: 'http://pds.test',
  relay: 'http://relay.test',
  jetstream: 'http://jetstream.test',
  appview: 'http://appview.test',
  web: 'http://web.test',
}
const metricsUrl = 'http://metrics.test'
type Answer = () => Response | Promise<Response>

function open(answers: Record<string, Answer> = {}, {metrics}: {metrics?: string} = {metrics: metricsUrl}) {
  const clock = new HandClock(1_000_000)
  const asked: string[] = []
  const standard: Record<string, Answer> = {
    'pds.test/xrpc/com.atproto.sync.listRepos': () => Response.json({repos: []}),
    'relay.test/xrpc/com.atproto.sync.listHosts': () => Response.json({hosts: []}),
    'metrics.test/metrics': () => new Response(''),
  }
  const world = {
    ...realWorld,
    now: clock.now,
    sleep: clock.sleep,
    fetch: async (request: Request) => {
      const {host, pathname} = new URL(request.url)
      asked.push(`${host}${pathname}`)
      const answer = {...standard, ...answers}[`${host}${pathname}`]
      return answer ? answer() : Response.json({version: '1.2.3'})
    },
  }
  return {signs: new VitalSigns(world, addresses, metrics), clock, asked}
}

const did = (i: number) => `did:plc:${String.fromCharCode(97 + i).repeat(24)}`

suite('a service', () => {
  test('is up when it answers, with its version and what it counts', async () => {
    const repos = Array.from({length: 3}, (_, i) => ({
      did: did(i),
      head: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm',
      rev: '3lbcd2345672k',
    }))
    const {signs} = open({
      'pds.test/xrpc/com.atproto.sync.listRepos': () => Response.json({repos}),
      'relay.test/xrpc/com.atproto.sync.listHosts': () =>
        Response.json({
          hosts: [
            {hostname: 'a.test', accountCount: 1},
            {hostname: 'b.test', accountCount: 1_999},
          ],
        }),
    })
    const {services} = await signs.read()
    assert.deepEqual(
      services.map(({name, isUp, version, counts}) => [name, isUp, version, counts]),
      [
        ['plc', true, '1.2.3', ''],
        ['pds', true, '1.2.3', '3 accounts'],
        ['relay', true, '1.2.3', '2 servers, 2,000 accounts'],
        ['jetstream', true, '1.2.3', ''],
        ['appview', true, '1.2.3', ''],
        ['web', true, '1.2.3', ''],
      ],
    )
  })

  test('is down when it fails, breaks off, or says nothing in time', async () => {
    const {signs, clock} = open({
      'plc.test/xrpc/_health': () => new Response(null, {status: 503}),
      'jetstream.test/xrpc/_health': () => Promise.reject(new TypeError('no connection')),
      'appview.test/xrpc/_health': () => new Promise(() => {}),
    })
    const reading = signs.read()
    await clock.pass(1_500)
    const {services} = await reading
    assert.ok(services.every(({isUp, version, counts}) => isUp || version + counts === ''))
    assert.deepEqual(
      services.filter(({isUp}) => !isUp).map(({name}) => name),
      ['plc', 'jetstream', 'appview'],
    )
  })

  test('is up whatever it calls its version', async () => {
    const odd: Record<string, Answer> = {
      'plc.test/xrpc/_health': () => new Response('<html>'),
      'jetstream.test/xrpc/_health': () => Response.json({version: 5}),
      'appview.test/xrpc/_health': () => Response.json({version: 'x'.repeat(1_000)}),
      'web.test/xrpc/_health': () => new Response(null, {status: 404}),
    }
    const {services} = await open(odd).signs.read()
    assert.ok(services.every(({isUp}) => isUp))
    assert.deepEqual(
      services.map(({version}) => version.length),
      [0, 5, 5, 0, 40, 0],
    )
  })

  test('that does not say what it counts is up all the same', async () => {
    const {services} = await open({
      'pds.test/xrpc/com.atproto.sync.listRepos': () => new Response(null, {status: 501}),
    }).signs.read()
    assert.deepEqual([services[1].isUp, services[1].counts], [true, ''])
  })
})

suite('the services', () => {
  test('are asked every two seconds at most, once for all who look', async () => {
    const {signs, clock, asked} = open()
    const [one, two] = await Promise.all([signs.read(), signs.read()])
    assert.equal(one, two)
    const first = asked.length
    await clock.pass(1_999)
    await signs.read()
    assert.equal(asked.length, first)
    await clock.pass(1)
    await signs.read()
    assert.ok(asked.length > first)
  })

  test('count less often than they are asked whether they are up', async () => {
    const {signs, clock, asked} = open()
    for (let i = 0; i < 5; i++) {
      await signs.read()
      await clock.pass(2_000)
    }
    assert.equal(asked.filter(path => path.endsWith('listRepos')).length, 1)
    assert.equal(asked.filter(path => path === 'pds.test/xrpc/_health').length, 5)
  })
})

const lines = (requests: number): string =>
  `# HELP http_request_seconds\nhttp_request_seconds_count{service="pds"} ${requests}\nprocess_resident_bytes 1000\n`

suite('the numbers of the program', () => {
  test('give memory, and requests a second since they were last read', async () => {
    let requests = 100
    const {signs, clock} = open({'metrics.test/metrics': () => new Response(lines(requests))})
    const first = await signs.read()
    assert.deepEqual([first.residentBytes, first.services[1].requestsPerSecond], [1_000, undefined])
    requests = 120
    await clock.pass(2_000)
    assert.equal((await signs.read()).services[1].requestsPerSecond, 10)
    requests = 5
    await clock.pass(2_000)
    assert.equal((await signs.read()).services[1].requestsPerSecond, 0, 'after a restart the count begins anew')
  })

  test('are shown nowhere where they cannot be had', async () => {
    for (const answer of [
      () => new Response(null, {status: 404}),
      () => new Response('<html>'),
      () => Promise.reject(new TypeError('x')),
    ]) {
      const {residentBytes} = await open({'metrics.test/metrics': answer}).signs.read()
      assert.equal(residentBytes, undefined)
    }
    const {signs, asked} = open({}, {})
    await signs.read()
    assert.ok(!asked.some(path => path.startsWith('metrics')))
  })
})
