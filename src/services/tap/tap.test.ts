/** A Tap as it is asked and followed: its API, what it fetches, and consumers and servers that do not behave. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Refused} from '#runtime/strangers/guard.ts'
import {Farewell} from '#std/wire/frames.ts'
import {realWorld} from '#std/world.ts'
import {Hosted, openTestTap, post, time} from '../../../test/tap-service.ts'
import type {TapEvent} from '../../../test/tap-stores.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {until} from '../../../test/until.ts'

const short = (told: readonly TapEvent[]): string[] =>
  told.map(({record, identity, repo}) =>
    record
      ? `${record.live ? 'live ' : ''}${record.action} ${record.rkey}`
      : identity
        ? `identity ${identity.handle} ${identity.status}`
        : `repo ${repo?.state}`,
  )

type Opened = Awaited<ReturnType<typeof openTestTap>>
type Consumer = Extract<Awaited<ReturnType<Opened['connect']>>, {ack: unknown}>

const consumerOf = async ({connect}: Opened): Promise<Consumer> => {
  const consumer = await connect()
  assert.ok('ack' in consumer)
  return consumer
}

const stateOf = async ({call}: Opened, {did}: Hosted) => (await call('GET', `/info/${did}`)).body.state

suite('what a Tap tells', {timeout: 60_000}, () => {
  test('the identity, the records, then what happens, each once it is acknowledged', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one', b: 'two'})
    const tap = await openTestTap(context, [alice])
    const reader = await consumerOf(tap)
    await tap.add(alice.did)
    await until(() => reader.told.length === 3, 'all that is there')
    assert.deepEqual(short(reader.told).toSorted(), ['create a', 'create b', 'identity alice.test active'])
    const [{record}] = reader.told.filter(({record}) => record?.rkey === 'a')
    assert.deepEqual(Object.keys(record ?? {}), ['live', 'did', 'rev', 'collection', 'rkey', 'action', 'record', 'cid'])
    assert.deepEqual(record?.record, {text: 'one', $type: post})
    tap.stream.push(alice.write({c: 'three'}), alice.write({c: null}))
    await until(async () => (await tap.call('GET', '/stats/outbox-buffer')).body.outbox_buffer === 5, 'all is made')
    assert.equal(reader.told.length, 3)
    reader.ack(...reader.told.map(({id}) => id))
    await until(() => reader.told.length === 4, 'the next one')
    assert.deepEqual(short(reader.told.slice(3)), ['live create c'])
    reader.ack(reader.told[3].id)
    await until(() => reader.told.length === 5, 'the last one')
    reader.send(JSON.stringify({type: 'ack', ids: [reader.told[4].id]}))
    await until(async () => (await tap.call('GET', '/stats/outbox-buffer')).body.outbox_buffer === 0, 'nothing waits')
  })

  test('how each repository gets on, where that is asked for, and each is tried again', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one'})
    const tap = await openTestTap(context, [alice], {
      env: {TAP_STATUS_EVENTS: 'true', TAP_DISABLE_ACKS: 'true'},
      answers: {
        'com.atproto.sync.getRepo': () => Response.json({error: 'RepoDeactivated', message: 'asleep'}, {status: 400}),
      },
    })
    const reader = await consumerOf(tap)
    await tap.add(alice.did)
    const failed = await until(() => reader.told.find(({repo}) => repo), 'the error is told')
    assert.deepEqual(failed.repo, {
      did: alice.did,
      state: 'error',
      status: 'active',
      rev: '',
      error: 'asleep',
      retries: 1,
    })
    const {body} = await tap.call('GET', `/info/${alice.did}`)
    assert.deepEqual([body.state, body.error, body.retries], ['error', 'asleep', 1])
    assert.match(tap.metrics.render(), /^tap_resyncs_failed_total 1$/m)
  })

  test('what is known of an account outlasts an event of it while the directory is away, and who waits is shown', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one'})
    let [isAway, asks] = [false, 0]
    const directory = () => {
      asks++
      return isAway ? new Response('<html>') : undefined
    }
    const tap = await openTestTap(context, [alice], {env: {TAP_DISABLE_ACKS: 'true'}, directory})
    const reader = await consumerOf(tap)
    await tap.add(alice.did)
    await until(() => reader.told.length === 2, 'what is there')
    isAway = true
    const before = asks
    tap.stream.push({t: '#identity', seq: 0, did: alice.did, time})
    await until(() => asks > before, 'it is asked for in vain')
    await until(async () => (await tap.call('GET', `/resolve/${alice.did}`)).body.id === alice.did, 'what was known')
    assert.match(tap.metrics.render(), /^directory_waiting_accounts\{service="tap"\} 0$/m)
  })

  test('one that waits for the directory says so, and is fetched once that answers', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one'})
    let isAway = true
    const tap = await openTestTap(context, [alice], {directory: () => (isAway ? new Response('<html>') : undefined)})
    await tap.add(alice.did)
    const info = async () => (await tap.call('GET', `/info/${alice.did}`)).body
    await until(async () => /PLC directory does not answer/.test(String((await info()).error)), 'why it waits is said')
    const [listed] = (await tap.call('GET', '/repos')).body.repos as {error: string}[]
    assert.match(listed.error, /PLC directory does not answer/)
    isAway = false
    await until(async () => (await info()).state === 'active', 'it is fetched')
    assert.equal((await info()).error, '')
  })

  test('a server of this machine that is not asked names the setting', async context => {
    const alice = new Hosted('alice')
    const answers = {
      'com.atproto.sync.getRepo': () => {
        throw new Refused('private-address', 'localhost is not a public address.')
      },
    }
    const tap = await openTestTap(context, [alice], {answers})
    await tap.add(alice.did)
    const error = async () => String((await tap.call('GET', `/info/${alice.did}`)).body.error)
    await until(async () => (await error()).includes('only with TAP_LOCAL_HOSTS=true'), 'it says why')
  })

  test('health says how far it is, also before the first event of a start, and that a stream of this process is there', async context => {
    const alice = new Hosted('alice')
    const env = {TAP_DATABASE_URL: `sqlite:${temporaryFolder('tap-health')}/tap.sqlite`, TAP_CURSOR_SAVE_INTERVAL: '0s'}
    const first = await openTestTap(context, [alice], {env})
    await first.add(alice.did)
    first.stream.push(alice.write({a: 'one'}))
    const cursorAt = async ({tap}: typeof first) => ((await tap.health()) as {cursor: number | null}).cursor
    await until(async () => (await cursorAt(first)) === 1, 'it has dealt with it')
    await first.tap.stop()
    const again = await openTestTap(context, [alice], {env})
    assert.deepEqual(await again.tap.health(), {cursor: 1, connected: true, outbox: 2})
  })

  test('an account that comes back is fetched again', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one'})
    const tap = await openTestTap(context, [alice], {env: {TAP_DISABLE_ACKS: 'true'}})
    const reader = await consumerOf(tap)
    await tap.add(alice.did)
    await until(() => reader.told.length === 2, 'what is there')
    alice.write({b: 'unseen'})
    const account = {t: '#account', seq: 0, did: alice.did, time} as const
    tap.stream.push({...account, active: false, status: 'deactivated'}, {...account, active: true})
    await until(() => short(reader.told).includes('create b'), 'what was written meanwhile')
    assert.deepEqual(short(reader.told.slice(2)), [
      'identity alice.test deactivated',
      'identity alice.test active',
      'create b',
    ])
  })

  test('an edit of a repository that was missed is told once it is fetched, and deletions too', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one', b: 'two'})
    const tap = await openTestTap(context, [alice], {env: {TAP_DISABLE_ACKS: 'true'}})
    const reader = await consumerOf(tap)
    await tap.add(alice.did)
    await until(() => reader.told.length === 3, 'what is there')
    alice.write({a: null, b: 'edited'})
    tap.stream.push(alice.write({c: 'three'}))
    await until(() => reader.told.length === 6, 'what was missed')
    assert.deepEqual(short(reader.told.slice(3)).toSorted(), ['create c', 'delete a', 'update b'])
  })

  test('of a signal whoever has a record of it, as the relay lists them', async context => {
    const [alice, bob] = [new Hosted('alice'), new Hosted('bobby', 2)]
    alice.write({a: 'one'})
    bob.write({b: 'two'})
    const lists: string[] = []
    const tap = await openTestTap(context, [alice, bob], {
      env: {TAP_SIGNAL_COLLECTION: post, TAP_DISABLE_ACKS: 'true'},
      answers: {
        'com.atproto.sync.listReposByCollection'(params) {
          lists.push(`${params.get('collection')} ${params.get('cursor')}`)
          const isFirst = !params.has('cursor')
          return Response.json({repos: [{did: (isFirst ? alice : bob).did}], ...(isFirst && {cursor: 'more'})})
        },
      },
    })
    const reader = await consumerOf(tap)
    await until(() => reader.told.filter(({record}) => record).length === 2, 'both are told of')
    assert.deepEqual(lists, [`${post} null`, `${post} more`])
    const {body} = await tap.call('GET', '/stats/cursors')
    assert.equal(body.list_repos, '')
    assert.match(tap.metrics.render(), /^tap_crawler_repos_discovered_total 2$/m)
  })

  test('of a signal whose relay has no index, whoever says of himself that he has one', async context => {
    const [alice, bob] = [new Hosted('alice'), new Hosted('bobby', 2)]
    alice.write({a: 'one'})
    bob.write({b: 'two'})
    const tap = await openTestTap(context, [alice, bob], {
      env: {TAP_SIGNAL_COLLECTION: post},
      answers: {
        'com.atproto.sync.listRepos': () =>
          Response.json({
            repos: [alice, bob].map(({did, rev}) => ({
              did,
              rev,
              active: true,
              head: someHead,
            })),
          }),
        'com.atproto.repo.describeRepo': params =>
          Response.json({
            did: params.get('repo'),
            handle: 'handle.invalid',
            didDoc: {},
            handleIsCorrect: false,
            collections: params.get('repo') === bob.did ? [post] : [],
          }),
      },
    })
    await until(async () => (await stateOf(tap, bob)) === 'active', 'one is followed')
    assert.equal((await tap.call('GET', `/info/${alice.did}`)).status, 404)
  })

  test('of the whole network, where that is asked for at run time', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one'})
    const tap = await openTestTap(context, [alice], {
      answers: {
        'com.atproto.sync.listRepos': () =>
          Response.json({repos: [{did: alice.did, rev: alice.rev, active: true, head: someHead}]}),
      },
    })
    assert.equal((await tap.call('PUT', '/filters', {fullNetwork: true})).status, 200)
    await until(async () => (await stateOf(tap, alice)) === 'active', 'she is followed')
  })
})

// A listing must give a head, and a Tap makes no use of it.
const someHead = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'

suite('consumers of a Tap that do not behave', {timeout: 60_000}, () => {
  for (const [what, message] of [
    ['garbage', 'ack 1'],
    ['no object', '[1]'],
    ['a message without a type', '{"id":1}'],
    ['an acknowledgement of nothing', '{"type":"ack"}'],
    ['of what is no number', '{"type":"ack","id":"1"}'],
    ['of too many', JSON.stringify({type: 'ack', ids: Array.from({length: 1_001}, () => 1)})],
    ['bytes that are no text', Uint8Array.of(0xff)],
  ] as const) {
    test(`who sends ${what} is told to go, and what he had goes to the next`, async context => {
      const alice = new Hosted('alice')
      alice.write({a: 'one'})
      const tap = await openTestTap(context, [alice])
      const reader = await consumerOf(tap)
      await tap.add(alice.did)
      await until(() => reader.told.length === 2, 'what is there')
      reader.send(message)
      await until(() => reader.ended, 'the connection is closed')
      assert.ok(reader.ended instanceof Farewell)
      const next = await consumerOf(tap)
      await until(() => next.told.length === 2, 'the next has it')
    })
  }

  test('messages of other types and acknowledgements of anything are passed over', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one'})
    const tap = await openTestTap(context, [alice])
    const reader = await consumerOf(tap)
    reader.send('{"type":"hello","id":1}')
    reader.ack(0, 1, 2, 3, Number.MAX_SAFE_INTEGER)
    await tap.add(alice.did)
    await until(() => reader.told.length === 2, 'what is there')
    assert.equal(reader.ended, undefined)
  })

  test('a page of another site may not listen, and there is one stream', async context => {
    const {tap} = await openTestTap(context, [])
    const nothing = (async function* () {})()
    const statusOf = async (path: string, headers: Record<string, string>): Promise<number> => {
      const frames = await tap.frames(
        new Request(`http://localhost:2480${path}`, {headers}),
        AbortSignal.abort(),
        nothing,
      )
      return frames instanceof Response ? frames.status : 101
    }
    assert.deepEqual(
      [
        await statusOf('/channel', {origin: 'https://evil.example'}),
        await statusOf('/channel', {origin: 'null'}),
        await statusOf('/channel', {origin: 'http://localhost:2480'}),
        await statusOf('/stream', {}),
      ],
      [403, 403, 101, 404],
    )
  })
})

const car = (bytes: Uint8Array<ArrayBuffer>): Response =>
  new Response(bytes, {headers: {'content-type': 'application/vnd.ipld.car'}})

/** Its export has the record once, and much of each path. */
function repeating(account: Hosted): Hosted {
  const large = 'x'.repeat(950_000)
  account.write({'0': large})
  account.write(Object.fromEntries(Array.from({length: 80}, (_, at) => [`at-${at}`, large])))
  return account
}

