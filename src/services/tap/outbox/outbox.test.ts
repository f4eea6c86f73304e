/** Who is given which events and when: order for each account, at least once, bounds, and consumers that do not behave. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {openSql} from '#engines/open.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {eventsOf} from '../../../../test/tap-stores.ts'
import {until} from '../../../../test/until.ts'
import {SqliteOutboxStore} from '../store/outbox-store.sqlite.ts'
import {Pages} from '../store/pages.ts'
import {tapMigrations} from '../store/schema.ts'
import {type Consumer, Outbox} from './outbox.ts'

const retryMs = 60_000
const many = [10_000, 2 ** 24] as const

interface Options {
  capacity?: number
  keeps?: boolean
  /** Waited for when pages were read, before they are handed out. */
  found?: (count: number) => Promise<void>
  /** Whether the disk has no room for what was acknowledged. */
  isFull?: () => boolean
}

async function opened(context: TestContext, {capacity = 1_000, keeps = false, found, isFull}: Options = {}) {
  const sql = openSql('memory:', {migrations: tapMigrations})
  const clock = new HandClock(1_000_000)
  const stop = new AbortController()
  const pages = new Pages({now: () => clock.now()}, () => {})
  const counted = {delivered: 0, acked: 0}
  const store = new SqliteOutboxStore(sql)
  const {waiting, acknowledge} = store
  store.acknowledge = (...ids) => (isFull?.() ? Promise.reject(new OutOfSpace()) : acknowledge.apply(store, ids))
  store.waiting = async (...query) => {
    const pages = await waiting.apply(store, query)
    await found?.(pages.length)
    return pages
  }
  const open = (): Outbox =>
    new Outbox({
      store,
      world: clock,
      capacity,
      retryMs,
      keeps,
      delivered: count => void (counted.delivered += count),
      acked: count => void (counted.acked += count),
    })
  const outbox = open()
  const running = outbox.run(stop.signal).catch(() => {})
  context.after(async () => {
    stop.abort()
    await running
    await sql.close()
  })
  /** So many changes of an account: each of what is live is a commit of its own. */
  const make = async (did: string, rkeys: string, isLive: boolean): Promise<void> => {
    const changes = rkeys.split('').map(rkey => ({collection: 'a.b.c', rkey, action: 'delete'}) as const)
    const some = isLive ? changes.map(change => [change]) : [changes]
    await sql.write(tx => {
      for (const each of some) pages.putChanges(tx, did, 'rev', isLive, each)
    })
    await outbox.written()
    await loaded()
  }
  const loaded = (): Promise<unknown> => until(() => outbox.inMemory === outbox.waiting, 'what waits is in memory')
  const take = (consumer: Consumer, count: number = many[0]): string[] =>
    outbox
      .give(consumer, count, many[1])
      .flatMap(({parcel: {page}, from, to}) => eventsOf([page]).slice(from, to))
      .map(({id, record}) => `${id} ${record?.did.at(-1)}${record?.rkey}`)
  const ack = (consumer: Consumer, ...ids: number[]): void => ids.forEach(id => outbox.acknowledge(consumer, id))
  return {outbox, clock, sql, make, take, ack, counted, loaded, stop, running}
}

