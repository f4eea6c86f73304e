import {deepEqual, equal, notEqual} from 'node:assert/strict'
import {hash, randomBytes} from 'node:crypto'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {openLimits, openSql} from '#engines/open.ts'
import {Interactions} from './interactions.ts'
import {feedsMigrations} from './store/schema.ts'
import {SqliteUsageStore} from './store/usage-store.sqlite.ts'
import {Usage} from './usage.ts'

const [alice, bob] = ['did:web:alice.test', 'did:web:bob.test'] as Did[]
const dayMs = 86_400_000
const like = {event: 'app.bsky.feed.defs#interactionLike'}
const uri = (name: string) => `at://${alice}/app.bsky.feed.generator/${name}`

const find = (_: string, name: string) => ({
  key: name,
  owner: undefined,
  feed: {name, title: name, acceptsInteractions: name !== 'deaf', skeleton: () => ({feed: []})},
})

function setUp(context: {after(end: () => Promise<void>): void}) {
  const sql = openSql('memory:', {migrations: feedsMigrations})
  context.after(() => sql.close())
  const clock = {nowMs: 20_000 * dayMs}
  const world = {now: () => clock.nowMs, sleep: async () => {}, random: (size: number) => randomBytes(size)}
  const usage = new Usage(new SqliteUsageStore(sql), world)
  return {
    sql,
    clock,
    usage,
    interactions: new Interactions({limits: openLimits('memory:', world.now), skeletons: {find}, usage}),
  }
}

test('what readers do is counted by feed, day and deed, for feeds that want to be told', async context => {
  const {clock, usage, interactions} = setUp(context)
  const more = [like, like, {event: 'app.bsky.feed.defs#requestLess'}, {event: 'com.example#other'}, {}]
  await interactions.note(alice, uri('cats'), more)
  await interactions.note(alice, uri('deaf'), [like])
  await interactions.note(alice, undefined, [like])
  await interactions.note(alice, `at://${alice}/app.bsky.feed.post/cats`, [like])
  for (const viewer of [alice, bob, alice, undefined]) usage.read('cats', viewer, 2)
  await usage.write()
  clock.nowMs += dayMs
  usage.read('cats', alice, 1)
  await usage.write()
  deepEqual(await usage.days('cats', 7), [
    {day: 20_001, readers: 1, counts: {requests: 1, ms: 1}},
    {day: 20_000, readers: 2, counts: {requests: 4, ms: 8, interactionLike: 2, requestLess: 1}},
  ])
  deepEqual(await usage.days('deaf', 7), [])
  clock.nowMs += 90 * dayMs
  usage.read('cats', alice, 1)
  await usage.write()
  deepEqual(
    (await usage.days('cats', 7)).map(({day}) => day),
    [20_091, 20_001],
  )
})

test('who asks how a feed is read has nothing written', async context => {
  const {sql, usage} = setUp(context)
  usage.read('cats', alice, 1)
  const before = sql.version
  deepEqual(await usage.days('cats', 7), [])
  equal(sql.version, before)
})

test('who read is not found by trying, nor known again on another day', async context => {
  const {sql, clock, usage} = setUp(context)
  const read = async (): Promise<number> => {
    usage.read('cats', alice, 1)
    await usage.write()
    const rows = sql.read(tx => tx.all<{reader: number}>('SELECT reader FROM reader ORDER BY day DESC LIMIT 9'))
    return rows[0].reader
  }
  const keys = () => sql.read(tx => tx.all<{day: number}>('SELECT day FROM readerKey LIMIT 9').map(({day}) => day))
  const first = await read()
  equal(await read(), first)
  notEqual(first, hash('sha256', alice, 'buffer').readUIntBE(0, 6))
  clock.nowMs += dayMs
  notEqual(await read(), first)
  deepEqual(keys(), [20_001], 'a day that is over has no key')
})

test('a reader tells of no more than people do', async context => {
  const {interactions} = setUp(context)
  const many = Array.from({length: 500}, () => like)
  const isNoted = async (reader: Did, what: readonly object[]) =>
    (await interactions.note(reader, uri('cats'), what)) === undefined
  for (let n = 0; n < 10; n++) equal(await isNoted(alice, many), true)
  equal(await isNoted(alice, [like]), false)
  equal(await isNoted(bob, [like]), true)
})
