/** Records checked by what strangers have published: with all that it refers to, and at no more cost than is bearable. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {ValueMap} from '#atp/data/value.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {testDid} from '../../../../test/repos.ts'
import {isUnchecked, RecordTypes} from './record-types.ts'

const nsid = 'com.example.note' as Nsid
type Defs = Readonly<Record<string, object>>

const object = (properties: object, required: string[] = []) => ({type: 'object', properties, required})
const record = (properties: object, more: Defs = {}): Defs => ({
  main: {type: 'record', key: 'any', record: object(properties)},
  ...more,
})

/** What becomes of a record, and which lexicons were asked for. */
async function checked(docs: Readonly<Record<string, Defs>>, value: ValueMap, wish = {}) {
  const asked: string[] = []
  const lexicons = {
    async find(name: Nsid) {
      asked.push(name)
      return name in docs
        ? {doc: parseLexicon({lexicon: 1, id: name, defs: docs[name]}), did: testDid, cid: 'c'}
        : undefined
    },
  }
  const types = new RecordTypes(lexicons, {now: () => 0})
  const full = {$type: nsid, ...value}
  const schema = await types.schemaFor(nsid, full, wish)
  const fault = schema?.check(full)
  await types.schemaFor(nsid, full, wish)
  const outcome = !schema ? 'unknown' : !fault ? 'valid' : isUnchecked(fault) ? 'unchecked' : fault.reason
  return {outcome, asked}
}

test('a record is checked by its type, and by the types of other lexicons that it refers to', async () => {
  const docs = {
    [nsid]: record({tags: {type: 'array', items: {type: 'ref', ref: 'com.example.defs#tag'}}}),
    'com.example.defs': {tag: object({of: {type: 'ref', ref: 'com.example.more#name'}}, ['of'])},
    'com.example.more': {name: {type: 'string', maxLength: 3}},
  }
  const good = await checked(docs, {tags: [{of: 'abc'}]})
  equal(good.outcome, 'valid')
  equal(good.asked.length, 3, 'it is put together once')
  equal((await checked(docs, {tags: [{of: 'abcd'}]})).outcome, 'too-long')
  equal((await checked(docs, {tags: [{}]})).outcome, 'missing')
})

test('of what is known here nobody else is asked', async () => {
  const docs = {[nsid]: record({subject: {type: 'ref', ref: 'com.atproto.repo.strongRef'}})}
  const {outcome, asked} = await checked(docs, {subject: {uri: 'x', cid: 'y'}})
  equal(outcome, 'bad-format')
  equal(asked.length, 1)
})

test('what refers to a lexicon that is not at hand is not wrong for that', async () => {
  const docs = {[nsid]: record({a: {type: 'ref', ref: 'com.example.gone#a'}, b: {type: 'integer'}})}
  const {outcome, asked} = await checked(docs, {a: {}})
  equal(outcome, 'unchecked')
  equal(asked.length, 2)
  equal((await checked(docs, {b: 1})).outcome, 'valid')
  equal((await checked(docs, {b: 'x'})).outcome, 'wrong-type')
})

test('a lexicon that is not for records is no record type', async () => {
  for (const main of [object({}), {type: 'query'}, {type: 'token'}]) {
    equal((await checked({[nsid]: {main}}, {})).outcome, 'unknown')
  }
  equal((await checked({}, {})).outcome, 'unknown')
})

test('hostile: a type that holds itself, for as long as the record does', async () => {
  const docs = {[nsid]: record({a: {type: 'ref', ref: '#self'}}, {self: object({a: {type: 'ref', ref: '#self'}})})}
  let value: ValueMap = {}
  for (let i = 0; i < 5_000; i++) value = {a: value}
  equal((await checked(docs, value)).outcome, 'unknown')
  equal((await checked(docs, {a: {a: 1}})).outcome, 'wrong-type')
})

/** One that leads to three others. */
const leading = (name: string): Defs => {
  const n = Number(name.replace(/\D/g, '') || 0)
  const refs = [1, 2, 3].map(i => `com.example.note${n * 3 + i}`)
  return record({a: {type: 'union', refs}})
}
test('hostile: lexicons that refer to each other without end are followed so far', async () => {
  const docs = new Proxy<Readonly<Record<string, Defs>>>({}, {has: () => true, get: (_, name) => leading(String(name))})
  const {outcome, asked} = await checked(docs, {a: {$type: 'com.example.note1'}})
  equal(outcome, 'valid')
  equal(asked.length, 32)
})

test('hostile: lexicons that hold too much together are left out, and a record that needs them is unchecked', async () => {
  const many = Object.fromEntries(Array.from({length: 9_000}, (_, i) => [`m${i}`, {type: 'integer'}]))
  const refs = ['a', 'b', 'c'].map(name => `com.example.${name}#x`)
  const large = {x: object(many)}
  const docs = {
    [nsid]: record({u: {type: 'union', refs}}),
    'com.example.a': large,
    'com.example.b': large,
    'com.example.c': large,
  }
  equal((await checked(docs, {u: {$type: 'com.example.b#x'}})).outcome, 'valid')
  equal((await checked(docs, {u: {$type: 'com.example.c#x'}})).outcome, 'unchecked')
})

test('hostile: a wide type on a large record would take long, and is not checked by', {timeout: 60_000}, async () => {
  const wide = object(Object.fromEntries(Array.from({length: 3_000}, (_, i) => [`m${i}`, {type: 'integer'}])))
  const docs = {[nsid]: record({all: {type: 'array', items: {type: 'ref', ref: '#wide'}}}, {wide})}
  equal((await checked(docs, {all: Array.from({length: 100_000}, () => ({}))})).outcome, 'unknown')
  equal((await checked(docs, {all: Array.from({length: 100}, () => ({}))})).outcome, 'valid')
  equal((await checked(docs, {all: [{m7: 'x'}]})).outcome, 'wrong-type')
})

test('hostile: names that every object has are members like any other', async () => {
  const docs = {[nsid]: record({constructor: {type: 'string'}, toString: {type: 'integer'}})}
  equal((await checked(docs, {})).outcome, 'valid')
  equal((await checked(docs, {constructor: 1})).outcome, 'wrong-type')
  equal(
    (await checked({[nsid]: record({a: {type: 'ref', ref: 'com.example.constructor#toString'}})}, {a: 1})).outcome,
    'unchecked',
  )
})
