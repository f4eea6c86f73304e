/** Documents compiled at run time: the same as generated modules, and safe where references lead nowhere. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {parseLexicon} from '../doc/parse.ts'
import {main as strongRef} from '../gen/com/atproto/repo/strongRef.ts'
import {compileLexicon, type Definition, type Lookup} from './compile.ts'
import {Schema} from './schema.ts'

const none: Lookup = () => undefined

function compile(defs: object, lookup: Lookup = none, id = 'com.example.doc'): ReadonlyMap<string, Definition> {
  return compileLexicon(parseLexicon({lexicon: 1, id, defs}), lookup)
}

function schemaOf(definition: Definition | undefined): Schema {
  return definition instanceof Schema ? definition : assert.fail('expected a schema')
}

const object = (properties: object, required: string[] = []) => ({type: 'object', properties, required})

suite('compiled documents', () => {
  test('definitions refer to each other, and to other documents', () => {
    const place = {
      type: 'record',
      key: 'tid',
      record: object({post: {type: 'ref', ref: 'com.atproto.repo.strongRef'}, mood: {type: 'ref', ref: '#mood'}}),
    }
    const defs = compile({main: place, mood: {type: 'string', enum: ['good']}}, (nsid, name) =>
      nsid === 'com.atproto.repo.strongRef' && name === 'main' ? strongRef : undefined,
    )
    const main = schemaOf(defs.get('main'))
    assert.equal(main.check({$type: 'com.example.doc', mood: 'good'}), undefined)
    assert.equal(main.check({$type: 'com.example.doc', mood: 'bad'})?.path, '/mood')
    assert.equal(main.check({$type: 'com.example.doc', post: {uri: 'x'}})?.path, '/post/uri')
  })

  test('what a reference does not lead to cannot be checked, and is refused', () => {
    const defs = compile({
      main: object({
        a: {type: 'ref', ref: 'com.example.lost'},
        b: {type: 'union', refs: ['com.example.lost#main', 'com.example.lost#two']},
      }),
    })
    const main = schemaOf(defs.get('main'))
    assert.equal(main.check({}), undefined)
    assert.equal(main.check({a: {}})?.reason, 'unknown-reference')
    assert.equal(main.check({b: {$type: 'com.example.lost'}})?.reason, 'unknown-reference')
    assert.equal(main.check({b: {$type: 'com.example.lost#two'}})?.reason, 'unknown-reference')
    assert.equal(main.check({b: {$type: 'com.example.other'}}), undefined)
  })

  test('a union holds nothing that has no $type, whatever the other document defines', () => {
    const list = compile({main: {type: 'array', items: {type: 'integer'}}}, none, 'com.example.list')
    const defs = compile({main: object({u: {type: 'union', refs: ['com.example.list']}})}, (_, name) => list.get(name))
    assert.equal(schemaOf(defs.get('main')).check({u: {}})?.path, '/u/$type')
    assert.equal(schemaOf(defs.get('main')).check({u: [1]})?.reason, 'wrong-type')
  })

  test('documents may refer to each other in a circle', () => {
    const docs = new Map<string, ReadonlyMap<string, Definition>>()
    const lookup: Lookup = (nsid, name) => docs.get(nsid)?.get(name)
    docs.set(
      'com.example.a',
      compile({main: object({b: {type: 'ref', ref: 'com.example.b'}})}, lookup, 'com.example.a'),
    )
    docs.set(
      'com.example.b',
      compile({main: object({a: {type: 'ref', ref: 'com.example.a'}, n: {type: 'integer'}})}, lookup, 'com.example.b'),
    )
    const a = schemaOf(docs.get('com.example.a')?.get('main'))
    assert.equal(a.check({b: {a: {b: {n: 'x'}}}})?.path, '/b/a/b/n')
  })

  test('methods carry their parts', () => {
    const body = {encoding: 'application/json', schema: object({n: {type: 'integer'}})}
    const parameters = {type: 'params', properties: {limit: {type: 'integer', default: 5}}}
    const main = compile({
      main: {type: 'procedure', parameters, input: body, output: {encoding: '*/*'}, errors: [{name: 'Lost'}]},
    }).get('main')
    assert.ok(main?.type === 'procedure')
    assert.deepEqual(main.params.parse(new URLSearchParams()), {ok: true, value: {limit: 5}})
    assert.equal(main.input?.schema?.check({n: 'x'})?.path, '/n')
    assert.equal(main.output?.encoding, '*/*')
    assert.deepEqual(main.errors, ['Lost'])
  })

  test('a property may have any name', () => {
    const properties = JSON.parse('{"__proto__": {"type": "integer"}, "constructor": {"type": "string"}}')
    const main = schemaOf(compile({main: object(properties)}).get('main'))
    assert.equal(main.check({}), undefined)
    assert.equal(main.check(JSON.parse('{"__proto__": "x"}'))?.path, '/__proto__')
  })
})
