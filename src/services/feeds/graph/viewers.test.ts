/** Whom readers follow: asked of their servers when they first read, and of an AppView, who follows back. */
import {deepEqual, equal} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {silentLog} from '#std/log.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {SqlitePostStore} from '../store/post-store.sqlite.ts'
import {feedsMigrations} from '../store/schema.ts'
import {Viewers} from './viewers.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test` as Did)
const hourMs = 3_600_000
const rkey = (n: number) => `3jui7kd54zh2${n}`

function setUp(context: TestContext) {
  const sql = openSql('memory:', {migrations: feedsMigrations})
  context.after(() => sql.close())
  const clock = new HandClock(1_000 * hourMs)
  const state = {
    listed: [] as string[],
    asked: [] as string[],
    follows: [
      {rkey: rkey(2), value: {subject: bob}},
      {rkey: rkey(3), value: {subject: carol}},
      {rkey: rkey(4), value: {subject: 'nobody'}},
      {rkey: rkey(5), value: {}},
    ] as {rkey: string; value: object}[],
    answers: async () => {},
  }
  const store = new SqlitePostStore(sql)
  const records = {
    async list(did: Did) {
      state.listed.push(did)
      await state.answers()
      return state.follows
    },
  }
  const fetch = async (request: Request): Promise<Response> => {
    const others = new URL(request.url).searchParams.getAll('others')
    state.asked.push(`${others.length}`)
    const relationships = others.map(did => ({
      $type: 'app.bsky.graph.defs#relationship',
      did,
      ...(did === bob && {followedBy: `at://${bob}/app.bsky.graph.follow/${rkey(6)}`}),
    }))
    return Response.json({actor: alice, relationships})
  }
  const world = {now: clock.now, sleep: clock.sleep, fetch}
  const open = (countMax?: number) =>
    new Viewers({store, records, world, appviewUrl: 'http://localhost:2584', log: silentLog}, countMax)
  const mutuals = () =>
    sql.read(tx =>
      tx.all<{n: number}>(
        'SELECT 1 AS n FROM follow f JOIN follow b ON b.account = f.subject AND b.subject = f.account',
      ),
    ).length / 2
  return {clock, state, store, open, mutuals}
}

test('a server is asked once, and again a day later', async context => {
  const {clock, state, store, open} = setUp(context)
  const viewers = open()
  await Promise.all([viewers.know(alice, false), viewers.know(alice, false)])
  await viewers.know(alice, false)
  deepEqual(await store.follows(alice), [bob, carol])
  deepEqual(state.listed, [alice])
  deepEqual(state.asked, [])
  await clock.pass(25 * hourMs)
  state.follows = [{rkey: rkey(2), value: {subject: carol}}]
  await viewers.know(alice, false)
  deepEqual(await store.follows(alice), [carol])
  deepEqual(state.listed, [alice, alice])
})

test('after a restart it is known what was known', async context => {
  const {state, open} = setUp(context)
  await open().know(alice, false)
  await open().know(alice, false)
  deepEqual(state.listed, [alice])
})

test('what the stream tells while a server is asked is neither lost nor undone', async context => {
  const {state, store, open} = setUp(context)
  const viewers = open()
  const dan = 'did:web:dan.test' as Did
  state.answers = async () => {
    const gone = {kind: 'gone', what: 'follow', did: alice, rkey: rkey(2)} as const
    const told = [gone, {kind: 'follow', did: alice, rkey: rkey(7), subject: dan} as const]
    viewers.apply(told)
    await store.apply('relay', told, 1)
  }
  await viewers.know(alice, false)
  deepEqual((await store.follows(alice)).toSorted(), [carol, dan])
})

test('of as many viewers as there is room for it is kept whom they follow, those seen last', async context => {
  const {clock, state, store, open} = setUp(context)
  const viewers = open(2)
  for (const viewer of [alice, bob, carol]) {
    await viewers.know(viewer, false)
    await clock.pass(1_000)
  }
  const counts = async () =>
    (await Promise.all([alice, bob, carol].map(did => store.follows(did)))).map(({length}) => length)
  deepEqual(await counts(), [0, 2, 2])
  await viewers.know(alice, false)
  await viewers.know(carol, false)
  deepEqual(state.listed, [alice, bob, carol, alice])
  deepEqual(await counts(), [2, 0, 2])
})

test('an AppView says who of them follows back, thirty at a time', async context => {
  const {state, open, mutuals} = setUp(context)
  for (let n = 0; n < 60; n++) state.follows.push({rkey: rkey(2), value: {subject: `did:web:n${n}.test`}})
  await open().know(alice, true)
  equal(mutuals(), 1)
  deepEqual(state.asked, ['30', '30', '2'])
})

test('a server that fails, or says nothing, is asked again in a minute', async context => {
  const {clock, state, store, open} = setUp(context)
  const viewers = open()
  for (const answers of [async () => Promise.reject(new Error('away')), () => new Promise<void>(() => {})]) {
    state.answers = answers
    const knowing = viewers.know(alice, false)
    await clock.pass(8_000)
    await knowing
    await viewers.know(alice, false)
    await clock.pass(60_000)
  }
  equal(state.listed.length, 2)
  state.answers = async () => {}
  await viewers.know(alice, false)
  deepEqual(await store.follows(alice), [bob, carol])
})
