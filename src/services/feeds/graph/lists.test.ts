/** Who is on the lists that feeds are made of. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import {silentLog} from '#std/log.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {Lists} from './lists.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test` as Did)
const list = `at://${alice}/app.bsky.graph.list/one` as AtUri
const other = `at://${alice}/app.bsky.graph.list/two` as AtUri
const pack = `at://${bob}/app.bsky.graph.starterpack/pack` as AtUri
const hourMs = 3_600_000

function setUp() {
  const clock = new HandClock(1_000 * hourMs)
  const state = {
    asked: 0,
    items: [
      {rkey: 'a', value: {list, subject: bob}},
      {rkey: 'b', value: {list: other, subject: carol}},
      {rkey: 'c', value: {list, subject: 'nobody'}},
      {rkey: 'd', value: {}},
    ] as {rkey: string; value: object}[],
    answers: async () => {},
    pack: {list} as object,
  }
  const records = {
    async list() {
      state.asked++
      await state.answers()
      return state.items
    },
    get: async () => state.pack,
  }
  return {clock, state, lists: new Lists({records, world: clock, log: silentLog})}
}

test('a list is read once, and anew once an hour, while what is known is given out', async () => {
  const {clock, state, lists} = setUp()
  deepEqual(await Promise.all([lists.members(list), lists.members(list)]), [[bob], [bob]])
  deepEqual(await lists.members(other), [carol])
  equal(state.asked, 2)
  await clock.pass(hourMs + 1)
  state.items = [{rkey: 'e', value: {list, subject: carol}}]
  deepEqual(await lists.members(list), [bob])
  await clock.pass(0)
  deepEqual(await lists.members(list), [carol])
  equal(state.asked, 3)
})

test('the stream tells of who comes and goes', async () => {
  const {lists} = setUp()
  await lists.members(list)
  lists.apply([{kind: 'listed', did: alice, rkey: 'x', list, subject: carol}])
  deepEqual(await lists.members(list), [bob, carol])
  lists.apply([{kind: 'gone', what: 'listed', did: alice, rkey: 'a'}])
  lists.apply([{kind: 'gone', what: 'listed', did: bob, rkey: 'x'}])
  deepEqual(await lists.members(list), [carol])
})

test('what the stream tells while a list is read is neither lost nor undone', async () => {
  const {state, lists} = setUp()
  state.answers = async () => {
    lists.apply([{kind: 'gone', what: 'listed', did: alice, rkey: 'a'}])
    lists.apply([{kind: 'listed', did: alice, rkey: 'x', list, subject: carol}])
    lists.apply([{kind: 'listed', did: alice, rkey: 'y', list: other, subject: bob}])
  }
  deepEqual(await lists.members(list), [carol])
})

const listOf = (n: number) => `at://did:web:n${n}.test/app.bsky.graph.list/one` as AtUri

test('the stream is heard of the lists of any number of accounts', async () => {
  const {state, lists} = setUp()
  for (let n = 0; n <= 1_000; n++) {
    state.items = [{rkey: 'a', value: {list: listOf(n), subject: bob}}]
    await lists.members(listOf(n))
  }
  lists.apply([{kind: 'gone', what: 'listed', did: 'did:web:n1000.test' as Did, rkey: 'a'}])
  deepEqual(await lists.members(listOf(1_000)), [])
  deepEqual(await lists.members(listOf(999)), [bob])
  const {asked} = state
  await lists.members(listOf(0))
  equal(state.asked, asked + 1, 'the one asked for longest ago is read anew')
})

test('a starter pack is the list that it names', async () => {
  const {state, lists} = setUp()
  deepEqual(await lists.members(pack), [bob])
  deepEqual(await lists.members(pack), [bob])
  equal(state.asked, 1)
})

for (const [what, spoil] of [
  [
    'that cannot be had',
    (state: ReturnType<typeof setUp>['state']) => (state.answers = async () => Promise.reject(new Error())),
  ],
  ['that never comes', (state: ReturnType<typeof setUp>['state']) => (state.answers = () => new Promise(() => {}))],
  ['of a pack that names none', (state: ReturnType<typeof setUp>['state']) => (state.pack = {list: 5})],
] as const) {
  test(`of a list ${what} nobody is known, and it is asked again in a minute`, async () => {
    const {clock, state, lists} = setUp()
    const good = {...state}
    spoil(state)
    const asking = lists.members(pack)
    await clock.pass(20_000)
    deepEqual(await asking, [])
    Object.assign(state, good)
    deepEqual(await lists.members(pack), [])
    await clock.pass(60_001)
    await lists.members(pack)
    await clock.pass(0)
    deepEqual(await lists.members(pack), [bob])
  })
}
