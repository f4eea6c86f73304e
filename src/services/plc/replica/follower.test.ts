/** A replica and its primary: what it takes over, what it says of a primary that lies, and that nothing ends it. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {suite, test} from 'node:test'
import type {World} from '#std/world.ts'
import {genesisDid, operationCid, signOperation, type PlcTombstone} from '#atp/plc/operation.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {linesOf, operation, outsider, strong, testDirectory, weak} from '../../../../test/plc-directory.ts'
import {firstLines, lineOf, primaryUrl, testReplica, TestPrimary} from '../../../../test/plc-primary.ts'
import {until} from '../../../../test/until.ts'

test('a replica has what its primary has, as it comes, and answers as it does', {timeout: 20_000}, async context => {
  const primary = await testDirectory(context)
  const first = operation('a.test')
  const did = await primary.take(first)
  await primary.take(operation('thief.test', first, weak), did)
  await primary.take(operation('back.test', first, strong), did)
  const ended = operation('b.test')
  const endedDid = await primary.take(ended)
  await primary.take(signOperation<PlcTombstone>({type: 'plc_tombstone', prev: operationCid(ended)}, strong), endedDid)
  const subscribed: string[] = []
  const replica = await testReplica(context, {
    fetch: request => primary.plc.fetch(request),
    subscribe: (request, signal) => {
      subscribed.push(request.url)
      return primary.plc.frames(request, signal)
    },
  })
  await replica.shows(({state, seq}) => state === 'live' && seq === 5, 'all is taken over')
  const paths = ['', '/data', '/log', '/log/audit', '/log/last'].flatMap(view => [
    `/${did}${view}`,
    `/${endedDid}${view}`,
  ])
  const same = async (): Promise<void> => {
    for (const path of [...paths, '/export', '/export?after=0', '/export?after=3']) {
      const [ours, theirs] = [await replica.get(path), await primary.get(path)]
      assert.equal(ours.status, theirs.status)
      assert.equal(await ours.text(), await theirs.text(), path)
    }
  }
  await same()
  assert.deepEqual(subscribed, [`${primaryUrl}/export/stream?cursor=5`])
  const later = await primary.take(operation('c.test'))
  await until(async () => (await replica.get(`/${later}`)).status === 200, 'what came by the stream')
  await same()
  const live = await replica.shown()
  assert.deepEqual([live.state, live.seq, live.operations, live.findings, live.etaSeconds], ['live', 6, 6, 0, 0])
  assert.deepEqual(((await replica.plc.health()) as {replica: {primary: string; state: string}}).replica.state, 'live')
  assert.match(replica.metrics.render(), /^plc_replica_seq 6$/m)
  assert.match(replica.metrics.render(), /^plc_replica_live 1$/m)
})

test('a replica serves those who follow it in turn', {timeout: 20_000}, async context => {
  const primary = new TestPrimary(firstLines(3))
  const first = await testReplica(context, primary)
  await first.shows(({seq}) => seq === 3, 'the first has all')
  const second = await testReplica(context, {
    fetch: request => first.plc.fetch(request),
    subscribe: (request, signal) => first.plc.frames(request, signal),
  })
  await second.shows(({seq, state}) => seq === 3 && state === 'live', 'the second has all')
  primary.lines.push(lineOf(operation('new.test'), 4))
  await first.shows(({seq}) => seq === 4, 'the first has more')
  await until(async () => (await second.shown()).seq === 4, 'the second has it by the stream')
})

test('a replica reads a long log page by page, and goes on where it was', {timeout: 60_000}, async context => {
  const primary = new TestPrimary(firstLines(2_500))
  const replica = await testReplica(context, primary)
  const shown = await replica.shows(({seq, state}) => seq === 2_500 && state === 'live', 'all pages')
  assert.deepEqual([shown.operations, shown.findings], [2_500, 0])
  assert.deepEqual(primary.asked.slice(0, 3), [
    '/export?after=0&count=1000',
    '/export?after=1000&count=1000',
    '/export?after=2000&count=1000',
  ])
  const asked = primary.asked.length
  primary.lines.push(lineOf(operation('new.test'), 2_501))
  await replica.shows(({seq}) => seq === 2_501, 'what is new')
  assert.deepEqual([...new Set(primary.asked.slice(asked))].slice(0, 2), [
    '/export?after=2499&count=1',
    '/export?after=2500&count=1000',
  ])
  assert.equal((await linesOf(await replica.get('/export?after=2500'))).length, 1)
})

suite('what a replica is sent', () => {
  const first = operation('a.test')
  test('is refused with the address of the primary', async context => {
    const replica = await testReplica(context, new TestPrimary([]))
    const response = await replica.post(genesisDid(first), first)
    assert.equal(response.status, 403)
    assert.deepEqual(await response.json(), {
      message: `This is a read replica. Submit operations to ${primaryUrl}.`,
      primary: primaryUrl,
    })
  })

  test('is passed on where that is wanted, with the primary’s answer', async context => {
    const primary = await testDirectory(context)
    const replica = await testReplica(
      context,
      {fetch: request => primary.plc.fetch(request)},
      {PLC_REPLICA_WRITES: 'forward'},
    )
    const did = genesisDid(first)
    const taken = await replica.post(did, first)
    assert.deepEqual([taken.status, await taken.text()], [200, 'OK'])
    assert.equal((await primary.get(`/${did}`)).status, 200)
    const again = await replica.post(did, first)
    assert.deepEqual([again.status, await again.json()], [400, {message: 'Operations not correctly ordered'}])
    await replica.shows(({seq}) => seq === 1, 'it comes back')
    assert.equal((await replica.get(`/${did}`)).status, 200)
  })

  const answers: [name: string, answer: () => Promise<Response>, status: number, says: RegExp][] = [
    ['garbage', async () => new Response('<html>', {status: 500}), 500, /primary\.test answered 500/],
    ['a redirect', async () => new Response(null, {status: 302}), 502, /answered 302/],
    ['a message that is none', async () => Response.json({message: 7}, {status: 400}), 400, /answered 400/],
    ['too much', async () => new Response('x'.repeat(65_537), {status: 400}), 502, /more than 65536 bytes/],
    ['as much as it may', async () => new Response('x'.repeat(65_536), {status: 599}), 599, /answered 599/],
    ['a status that is none of a refusal', async () => new Response('', {status: 201}), 502, /answered 201/],
    ['nothing', () => Promise.reject(new Error('refused')), 502, /cannot be reached/],
  ]
  for (const [name, reply, status, says] of answers) {
    test(`and the primary answers with ${name}: ${status}`, async context => {
      const primary = new TestPrimary([])
      primary.instead = (_, request) => (request.method === 'POST' ? reply() : undefined)
      const replica = await testReplica(context, primary, {PLC_REPLICA_WRITES: 'forward'})
      const response = await replica.post(genesisDid(first), first)
      assert.equal(response.status, status)
      assert.match(((await response.json()) as {message: string}).message, says)
    })
  }
})

suite('a primary that lies', () => {
  const [a, b, c] = firstLines(3)
  const next = lineOf(operation('b.test', a.operation, weak), 4, 4, a.did)
  const last = lineOf(operation('c.test', next.operation, weak), 5, 5, a.did)
  /** [name, what it shows after a, b, c and `next` were taken over, the kinds that are found]. */
  const rows: [name: string, lines: (typeof a)[], kinds: string[]][] = [
    [
      'takes what an outsider signed',
      [a, b, c, next, lineOf(operation('x.test', next.operation, outsider), 5, 5, a.did)],
      ['refused'],
    ],
    [
      'takes a recovery that is too late',
      [a, b, c, next, lineOf(operation('x.test', a.operation), 5, 73 * 3_600_000, a.did)],
      ['refused'],
    ],
    [
      'has another operation in the place of one',
      [a, b, c, lineOf(operation('x.test', a.operation, weak), 4, 4, a.did), lineOf(operation('y.test'), 5)],
      ['refused', 'rewound', 'vanished'],
    ],
    [
      'goes on from what it never had',
      [a, b, c, next, lineOf(operation('y.test', operation('x.test', next.operation)), 5, 5, a.did)],
      ['refused'],
    ],
    ['gives a wrong CID', [a, b, c, next, {...last, cid: b.cid}], ['wrong-cid']],
    [
      'gives an operation anew, with another time',
      [a, b, c, next, {...next, seq: 5, createdAt: last.createdAt}],
      ['changed'],
    ],
    ['has lost its end', [a, b], ['rewound']],
    ['has lost all', [], ['rewound']],
  ]
  for (const [name, lines, kinds] of rows) {
    test(`${name}: ${kinds.join(', ')}`, {timeout: 20_000}, async context => {
      const primary = new TestPrimary([a, b, c, next])
      const replica = await testReplica(context, primary)
      await replica.shows(({seq, state}) => seq === 4 && state === 'live', 'the truth')
      primary.lines = lines
      const found = await replica.shows(({findings}) => findings >= kinds.length, 'the lie')
      assert.deepEqual([...new Set(found.newestFindings.map(({kind}) => kind))].toSorted(), kinds)
      const loud = replica.log.filter(({level}) => level === 'error')
      assert.ok(loud.length > 0 && loud.every(({message}) => /REWRITTEN HISTORY/.test(message)))
      assert.match(replica.metrics.render(), new RegExp(`plc_replica_findings_total\\{kind="${kinds[0]}"\\} [1-9]`))
      // What was verified stands, and what is new goes on to be taken over.
      assert.deepEqual(await replica.json(`/${a.did}/log`), [a.operation, next.operation])
      const fresh = lineOf(operation('fresh.test'), 6)
      primary.lines = [...lines, fresh]
      await until(async () => {
        await replica.time.pass(5_000)
        return (await replica.get(`/${fresh.did}`)).status === 200
      }, 'what is new')
    })
  }

  test('has lost its end: what is left is found, however much that is', {timeout: 30_000}, async context => {
    const lines = firstLines(20)
    const primary = new TestPrimary(lines)
    const replica = await testReplica(context, primary)
    for (const left of [19, 18, 17, 10, 3, 2, 1, 0]) {
      primary.lines = lines
      await replica.shows(({seq, state}) => seq === 20 && state === 'live', 'all')
      primary.lines = lines.slice(0, left)
      const {newestFindings} = await replica.shows(({newestFindings: [found]}) => {
        return found?.detail.includes(`the newest is at ${left}:`)
      }, `${left} are left`)
      assert.match(newestFindings[0].detail, new RegExp(`at 20 is gone .* reading on from ${left}$`))
      primary.lines = [...lines.slice(0, left), lineOf(operation(`${left}.test`), 30, 30)]
      await replica.shows(({seq}) => seq === 30, 'what came after')
      primary.lines = lines.slice(0, left)
      await replica.shows(({seq}) => seq < 30, 'back')
    }
  })

  test('goes on from the newest that is known here, however far back', {timeout: 30_000}, async context => {
    const lines = firstLines(100)
    const others = Array.from({length: 40}, (_, i) => lineOf(operation(`other${i}.test`), 61 + i))
    const primary = new TestPrimary(lines)
    const replica = await testReplica(context, primary)
    await replica.shows(({seq, state}) => seq === 100 && state === 'live', 'all')
    primary.lines = [...lines.slice(0, 60), ...others]
    const {newestFindings} = await replica.shows(({findings}) => findings > 0, 'that they are others')
    assert.match(newestFindings[0].detail, /the newest is at 100: reading on from 37$/)
    await until(async () => {
      await replica.time.pass(5_000)
      return (await replica.get(`/${others[39].did}`)).status === 200
    }, 'the others')
    assert.equal((await linesOf(await replica.get('/export?after=0'))).length, 140)
  })

  test('is not said to have lost what it still has, though that was refused', {timeout: 20_000}, async context => {
    const refused = lineOf(operation('x.test', a.operation, outsider), 2, 2, a.did)
    const unread = {seq: 3, cid: 7} as unknown as typeof a
    for (const lines of [
      [a, refused],
      [a, unread],
      [a, {...refused, cid: 'x'.repeat(5_000)}],
    ]) {
      const replica = await testReplica(context, new TestPrimary(lines))
      await replica.shows(({seq, state}) => seq === lines[1].seq && state === 'live', 'both')
      for (let i = 0; i < 10; i++) await replica.time.pass(5_000)
      const {newestFindings} = await replica.shown()
      assert.equal(newestFindings.length, 1)
      assert.notEqual(newestFindings[0].kind, 'rewound')
    }
  })

  test('has numbered all anew: it is read again, and nothing comes twice', {timeout: 20_000}, async context => {
    const primary = new TestPrimary([a, b, c].map(line => ({...line, seq: line.seq + 1_000})))
    const replica = await testReplica(context, primary)
    await replica.shows(({seq, state}) => seq === 1_003 && state === 'live', 'the truth')
    primary.lines = [a, b, c, next]
    await replica.shows(({seq, state}) => seq === 4 && state === 'live', 'on from the newest that is known')
    assert.deepEqual(
      (await linesOf(await replica.get('/export?after=0'))).map(({seq, cid}) => [seq, cid]),
      [a, b, c, next].map(({cid}, i) => [1_001 + i, cid]),
    )
  })

  test('without end is told of so many times a minute, and counted', {timeout: 20_000}, async context => {
    const lies = Array.from({length: 60}, (_, i) => ({...a, seq: i + 2, createdAt: new Date(1e12 + i).toISOString()}))
    const replica = await testReplica(context, new TestPrimary([a, ...lies]))
    const shown = await replica.shows(({seq}) => seq === 61, 'all lies')
    assert.deepEqual([shown.findings, shown.newestFindings[0].count], [1, 60])
    assert.equal(replica.log.filter(({level}) => level === 'error').length, 20)
    assert.match(replica.metrics.render(), /plc_replica_findings_total\{kind="changed"\} 60/)
  })

  test('about many is told of by the newest fifty', {timeout: 20_000}, async context => {
    const lines = firstLines(55).map((line, i, all) => ({...line, did: all[(i + 1) % all.length].did}))
    const primary = new TestPrimary(lines)
    const replica = await testReplica(context, primary)
    const shown = await replica.shows(({seq}) => seq === 55, 'all lies')
    assert.deepEqual([shown.findings, shown.newestFindings.length], [55, 50])
    assert.equal(primary.asked.filter(path => path.endsWith('/log/audit')).length, 10)
  })

  const histories: [name: string, did: string][] = [
    ['an object that is no text', '{"toString":1,"valueOf":1}'],
    ['lists within lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['null', 'null'],
  ]
  for (const [name, did] of histories) {
    test(`about whose history an entry is of ${name}: it goes on`, {timeout: 20_000}, async context => {
      const lie = lineOf(operation('x.test', a.operation, outsider), 2, 2, a.did)
      const primary = new TestPrimary([a, lie, {...b, seq: 3}])
      const history = JSON.stringify([{...a, did: '?'}]).replace('"?"', did)
      primary.instead = path => (path.includes('/log/audit') ? new Response(history) : undefined)
      const replica = await testReplica(context, primary)
      const {newestFindings} = await replica.shows(({seq}) => seq === 3, 'goes on')
      assert.match(newestFindings[0].detail, /an entry of something else in the log/)
    })
  }

  test('with a line longer than any operation does not have it read', {timeout: 20_000}, async context => {
    const primary = new TestPrimary([])
    const long = `${'['.repeat(150_000)}${']'.repeat(150_000)}\n${JSON.stringify(a)}`
    primary.instead = path => (path.startsWith('/export?after=0') ? new Response(long) : undefined)
    const replica = await testReplica(context, primary)
    const {newestFindings} = await replica.shows(({seq, findings}) => seq === 1 && findings > 0, 'goes on')
    assert.equal(newestFindings[0].detail, 'no operation: no JSON')
  })

  test('that leads elsewhere is not followed there', {timeout: 20_000}, async context => {
    const world = nodeWorld({userAgent: 'test'})
    context.after(() => world.close())
    const paths: (string | undefined)[] = []
    const server = createServer(({url}, answer) => {
      paths.push(url)
      answer.writeHead(302, {location: '/secret'}).end()
    }).listen(0, '127.0.0.1')
    context.after(() => server.close())
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    const replica = await testReplica(context, world, {PLC_UPSTREAM: url, PLC_REPLICA_WRITES: 'forward'})
    await until(() => replica.metrics.render().includes('plc_replica_faults_total{reason="refused"}'), 'is counted')
    assert.equal((await replica.post(a.did, a.operation)).status, 502)
    assert.ok(paths.length > 1 && !paths.includes('/secret'))
  })

  test('that cannot be asked for a history is believed no more for it', {timeout: 20_000}, async context => {
    const primary = new TestPrimary([
      a,
      lineOf(operation('x.test', a.operation, outsider), 2, 2, a.did),
      {...b, seq: 3},
    ])
    primary.instead = path => (path.includes('/log/audit') ? new Response('', {status: 500}) : undefined)
    const replica = await testReplica(context, primary)
    const shown = await replica.shows(({seq}) => seq === 3, 'goes on')
    assert.deepEqual(
      shown.newestFindings.map(({kind}) => kind),
      ['refused'],
    )
    assert.match(replica.metrics.render(), /plc_replica_faults_total\{reason="refused"\} 1/)
  })
})