suite('servers that do not behave', {timeout: 60_000}, () => {
  for (const [what, answer, said] of [
    ['answers with garbage', () => car(new Uint8Array(100)), /^cbor-/],
    ['breaks off', (alice: Hosted) => car(alice.export().slice(0, -40)), /car-truncated|missing-block/],
    ['sends another’s repository', (_: Hosted, bob: Hosted) => car(bob.export()), /^wrong-did/],
    ['says that there is none', () => undefined, /not there/],
    ['fails', () => new Response('oops', {status: 500}), /500/],
    ['has one large record under many paths', (alice: Hosted) => car(repeating(alice).export()), /repeated too often/],
  ] as const) {
    test(`one that ${what} is told of, nothing of it is believed, and it is asked again later`, async context => {
      const [alice, bob] = [new Hosted('alice'), new Hosted('bobby', 2)]
      alice.write({a: 'one', b: 'two'})
      bob.write({b: 'two'})
      const tap = await openTestTap(context, [alice, bob], {
        answers: {'com.atproto.sync.getRepo': () => answer(alice, bob)},
      })
      await tap.add(alice.did)
      await until(async () => (await stateOf(tap, alice)) === 'error', 'it has failed')
      const {body} = await tap.call('GET', `/info/${alice.did}`)
      assert.match(String(body.error), said)
      assert.deepEqual([body.rev, body.records, body.retries], ['', 0, 1])
    })
  }

  test('one that was asked too often is left alone for as long as it says, and nothing is held against the account', async context => {
    const [alice, bob] = [new Hosted('alice'), new Hosted('bobby', 2)]
    alice.write({a: 'one'})
    bob.write({b: 'two'})
    let isBusy = true
    const askedMs: number[] = []
    const tap = await openTestTap(context, [alice, bob], {
      sleep: realWorld.sleep,
      answers: {
        'com.atproto.sync.getRepo': params => {
          askedMs.push(performance.now())
          return isBusy
            ? new Response('', {status: 429, headers: {'retry-after': '1'}})
            : car((params.get('did') === bob.did ? bob : alice).export())
        },
      },
    })
    await tap.add(alice.did)
    await until(() => tap.asked.includes('com.atproto.sync.getRepo'), 'it was asked')
    isBusy = false
    await tap.add(bob.did)
    await until(async () => (await stateOf(tap, bob)) === 'active', 'it may be asked again')
    await until(async () => (await stateOf(tap, alice)) === 'active', 'for both')
    assert.ok(askedMs[1] - askedMs[0] > 990, `${askedMs[1] - askedMs[0]} ms`)
    assert.equal(askedMs.length, 3)
    assert.equal((await tap.call('GET', `/info/${alice.did}`)).body.retries, 0)
  })

  test('one that signs with another key is not believed', async context => {
    const [alice, other] = [new Hosted('alice'), new Hosted('alice', 2)]
    alice.write({a: 'one'})
    other.write({a: 'forged'})
    const tap = await openTestTap(context, [alice], {
      answers: {'com.atproto.sync.getRepo': () => car(other.export())},
    })
    await tap.add(alice.did)
    await until(async () => (await stateOf(tap, alice)) === 'error', 'it has failed')
    assert.match(String((await tap.call('GET', `/info/${alice.did}`)).body.error), /^bad-signature/)
  })
})
