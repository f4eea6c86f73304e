/**
 * Lexicons of others through their life: had, kept, used while they may be, looked for again, and not had at all. The
 * network is one repository that is made here; the clock is moved by hand.
 */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {formatMultikey} from '#atp/crypto/key.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {Repo} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {type LexiconSources, schemaCollection} from '#lex/doc/resolve.ts'
import {silentLog} from '#std/log.ts'
import {HandClock} from '../../../../test/hand-clock.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {made, signingAt, testDid, testKey} from '../../../../test/repos.ts'
import {Lexicons, type LexiconWish} from './lexicons.ts'

const nsid = 'com.example.note' as Nsid
const [minuteMs, dayMs] = [60_000, 86_400_000]
const note = (description = '', id: string = nsid): ValueMap => ({
  $type: schemaCollection,
  lexicon: 1,
  id,
  defs: {main: {type: 'record', description, key: 'any', record: {type: 'object', properties: {}}}},
})

const document = {
  id: testDid,
  verificationMethod: [{id: '#atproto', type: 'Multikey', publicKeyMultibase: formatMultikey(testKey.publicKey)}],
  service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'}],
}

function proofOf(record: ValueMap): Uint8Array {
  const write = {action: 'create', collection: schemaCollection, rkey: record.id as RecordKey, record} as const
  const change = made(Repo.create(testDid, signingAt(0), [write]))
  return encodeCar([change.repo.root], change.newBlocks)
}

interface Given {
  lexicons: Lexicons
  /** As after a start. */
  again: () => Lexicons
  clock: HandClock
  /** Names that were asked for in DNS. */
  asked: string[]
  /** What is published, or how it is not had. */
  published: {answer: () => ValueMap | Promise<ValueMap>}
  find: (wish?: LexiconWish) => Promise<unknown>
}

async function given(context: TestContext): Promise<Given> {
  const {stores} = await pdsRepo(context)
  const clock = new HandClock(1_000 * dayMs)
  const asked: string[] = []
  const published: Given['published'] = {answer: () => note('first')}
  const sources: LexiconSources = {
    async resolveTxt(name) {
      asked.push(name)
      return [`did=${testDid}`]
    },
    resolveDid: async () => document,
    fetchRecordProof: async () => proofOf(await published.answer()),
  }
  const again = (): Lexicons => {
    const lexicons = new Lexicons({store: stores.lexicons, sources, world: clock, log: silentLog})
    context.after(() => lexicons.close())
    return lexicons
  }
  const lexicons = again()
  const find = async (wish?: LexiconWish): Promise<unknown> =>
    (await lexicons.find(nsid, wish))?.doc.defs.main.description
  return {lexicons, again, clock, asked, published, find}
}

const wait = {waitMs: 1_000}
const offline = (): never => {
  throw new Error('offline')
}
/** Never comes. */
const silent = () => new Promise<never>(() => {})

test('who does not wait gets none at first, and has it fetched', async context => {
  const {find, clock, asked} = await given(context)
  equal(await find(), undefined)
  await clock.pass(0)
  equal(await find(), 'first')
  deepEqual(asked, ['_lexicon.example.com'])
})

test('who waits gets it, together with all others who ask, by one look', async context => {
  const {find, asked} = await given(context)
  deepEqual(await Promise.all([find(wait), find(wait), find(wait)]), ['first', 'first', 'first'])
  equal(asked.length, 1)
})

test('who waits waits no longer than he said', {timeout: 60_000}, async context => {
  const {find, clock, published} = await given(context)
  published.answer = silent
  const found = find(wait)
  await clock.pass(1_000)
  equal(await found, undefined)
})

test('it is known after a start without a network, for ninety days and not a day more', async context => {
  const {again, find, clock, published} = await given(context)
  await find(wait)
  published.answer = offline
  await clock.pass(89 * dayMs)
  const {doc, did} = (await again().find(nsid, wait))!
  deepEqual([doc.id, did], [nsid, testDid])
  await clock.pass(2 * dayMs)
  equal(await again().find(nsid, wait), undefined)
  equal(await find(wait), undefined)
})