suite('the outbox', {timeout: 20_000}, () => {
  test('after a full disk each event is loaded once, as before', async context => {
    let isFull = false
    const {outbox, make, take, ack, clock, stop, running} = await opened(context, {isFull: () => isFull})
    const reader = outbox.enter('reader')
    await make('did:a', 'h', true)
    assert.deepEqual(take(reader), ['1 ah'])
    ack(reader, 1)
    isFull = true
    await clock.pass(200)
    await running
    isFull = false
    const again = outbox.run(stop.signal).catch(() => {})
    await make('did:a', 'ij', true)
    for (const event of ['2 ai', '3 aj']) {
      assert.deepEqual(take(reader), [event])
      ack(reader, Number(event[0]))
    }
    assert.deepEqual([outbox.waiting, outbox.inMemory], [0, 0])
    stop.abort()
    await again
  })

  test('what is live waits for all before it of its account, and all after it wait for that', async context => {
    const {outbox, make, take, ack} = await opened(context)
    const reader = outbox.enter('reader')
    await make('did:a', 'hi', false)
    await make('did:a', 'lm', true)
    await make('did:a', 'jk', false)
    await make('did:b', 'l', true)
    assert.deepEqual(take(reader), ['1 ah', '2 ai', '7 bl'])
    ack(reader, 2)
    assert.deepEqual(take(reader), [])
    ack(reader, 1)
    assert.deepEqual(take(reader), ['3 al'])
    assert.deepEqual(take(reader), [])
    ack(reader, 3)
    assert.deepEqual(take(reader), ['4 am'])
    ack(reader, 4)
    assert.deepEqual(take(reader), ['5 aj', '6 ak'])
  })

  test('several consumers share what there is, and each event goes to one of them', async context => {
    const {outbox, make, take, ack, counted} = await opened(context)
    const [one, two] = [outbox.enter('one'), outbox.enter('two')]
    await make('did:a', 'abcd', false)
    assert.deepEqual([take(one, 3), take(two)], [['1 aa', '2 ab', '3 ac'], ['4 ad']])
    assert.deepEqual([one.inFlight, two.inFlight], [3, 1])
    ack(one, 1, 1, 2, 3)
    ack(two, 4)
    assert.deepEqual([outbox.waiting, one.inFlight, two.inFlight], [0, 0, 0])
    assert.deepEqual(counted, {delivered: 4, acked: 4})
  })

  test('what a consumer had that leaves goes to the next one at once', async context => {
    const {outbox, make, take, ack} = await opened(context)
    const [one, two] = [outbox.enter('one'), outbox.enter('two')]
    await make('did:a', 'abc', false)
    await make('did:a', 'l', true)
    take(one)
    ack(one, 2)
    outbox.leave(one)
    assert.deepEqual(take(two), ['1 aa', '3 ac'])
    ack(two, 1, 3)
    assert.deepEqual(take(two), ['4 al'])
  })

  test('an acknowledgement of what one was not given counts for nothing, that of a former connection does', async context => {
    const {outbox, make, take, ack} = await opened(context)
    const [one, two] = [outbox.enter('one'), outbox.enter('two')]
    await make('did:a', 'abc', false)
    take(one, 2)
    ack(two, 1, 2, 3, 99, 0)
    assert.deepEqual([outbox.waiting, outbox.strays], [3, 3])
    outbox.leave(one)
    const again = outbox.enter('one')
    ack(again, 1)
    assert.equal(outbox.waiting, 2)
    assert.deepEqual(take(two), ['2 ab', '3 ac'])
  })

  test('what is not acknowledged in time is given out again, once', async context => {
    const {outbox, clock, make, take} = await opened(context)
    const reader = outbox.enter('reader')
    await make('did:a', 'ab', false)
    take(reader)
    await clock.pass(retryMs - 1)
    assert.deepEqual(take(reader), [])
    await clock.pass(1)
    assert.deepEqual(take(reader), ['1 aa', '2 ab'])
    await clock.pass(retryMs - 1)
    assert.deepEqual(take(reader), [])
  })

  test('a consumer that works through much has all the time, but not for what it has passed over', async context => {
    const {outbox, clock, make, take, ack} = await opened(context)
    const reader = outbox.enter('reader')
    await make('did:a', 'abcd', false)
    take(reader)
    await clock.pass(retryMs / 2)
    ack(reader, 1, 3)
    await clock.pass(retryMs / 2)
    assert.deepEqual(take(reader), ['2 ab'])
  })

  test('a full outbox lets nothing more be made until there is room', async context => {
    const {outbox, make, take, ack, stop} = await opened(context, {capacity: 2})
    const reader = outbox.enter('reader')
    await outbox.room(stop.signal)
    await make('did:a', 'ab', false)
    let hasRoom = false
    const waiting = outbox.room(stop.signal).then(() => (hasRoom = true))
    await new Promise(setImmediate)
    assert.equal(hasRoom, false)
    take(reader)
    ack(reader, 1)
    await waiting
  })

  test('an account whose event is never acknowledged keeps nobody else out', async context => {
    const {outbox, sql, make, take, ack} = await opened(context, {capacity: 10_000})
    const reader = outbox.enter('reader')
    const stuck = Array.from({length: 200}, () => 'l').join('')
    await make('did:a', 'l', true)
    assert.deepEqual(take(reader), ['1 al'])
    await sql.write(tx => {
      const pages = new Pages({now: () => 0}, () => {})
      for (const rkey of stuck) {
        pages.putChanges(tx, 'did:a', 'rev', true, [{collection: 'a.b.c', rkey, action: 'delete'}])
      }
      pages.putChanges(tx, 'did:b', 'rev', true, [{collection: 'a.b.c', rkey: 'z', action: 'delete'}])
    })
    await outbox.written()
    await until(() => take(reader).includes('202 bz'), 'the other account has its turn')
    assert.equal(outbox.inMemory, 64 + 1)
    // And once it is acknowledged, the rest comes in its order.
    const seen: number[] = []
    for (let id = 1; id <= 201; id++) {
      ack(reader, id)
      if (id === 201) break
      const next = await until(() => take(reader)[0], `what comes after ${id}`)
      seen.push(Number.parseInt(next, 10))
    }
    assert.deepEqual(
      seen,
      Array.from({length: 200}, (_, n) => n + 2),
    )
  })

  test('of an account that is removed while its events are loaded nothing is told', async context => {
    const [isFound, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const found = async (count: number): Promise<void> => {
      if (count > 0) isFound.resolve()
      if (count > 0) await goesOn.promise
    }
    const {outbox, sql, make, take} = await opened(context, {found})
    const made = make('did:a', 'hij', false)
    await isFound.promise
    await sql.write(tx => tx.run('DELETE FROM outbox'))
    outbox.drop('did:a' as never)
    await outbox.recount()
    goesOn.resolve()
    await made
    await make('did:b', 'k', false)
    assert.deepEqual(take(outbox.enter('reader')), ['4 bk'])
    assert.equal(outbox.waiting, 1)
  })

  test('what is left on the disk because it is much comes as well', async context => {
    const {outbox, sql, make, take, ack} = await opened(context, {capacity: 10_000})
    const reader = outbox.enter('reader')
    await make('did:a', 'l', true)
    take(reader)
    const bytes = encodeCbor({text: 'x'.repeat(150_000)})
    const change = {collection: 'a.b.c', rkey: 'm', action: 'create', cid: cidOf(codecs.cbor, bytes), bytes} as const
    await sql.write(tx => {
      const pages = new Pages({now: () => 0}, () => {})
      for (let n = 0; n < 120; n++) pages.putChanges(tx, 'did:a', 'rev', true, [change])
    })
    await outbox.written()
    for (let id = 1; id <= 121; id++) {
      ack(reader, id)
      if (id < 121) assert.match(await until(() => take(reader)[0], `what comes after ${id}`), /am$/)
    }
    assert.equal(outbox.waiting, 0)
  })

  test('what was acknowledged is forgotten, a page at a time, and the rest comes again after a restart', async context => {
    const {outbox, clock, sql, make, take, ack} = await opened(context)
    const reader = outbox.enter('reader')
    await make('did:a', 'ab', false)
    await make('did:b', 'cd', false)
    take(reader)
    ack(reader, 1, 2, 3)
    await clock.pass(100)
    const store = new SqliteOutboxStore(sql)
    const left = await until(async () => {
      const pages = await store.waiting(0, {count: 10, size: 1_000})
      return pages.length === 1 ? pages : undefined
    }, 'the first page is forgotten')
    assert.deepEqual(
      eventsOf(left).map(({id}) => id),
      [3, 4],
    )
  })

  test('who is followed no more is given to nobody', async context => {
    const {outbox, sql, make, take} = await opened(context)
    const reader = outbox.enter('reader')
    await make('did:a', 'ab', false)
    await make('did:b', 'c', false)
    take(reader, 1)
    await sql.write(tx => tx.run(`DELETE FROM outbox WHERE did = 'did:a'`))
    outbox.drop('did:a' as never)
    await outbox.recount()
    assert.deepEqual(take(reader), ['3 bc'])
    assert.deepEqual([reader.inFlight, outbox.waiting], [1, 1])
  })
})
