/** How long whoever needs the directory waits for it, and how often it is asked meanwhile, on a clock moved by hand. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {HandClock} from '../../test/hand-clock.ts'
import {whileDirectoryAway} from './directory.ts'
import {Identities} from './identity.ts'

const didOf = (letter: string): Did => `did:plc:${letter.repeat(24)}` as Did
const [alice, bob, carol] = ['a', 'b', 'c'].map(didOf)
const never = new AbortController().signal

/** A directory that answers what the test says. */
function setUp() {
  const clock = new HandClock()
  const asked: string[] = []
  const told: boolean[] = []
  const state = {isWell: true, broken: new Set<Did>()}
  const fetch = async ({url}: Request): Promise<Response> => {
    const did = url.slice(url.indexOf('did:')) as Did
    asked.push(`${clock.now() / 1_000} ${did[8]}`)
    return state.isWell && !state.broken.has(did) ? Response.json({id: did}) : new Response('oops', {status: 500})
  }
  const world = {...clock, fetch} as ConstructorParameters<typeof Identities>[0]['world']
  const identities = new Identities({world, txt: async () => [], onDirectory: isAway => void told.push(isAway)})
  const wait = async (did: Did, signal = never): Promise<boolean> => {
    const look = () => identities.account(did, {maxAgeMs: 0})
    return (await whileDirectoryAway(did, await look(), look, clock, signal, identities.directory)).ok
  }
  /** Settled promises by their name. */
  const done: string[] = []
  const note = (name: string, promise: Promise<boolean>): void => void promise.then(ok => done.push(`${name} ${ok}`))
  return {clock, asked, told, state, identities, wait, note, done}
}

test('a directory that is away is waited for, by one look at a time, and all go on once it is well', async () => {
  const {clock, asked, told, state, identities, wait, note, done} = setUp()
  await identities.account(carol)
  state.isWell = false
  for (const did of [alice, bob]) note(did[8], wait(did))
  await clock.pass(0)
  asked.length = 0
  await clock.pass(600_000)
  deepEqual([done, told, identities.directory.waiting], [[], [true], 2])
  equal(asked.length, 121, 'every five seconds')
  deepEqual(asked.slice(0, 5), ['1 c', '3 a', '7 c', '12 b', '17 c'])
  state.isWell = true
  await clock.pass(5_000)
  deepEqual([done, told, identities.directory.waiting], [['a true', 'b true'], [true, false], 0])
})

test('that somebody else has an answer ends the wait', async () => {
  const {clock, state, identities, wait, note, done} = setUp()
  state.isWell = false
  note('a', wait(alice))
  await clock.pass(63_000)
  state.isWell = true
  await identities.account(bob)
  await clock.pass(0)
  deepEqual(done, ['a true'])
})

test('a DID that alone is not to be had is given up after some minutes, and not waited for again so soon', async () => {
  const {clock, told, state, identities, wait, note, done} = setUp()
  await identities.account(carol)
  state.broken.add(alice)
  note('first', wait(alice))
  await clock.pass(120_000)
  deepEqual(done, [])
  await clock.pass(60_000)
  deepEqual([done, identities.directory.givenUp], [['first false'], 1])
  note('again', wait(alice))
  await clock.pass(0)
  deepEqual(done, ['first false', 'again false'])
  await clock.pass(600_000)
  note('later', wait(alice))
  await clock.pass(60_000)
  state.broken.delete(alice)
  await clock.pass(60_000)
  deepEqual([done, told], [['first false', 'again false', 'later true'], []])
})

test('whoever stops waits no longer, and the others go on', async () => {
  const {clock, state, wait, note, done, identities} = setUp()
  state.isWell = false
  const stop = new AbortController()
  const stopped = rejects(wait(alice, stop.signal), /enough/)
  note('b', wait(bob))
  await clock.pass(30_000)
  stop.abort(new Error('enough'))
  await stopped
  equal(identities.directory.waiting, 1)
  state.isWell = true
  await clock.pass(10_000)
  deepEqual(done, ['b true'])
})