test('what a passer-by asks for is on disk only once somebody uses it here', async context => {
  const {again, find, clock} = await given(context)
  const onDisk = async (): Promise<boolean> => (await again().find(nsid, {mayLook: async () => false})) !== undefined
  equal(await find({...wait, isPassing: true}), 'first')
  equal(await onDisk(), false)
  equal(await find(), 'first')
  equal(await onDisk(), true)
  // And from then on as fresh as it is.
  await clock.pass(2 * dayMs)
  await find({waitMs: 1_000, waitFromMs: 0, isPassing: true})
  await clock.pass(89 * dayMs)
  equal(await onDisk(), true)
})

test('who does not wait and leaves has it on disk the next time', async context => {
  const {again, find, clock} = await given(context)
  await find()
  await clock.pass(0)
  await find()
  ok(await again().find(nsid, {mayLook: async () => false}))
})

test('past its time it goes on serving while it is looked for again', async context => {
  const {find, clock, published, asked} = await given(context)
  await find(wait)
  published.answer = () => note('second')
  await clock.pass(dayMs - 1)
  equal(await find(wait), 'first')
  equal(asked.length, 1)
  await clock.pass(1)
  equal(await find(), 'first')
  await clock.pass(0)
  equal(await find(), 'second')
  equal(asked.length, 2)
})

test('who may not take an old one waits for a new one, and takes the old one when there is none', async context => {
  const {find, clock, published} = await given(context)
  const wish = {freshMs: 5 * minuteMs, waitFromMs: dayMs, waitMs: 1_000}
  await find(wish)
  published.answer = () => note('second')
  await clock.pass(dayMs)
  equal(await find(wish), 'second')
  published.answer = offline
  await clock.pass(dayMs)
  equal(await find(wish), 'second')
})

test('what cannot be had is not asked for again for some minutes, nor is an old one', async context => {
  const {find, clock, published, asked} = await given(context)
  published.answer = offline
  for (let i = 0; i < 3; i++) equal(await find(wait), undefined)
  equal(asked.length, 1)
  await clock.pass(10 * minuteMs)
  published.answer = () => note('first')
  equal(await find(wait), 'first')
  published.answer = offline
  await clock.pass(dayMs)
  for (let i = 0; i < 3; i++) equal(await find({...wait, waitFromMs: 0}), 'first')
  equal(asked.length, 3)
})

test('many records of a type that is being looked for cost their writer one look', async context => {
  const {find, published} = await given(context)
  published.answer = silent
  let looks = 0
  const mayLook = async (): Promise<boolean> => ++looks > 0
  for (let i = 0; i < 5; i++) await find({mayLook})
  equal(looks, 1)
})

test('nobody is asked where the asker has asked for too many already', async context => {
  const {find, asked} = await given(context)
  equal(await find({...wait, mayLook: async () => false}), undefined)
  equal(asked.length, 0)
})

/** What a stranger may publish. */
const hostile: Readonly<Record<string, () => ValueMap>> = {
  'is not one': () => ({...note(), defs: {}}),
  'is of another name': () => note('', 'com.example.other'),
  'is no lexicon': () => ({...note(), $type: 'app.bsky.feed.post'}),
  'is huge': () => note('x'.repeat(100_001)),
}
for (const [what, answer] of Object.entries(hostile)) {
  test(`a document that ${what} is not taken`, async context => {
    const {find, published, asked} = await given(context)
    published.answer = answer
    equal(await find(wait), undefined)
    equal(asked.length, 1)
  })
}

const name = (i: number) => `com.example${i}.note` as Nsid
test('so much is asked of the network at a time, and what finds no place is not held to be missing', async context => {
  const {lexicons, clock, published, asked} = await given(context)
  published.answer = silent
  for (let i = 0; i < 100; i++) void lexicons.find(name(i))
  await clock.pass(0)
  equal(asked.length, 8)
  await clock.pass(15_000)
  equal(asked.length, 16)
  const last = asked.length
  await clock.pass(10 * 15_000)
  ok(asked.length > last && asked.length <= 72, String(asked.length))
  published.answer = () => note('late', name(99))
  equal((await lexicons.find(name(99), wait))?.doc.id, name(99))
})

test('who stops waits for nobody', {timeout: 60_000}, async context => {
  const {lexicons, find, published} = await given(context)
  published.answer = silent
  const found = find({waitMs: 1_000_000})
  await lexicons.close()
  equal(await found, undefined)
})
