/** That an event is told to all who wait for one: who follows, the mark of the newest, and the relays. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {DataLost} from '#engines/seq-mark.ts'
import type {Disk} from '#std/disk.ts'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {sqliteEventStore} from '../store/events/event-store.sqlite.ts'
import {pdsMigrations} from '../store/schema.ts'
import {eventParts} from './event-parts.ts'

async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
}

test('an event wakes who follows, is noted as told, and is news for the relays', {timeout: 60_000}, async context => {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  context.after(() => sql.close())
  const events = sqliteEventStore(sql)
  const asked: unknown[] = []
  const told: unknown[] = []
  const world: World = {
    ...realWorld,
    sleep: async (_ms, signal) => {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    },
    fetch: async request => {
      asked.push(await request.json())
      return new Response()
    },
  }
  let looks = 0
  const durableSeq = (): Promise<number> => {
    looks++
    return events.durableSeq()
  }
  const {sequencer, guard, crawlRequests, onEvent} = await eventParts({
    config: {
      database: 'memory:',
      acceptLossTo: undefined,
      eventsAgeMax: 1,
      eventsSizeMax: 1,
      relays: ['https://relay.example.com'],
      publicUrl: 'https://pds.example.com:2583/',
      relayInterval: 1,
    },
    events: {...events, durableSeq},
    world,
    log: silentLog,
    onTold: (...one) => told.push(one),
  })
  const stopping = new AbortController()
  const running = [guard.run(stopping.signal), crawlRequests.run(stopping.signal)]
  const next = sequencer.follow(0, stopping.signal).next()
  await turns()
  assert.deepEqual([asked.length, looks], [1, 1], 'relays are told at the start, and the newest is looked at once')
  const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')
  await events.tell([{t: '#account', did, time: datetimeOf(0), active: true}])
  onEvent()
  assert.equal((await next).done, false)
  await turns()
  assert.deepEqual([asked, looks], [[{hostname: 'pds.example.com:2583'}, {hostname: 'pds.example.com:2583'}], 2])
  const taken = ['https://relay.example.com', true]
  assert.deepEqual(told, [taken, taken])
  stopping.abort()
  await Promise.allSettled(running)
})

test('where events are lost the file of the mark is let go of', async context => {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  context.after(() => sql.close())
  let filesOpen = 0
  const file = {
    readNow: (into: Uint8Array) => Buffer.from('0000000000000009\n').copy(into),
    close: () => void filesOpen--,
  }
  const open = () => {
    filesOpen++
    return file
  }
  const config = {
    database: 'sqlite:lost',
    acceptLossTo: undefined,
    eventsAgeMax: 1,
    eventsSizeMax: 1,
    relays: [],
    publicUrl: 'https://pds.example.com',
    relayInterval: 1,
  }
  const world = {...realWorld, disk: {open} as unknown as Disk}
  const parts = eventParts({config, events: sqliteEventStore(sql), world, log: silentLog, onTold: () => {}})
  await assert.rejects(parts, DataLost)
  assert.equal(filesOpen, 0)
})
