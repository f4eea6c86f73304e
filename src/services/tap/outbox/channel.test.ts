/** One consumer on a socket: how much it is given, and what becomes of that. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {openSql} from '#engines/open.ts'
import {realWorld} from '#std/world.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Channel} from '#std/waiting/async.ts'
import {until} from '../../../../test/until.ts'
import {SqliteOutboxStore} from '../store/outbox-store.sqlite.ts'
import {Pages} from '../store/pages.ts'
import {tapMigrations} from '../store/schema.ts'
import {channel} from './channel.ts'
import {Outbox} from './outbox.ts'

async function opened(context: TestContext, count: number) {
  const sql = openSql('memory:', {migrations: tapMigrations})
  const stop = new AbortController()
  const outbox = new Outbox({
    store: new SqliteOutboxStore(sql),
    world: realWorld,
    capacity: 100_000,
    retryMs: 60_000,
    keeps: false,
    delivered: () => {},
    acked: () => {},
  })
  const changes = Array.from({length: 256}, (_, n) => ({collection: 'a.b.c', rkey: `${n}`, action: 'delete'}) as const)
  await sql.write(tx => {
    const pages = new Pages({now: () => 0}, () => {})
    for (let n = 0; n < count / 256; n++) pages.putChanges(tx, `did:${n % 7}`, 'rev', false, changes)
  })
  const running = outbox.run(stop.signal).catch(() => {})
  const incoming = new Channel<Frame>(10_000)
  context.after(async () => {
    stop.abort()
    incoming.close()
    await running
    await sql.close()
  })
  return {outbox, incoming, stop, signal: stop.signal}
}

suite('a consumer on a socket', {timeout: 20_000}, () => {
  test('that acknowledges nothing has ten thousand events, and no more until it does', async context => {
    const {outbox, incoming, signal, stop} = await opened(context, 20_480)
    let [count, size] = [0, 0]
    const frames = channel({outbox, acks: true, about: 'test', onRefused: () => {}}, signal, incoming)
    const reading = (async () => {
      for await (const wire of frames) {
        count += wire.count
        size = Math.max(size, wire.wire.length)
      }
    })()
    await until(() => count === 10_000, 'as many as it may have')
    await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal(count, 10_000)
    assert.ok(size < 2 ** 20, `${size} bytes at once`)
    await incoming.put(JSON.stringify({type: 'ack', ids: [1, 2, 3]}))
    await until(() => count === 10_003, 'as many more as it has acknowledged')
    stop.abort()
    await reading
  })

  test('that reads slowly is given no more than it takes, and what it has not taken is given to others', async context => {
    const {outbox, incoming, signal} = await opened(context, 5_120)
    const slow = channel({outbox, acks: false, about: 'slow', onRefused: () => {}}, signal, incoming)
    const {value} = await slow.next()
    assert.equal(value?.count, 1_000)
    const rest = channel({outbox, acks: false, about: 'other', onRefused: () => {}}, signal, new Channel<Frame>(1))
    let count = 0
    const reading = (async () => {
      for await (const wire of rest) if ((count += wire.count) >= 4_120) break
    })()
    await reading
    await slow.return()
    const last = channel({outbox, acks: false, about: 'last', onRefused: () => {}}, signal, new Channel<Frame>(1))
    assert.equal((await last.next()).value?.count, 1_000)
    await last.return()
    // Of who leaves, the last that it was handed may not have come to it.
    assert.deepEqual([outbox.waiting, outbox.consumers], [1_120, []])
  })
})