const endless = (): Response => {
  const chunk = new Uint8Array(2 ** 20).fill(0x20)
  return new Response(new ReadableStream({pull: controller => controller.enqueue(chunk)}))
}

async function* largest(): AsyncGenerator<string> {
  yield 'x'.repeat(262_144)
}

suite('a primary that is not well', () => {
  const rows: [name: string, answer: (request: Request) => Response | Promise<Response>, reason: string][] = [
    ['answers 500', () => new Response('oops', {status: 500}), 'refused'],
    ['answers 429', () => new Response('', {status: 429}), 'refused'],
    ['cannot be reached', () => Promise.reject(new Error('ECONNREFUSED')), 'unreachable'],
    ['sends no text', () => new Response(Uint8Array.of(0xff)), 'garbage'],
    ['sends a line without end', endless, 'too-big'],
    ['sends more lines than asked for', () => new Response('{}\n'.repeat(1_001)), 'garbage'],
    ['sends a page of garbage', () => new Response('{}\n'.repeat(1_000)), 'no-progress'],
    ['stalls', () => new Promise(() => {}), 'too-slow'],
    ['stalls in the middle', () => new Response(new ReadableStream({pull: () => new Promise(() => {})})), 'too-slow'],
    [
      'breaks off',
      () => new Response(new ReadableStream({pull: controller => controller.error(new Error('cut'))})),
      'unreachable',
    ],
  ]
  for (const [name, reply, reason] of rows) {
    test(`${name}: it is asked again, ever more seldom, until it is well`, {timeout: 20_000}, async context => {
      const primary = new TestPrimary(firstLines(2))
      primary.instead = (_, request) => reply(request)
      const replica = await testReplica(context, primary)
      await replica.shows(({state}) => state === 'waiting', 'waits')
      await until(() => replica.metrics.render().includes(`plc_replica_faults_total{reason="${reason}"}`), 'is counted')
      assert.equal(replica.log.filter(({level, fields}) => level === 'warn' && 'primary' in fields).length, 1)
      const asked = primary.asked.length
      for (let seconds = 0; seconds < 300; seconds += 10) await replica.time.pass(10_000)
      const often = primary.asked.length - asked
      assert.ok(often >= 1 && often < 25, `${often} times in five minutes`)
      primary.instead = undefined
      const shown = await replica.shows(({state}) => state === 'live', 'goes on')
      assert.equal(shown.seq, 2)
    })
  }

  test(
    'has a stream that says why it ends: the export is read, and the stream again',
    {timeout: 20_000},
    async context => {
      const primary = await testDirectory(context)
      let streams = 0
      const replica = await testReplica(context, {
        fetch: request => primary.plc.fetch(request),
        subscribe: (request, signal) => {
          const past = streams++ === 0 ? new Request(request.url.replace(/cursor=\d+/, 'cursor=99')) : request
          return primary.plc.frames(past, signal)
        },
      })
      await replica.shows(() => streams > 1, 'comes again')
      const did = await primary.take(operation('a.test'))
      await until(async () => (await replica.get(`/${did}`)).status === 200, 'by the second stream')
      assert.ok(replica.log.some(({fields}) => fields.reason === 'FutureCursor'))
    },
  )

  const frames: [name: string, frames: () => AsyncIterable<string | Uint8Array>, reason: string][] = [
    [
      'breaks',
      async function* () {
        yield 'x'
        throw new Error('1006')
      },
      'unreachable',
    ],
    [
      'sends a frame that is too large',
      async function* () {
        yield 'x'.repeat(262_145)
      },
      'too-big',
    ],
  ]
  for (const [name, broken, reason] of frames) {
    test(`has a stream that ${name}`, {timeout: 20_000}, async context => {
      const primary = new TestPrimary(firstLines(1))
      let streams = 0
      const subscribe: World['subscribe'] = async () => (streams++ === 0 ? broken() : new Response(null, {status: 404}))
      const replica = await testReplica(context, {fetch: primary.fetch, subscribe})
      await replica.shows(() => streams > 1, 'comes again')
      assert.ok(replica.metrics.render().includes(`plc_replica_faults_total{reason="${reason}"} 1`))
    })
  }

  test('has a stream with a frame as large as one may be', {timeout: 20_000}, async context => {
    const primary = new TestPrimary(firstLines(1))
    const replica = await testReplica(context, {fetch: primary.fetch, subscribe: async () => largest()})
    await replica.shows(({findings}) => findings > 0, 'it is read')
    assert.doesNotMatch(replica.metrics.render(), /plc_replica_faults_total\{/)
  })

  test('has a stream that cannot be reached, or on which nothing comes', {timeout: 20_000}, async context => {
    const primary = new TestPrimary(firstLines(1))
    let streams = 0
    const subscribe: World['subscribe'] = async (_, signal) => {
      if (streams++ === 0) throw new Error('ECONNREFUSED')
      return (async function* () {
        yield []
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      })()
    }
    const replica = await testReplica(context, {fetch: primary.fetch, subscribe})
    await replica.shows(() => streams === 2, 'a stream on which nothing comes')
    primary.lines.push(lineOf(operation('b.test'), 2))
    for (let i = 0; i < 12; i++) await replica.time.pass(9_000)
    assert.equal((await replica.shown()).seq, 1)
    await replica.shows(({seq}) => seq === 2, 'a look whether there is something')
    assert.ok(streams >= 2)
  })

  test('sends frames of bytes, and garbage between them', {timeout: 20_000}, async context => {
    const primary = new TestPrimary([])
    const [line] = firstLines(1)
    const next = lineOf(operation('b.test', line.operation), 2, 2, line.did)
    const subscribe: World['subscribe'] = async (_, signal) =>
      (async function* () {
        yield ['{', new TextEncoder().encode(JSON.stringify(line)), Uint8Array.of(0xff), JSON.stringify(next)]
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      })()
    const replica = await testReplica(context, {fetch: primary.fetch, subscribe})
    const shown = await replica.shows(({seq}) => seq === 2, 'the good ones, in their order')
    assert.deepEqual(
      shown.newestFindings.map(({kind, count}) => [kind, count]),
      [['unreadable', 2]],
    )
  })
})

suite('the recheck', () => {
  test('goes through all again, and finds what was taken back in silence', {timeout: 20_000}, async context => {
    const lines = firstLines(4)
    const primary = new TestPrimary(lines)
    const replica = await testReplica(context, primary, {PLC_RECHECK: '10s'})
    await replica.shows(({seq, state}) => seq === 4 && state === 'live', 'the truth')
    await replica.time.pass(60_000)
    assert.equal((await replica.shown()).findings, 0)
    primary.lines = lines.filter((_, i) => i !== 1)
    const shown = await replica.shows(({findings}) => findings > 0, 'that one is gone')
    assert.deepEqual([shown.newestFindings[0].kind, shown.newestFindings[0].did], ['vanished', lines[1].did])
    assert.equal((await replica.get(`/${lines[1].did}`)).status, 200)
  })

  test('rests while the primary does not answer, and where it is not wanted', {timeout: 20_000}, async context => {
    const primary = new TestPrimary(firstLines(1))
    const replica = await testReplica(context, primary, {PLC_RECHECK: '10s'})
    await replica.shows(({state}) => state === 'live', 'live')
    primary.instead = path => (path.startsWith('/export?count=') ? new Response('', {status: 503}) : undefined)
    await until(async () => {
      await replica.time.pass(10_000)
      return replica.metrics.render().includes('plc_replica_faults_total{reason="refused"}')
    }, 'a fault is counted')
    const never = await testReplica(context, new TestPrimary(firstLines(1)))
    await never.shows(({state}) => state === 'live', 'live')
    await never.time.pass(600_000)
  })
})
