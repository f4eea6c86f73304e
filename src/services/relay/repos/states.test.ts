/** What is saved of the states, against the log. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {relayMigrations, sqliteRelayStore} from '../store/relay-store.sqlite.ts'
import type {RelayStore} from '../store/relay-store.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {RepoState} from './repo-state.ts'
import {States} from './states.ts'

async function opened(context: TestContext): Promise<{store: RelayStore; host: number}> {
  const store = sqliteRelayStore(openSqlite(undefined, {migrations: relayMigrations}))
  context.after(() => store.close())
  const {id} = await store.addHost('pds.example.com', 0)
  return {store, host: id}
}

const logOf = async (count: number) => {
  const log = memoryEventLog({now: () => 0})
  await log.append(Array.from({length: count}, () => new Uint8Array(20)))
  return log
}

const stateOn = (host: number, active: boolean): RepoState => ({host, active, status: null, head: null})
const did = (name: string): Did => `did:web:${name}.example.com` as Did

test('a cursor that is saved after a start unsays nothing of how far the log was told', async context => {
  const {store, host} = await opened(context)
  await store.save({applied: 5, repos: new Map(), cursors: new Map([[host, 1]])})
  const log = await logOf(5)
  const states = new States(store, 10)
  deepEqual(await states.recover(log), {events: 0})
  states.followed(host, 7)
  await states.save()
  equal(await store.applied(), 5)
  equal((await store.hosts())[0].cursor, 7)
})

test('a log that has lost what the database says of it is no log of ours', async context => {
  const {store, host} = await opened(context)
  await store.save({applied: 6, repos: new Map(), cursors: new Map([[host, 1]])})
  await rejects(new States(store, 10).recover(await logOf(5)), /Broken invariant: the log has all/)
})

test('nothing is saved before the log has made it durable, and nothing when nothing has changed', async context => {
  const {store, host} = await opened(context)
  const states = new States(store, 10)
  await states.save()
  equal(await store.applied(), 0)
  const durable = Promise.withResolvers<void>()
  const state = stateOn(host, true)
  states.set(did('a'), state)
  states.appended(3, durable.promise)
  const saving = states.save()
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  deepEqual([await store.applied(), (await store.repos([did('a')])).size], [0, 0])
  deepEqual(await states.one(did('a')), state, 'what is being saved is at hand')
  durable.resolve()
  await saving
  equal(await store.applied(), 3)
  deepEqual(await store.repos([did('a')]), new Map([[did('a'), state]]))
})

test('the newest state is what is given, however few are held', async context => {
  const {store, host} = await opened(context)
  const states = new States(store, 1)
  const [a, b, c] = ['a', 'b', 'c'].map(did)
  for (const name of [a, b]) states.set(name, stateOn(host, true))
  states.appended(1, Promise.resolve())
  await states.save()
  states.set(a, stateOn(host, false))
  const loaded = await states.load([a, b, c])
  deepEqual(
    [...loaded.values()].map(state => state?.active),
    [false, true, undefined],
  )
  equal(states.now(a, undefined)?.active, false)
  equal(states.now(b, loaded.get(b))?.active, true)
  equal(states.now(c, undefined), undefined)
})

test('a state that came while an older one was read stays the newest, when it is saved too', async context => {
  const {store, host} = await opened(context)
  const [older, newer] = [stateOn(host, true), stateOn(host, false)]
  const reading = Promise.withResolvers<void>()
  const slow: RelayStore = {
    ...store,
    repos: async dids => {
      await reading.promise
      return new Map(dids.map(name => [name, older]))
    },
  }
  const states = new States(slow, 10)
  const loaded = states.load([did('a')])
  states.set(did('a'), newer)
  states.appended(1, Promise.resolve())
  reading.resolve()
  deepEqual((await loaded).get(did('a')), newer)
  for (let i = 0; i < 2; i++) {
    await states.save()
    deepEqual(await states.one(did('a')), newer)
  }
})

const change = (isThere: boolean) => ({isAll: false, has: new Map([['a.b.c' as Nsid, isThere]]), toAsk: false})

test('what could not be saved on a full disk is saved when there is room, under what is newer', async context => {
  const {store, host} = await opened(context)
  let isFull = true
  const collections: unknown[] = []
  const save: RelayStore['save'] = changes => {
    if (isFull) return Promise.reject(new OutOfSpace())
    for (const [name, {has}] of changes.collections ?? []) collections.push([name, ...has])
    return store.save(changes)
  }
  const states = new States({...store, save}, 1)
  const [a, b] = ['a', 'b'].map(did)
  for (const name of [a, b]) states.set(name, stateOn(host, true))
  for (const name of [a, b]) states.collectionsChanged(name, change(true))
  states.followed(host, 3)
  states.appended(2, Promise.resolve())
  await rejects(states.save(), OutOfSpace)
  states.set(b, stateOn(host, false))
  states.collectionsChanged(b, change(false))
  states.appended(3, Promise.resolve())
  deepEqual((await states.one(a))?.active, true)
  isFull = false
  await states.save()
  const saved = await store.repos([a, b])
  deepEqual([saved.get(a)?.active, saved.get(b)?.active, (await store.hosts())[0].cursor], [true, false, 3])
  deepEqual(collections.toSorted(), [
    [a, ['a.b.c', true]],
    [b, ['a.b.c', false]],
  ])
  equal(await store.applied(), 3)
})

test('a look into the store does not unsay what has come meanwhile, and what it found is at hand without another', async context => {
  const {store, host} = await opened(context)
  await store.save({applied: 1, repos: new Map([[did('alice'), stateOn(host, true)]]), cursors: new Map()})
  let looks = 0
  const repos: RelayStore['repos'] = dids => {
    looks++
    return store.repos(dids)
  }
  const states = new States({...store, repos}, 10)
  const looking = states.load([did('alice'), did('bob')])
  states.set(did('bob'), stateOn(host, false))
  deepEqual([...(await looking).values()], [stateOn(host, true), stateOn(host, false)])
  deepEqual(await states.one(did('alice')), stateOn(host, true))
  deepEqual(await states.one(did('bob')), stateOn(host, false))
  equal(looks, 1)
})

test('what was put back waits for the log as before, and what is newer for its own part of it', async context => {
  const {store, host} = await opened(context)
  const failed = Promise.reject(new Error('the log is gone'))
  const states = new States(store, 1)
  states.set(did('a'), stateOn(host, true))
  states.appended(1, failed)
  for (let i = 0; i < 2; i++) await rejects(states.save(), /the log is gone/)
  equal(await store.applied(), 0)

  let isFull = true
  const save: RelayStore['save'] = changes => (isFull ? Promise.reject(new OutOfSpace()) : store.save(changes))
  const others = new States({...store, save}, 1)
  others.set(did('b'), stateOn(host, true))
  others.appended(2, Promise.resolve())
  const saving = others.save()
  const durable = Promise.withResolvers<void>()
  others.appended(3, durable.promise)
  others.followed(host, 8)
  await rejects(saving, OutOfSpace)
  isFull = false
  const again = others.save()
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  equal(await store.applied(), 0, 'the third event is not durable yet')
  durable.resolve()
  await again
  deepEqual([await store.applied(), (await store.hosts())[0].cursor], [3, 8])
})

test('what could not be saved does not take the place of what is newer', async context => {
  const {store, host} = await opened(context)
  const two = await store.addHost('two.example.com', 0)
  let isFull = true
  const save: RelayStore['save'] = changes => (isFull ? Promise.reject(new OutOfSpace()) : store.save(changes))
  const states = new States({...store, save}, 1)
  for (const name of ['a', 'b']) states.set(did(name), stateOn(host, true))
  states.followed(host, 3)
  states.followed(two.id, 4)
  const saving = states.save()
  states.set(did('a'), stateOn(host, false))
  states.followed(host, 5)
  await rejects(saving, OutOfSpace)
  isFull = false
  await states.save()
  deepEqual(
    (await store.hosts()).map(({cursor}) => cursor),
    [5, 4],
  )
  const saved = await store.repos([did('a'), did('b')])
  deepEqual(
    [...saved.values()].map(({active}) => active),
    [false, true],
  )
})
