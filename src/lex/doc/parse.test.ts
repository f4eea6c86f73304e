/** Lexicon documents: each rule, by a document that breaks it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Malformed} from '#std/malformed.ts'
import {parseLexicon} from './parse.ts'

const doc = (defs: unknown, more: object = {}) => ({lexicon: 1, id: 'com.example.doc', defs, ...more})

/** The reason and path of the refusal, or nothing. */
function refusal(json: unknown): string | undefined {
  try {
    parseLexicon(json)
    return undefined
  } catch (error) {
    assert.ok(error instanceof Malformed, String(error))
    assert.equal(error.format, 'lexicon')
    return `${error.reason} ${/: (\S*): /.exec(error.message)?.[1]}`
  }
}

const refusalOf = (main: unknown): string | undefined => refusal(doc({main}))?.replace('/defs/main', '')
const refusalOfField = (field: unknown): string | undefined =>
  refusalOf({type: 'object', properties: {f: field}})?.replace('/properties/f', '')
const refusalOfParam = (field: unknown): string | undefined =>
  refusalOf({type: 'query', parameters: {type: 'params', properties: {f: field}}})?.replace(
    '/parameters/properties/f',
    '',
  )

const recordOf = (key: unknown, record: unknown = {type: 'object', properties: {}}) => ({type: 'record', key, record})
const setOf = (permission: object, more: object = {}) => ({
  type: 'permission-set',
  permissions: [{type: 'permission', resource: 'repo', ...permission}],
  ...more,
})

suite('lexicon documents', () => {
  test('the document itself', () => {
    const object = {type: 'object', properties: {}}
    assert.equal(refusal(doc({main: object}, {revision: 3, description: 'x', $type: 'any'})), undefined)
    assert.equal(refusal([]), 'wrong-type /')
    assert.equal(refusal(doc({main: object}, {lexicon: 2})), 'bad-version /lexicon')
    assert.equal(refusal(doc({main: object}, {id: 'doc'})), 'bad-id /id')
    assert.equal(refusal(doc({main: object}, {description: 1})), 'wrong-type /description')
    assert.equal(refusal(doc([])), 'wrong-type /defs')
    assert.equal(refusal(doc({})), 'no-definitions /defs')
    assert.equal(refusal(doc({'a.b': object})), 'bad-name /defs/a.b')
    assert.equal(
      refusal(JSON.parse('{"lexicon":1,"id":"a.b.c","defs":{"__proto__":{"type":"token"}}}')),
      'bad-name /defs/__proto__',
    )
  })

  test('which type may stand where', () => {
    const record = {type: 'record', key: 'any', record: {type: 'object', properties: {}}}
    assert.equal(refusalOf(record), undefined)
    assert.equal(refusal(doc({other: record})), 'primary-not-main /defs/other/type')
    for (const type of ['ref', 'union', 'unknown', 'params', 'permission', 'null', undefined]) {
      assert.equal(refusalOf({type}), 'bad-type /type', String(type))
    }
    for (const type of ['token', 'params', 'permission', 'null']) assert.equal(refusalOfField({type}), 'bad-type /type')
    assert.equal(refusalOfField(record), 'primary-not-main /type')
    for (const type of ['boolean', 'integer', 'string', 'unknown']) assert.equal(refusalOfParam({type}), undefined)
    for (const type of ['bytes', 'cid-link', 'blob', 'object', 'ref', 'union']) {
      assert.equal(refusalOfParam({type}), 'bad-type /type', type)
      assert.equal(refusalOfParam({type: 'array', items: {type}}), 'bad-type /items/type', type)
    }
    assert.equal(refusalOfParam({type: 'array', items: {type: 'array'}}), 'bad-type /items/type')
  })

  test('constraints', () => {
    assert.equal(refusalOfField({type: 'integer', minimum: 2, maximum: 1}), 'bad-range ')
    assert.equal(refusalOfField({type: 'integer', minimum: 1.5}), 'wrong-type /minimum')
    assert.equal(refusalOfField({type: 'integer', enum: [1, '2']}), 'wrong-type /enum/1')
    assert.equal(refusalOfField({type: 'integer', maximum: 5, default: 6}), 'bad-default /default')
    assert.equal(refusalOfField({type: 'boolean', default: 'true'}), 'wrong-type /default')
    assert.equal(refusalOfField({type: 'boolean', default: true, const: true}), 'const-and-default ')
    assert.equal(refusalOfField({type: 'string', maxLength: -1}), 'bad-range /maxLength')
    assert.equal(refusalOfField({type: 'string', minGraphemes: 3, maxGraphemes: 2}), 'bad-range ')
    assert.equal(refusalOfField({type: 'string', format: 'constructor'}), 'bad-format /format')
    assert.equal(refusalOfField({type: 'string', knownValues: 'x'}), 'wrong-type /knownValues')
    assert.equal(refusalOfField({type: 'string', enum: ['x'], default: 'y'}), 'bad-default /default')
    assert.equal(refusalOfField({type: 'bytes', minLength: 2, maxLength: 1}), 'bad-range ')
    assert.equal(refusalOfField({type: 'blob', accept: ['image/*', '*']}), 'bad-accept /accept/1')
    assert.equal(refusalOfField({type: 'blob', accept: ['text/ht*']}), 'bad-accept /accept/0')
    assert.equal(refusalOfField({type: 'blob', maxSize: '1'}), 'wrong-type /maxSize')
    assert.equal(refusalOfField({type: 'array', items: {type: 'string'}, maxLength: null}), 'wrong-type /maxLength')
    assert.equal(refusalOfField({type: 'array'}), 'wrong-type /items')
    assert.equal(refusalOf({type: 'object', properties: {}, required: ['f']}), 'unknown-member /required')
    assert.equal(refusalOf({type: 'object', properties: {}, required: ['constructor']}), 'unknown-member /required')
    assert.equal(refusalOf({type: 'object', properties: {}, nullable: null}), 'wrong-type /nullable')
    assert.equal(refusalOf({type: 'object'}), 'wrong-type /properties')
  })

  test('references', () => {
    const to = (ref: unknown): string | undefined =>
      refusal(doc({main: {type: 'object', properties: {f: {type: 'ref', ref}}}, tok: {type: 'token'}}))?.split(' ')[0]
    for (const ref of ['#main', 'com.example.x', 'com.example.x#y']) assert.equal(to(ref), undefined, ref)
    for (const ref of ['', '#', 'x', '#a#b', 'com.example.x#', 'com.example.x#a.b', 'lex:com.example.x']) {
      assert.equal(to(ref), 'bad-ref', ref)
    }
    assert.equal(to(1), 'wrong-type')
    assert.equal(to('#lost'), 'unknown-ref')
    assert.equal(to('#constructor'), 'unknown-ref')
    assert.equal(to('#tok'), 'misplaced-ref')
    assert.equal(refusalOfField({type: 'union', refs: []}), undefined)
    assert.equal(refusalOfField({type: 'union', refs: [], closed: true}), 'empty-union /refs')
    assert.equal(refusalOfField({type: 'union'}), 'wrong-type /refs')
    assert.equal(refusalOfField({type: 'union', refs: ['#main'], closed: 1}), 'wrong-type /closed')
    assert.equal(
      refusal(doc({main: {type: 'object', properties: {f: {type: 'union', refs: ['#s']}}}, s: {type: 'string'}})),
      'misplaced-ref /defs/main/properties/f/refs/0',
    )
  })

  test('records', () => {
    for (const key of ['tid', 'nsid', 'any', 'literal:self']) assert.equal(refusalOf(recordOf(key)), undefined)
    for (const key of [undefined, 'self', 'literal:', 'literal:a b', 'literal:..'])
      assert.equal(refusalOf(recordOf(key)), 'bad-key /key')
    assert.equal(refusalOf(recordOf('any', {type: 'ref', ref: 'com.example.x'})), 'bad-type /record/type')
  })

  test('methods', () => {
    const json = {encoding: 'application/json'}
    const union = {type: 'union', refs: ['com.example.x']}
    assert.equal(
      refusalOf({type: 'procedure', input: {...json, schema: union}, output: json, errors: [{name: 'A'}]}),
      undefined,
    )
    assert.equal(refusalOf({type: 'query', input: json}), 'misplaced /input')
    assert.equal(refusalOf({type: 'query', parameters: {type: 'object', properties: {}}}), 'bad-type /parameters/type')
    assert.equal(refusalOf({type: 'query', output: {}}), 'bad-encoding /output/encoding')
    assert.equal(
      refusalOf({type: 'query', output: {encoding: 'text/plain; charset=utf-8'}}),
      'bad-encoding /output/encoding',
    )
    assert.equal(
      refusalOf({type: 'query', output: {...json, schema: {type: 'string'}}}),
      'bad-type /output/schema/type',
    )
    assert.equal(refusalOf({type: 'query', errors: [{name: 'Not One'}]}), 'bad-error /errors/0/name')
    assert.equal(refusalOf({type: 'subscription', message: {schema: union}}), undefined)
    assert.equal(
      refusalOf({type: 'subscription', message: {schema: {type: 'object', properties: {}}}}),
      'bad-type /message/schema/type',
    )
    assert.equal(refusalOf({type: 'subscription'}), 'wrong-type /message')
    assert.equal(refusalOf({type: 'subscription', message: {schema: union}, output: json}), 'misplaced /output')
  })

  test('permission sets', () => {
    assert.equal(
      refusalOf(setOf({collection: ['a.b.c'], future: true, n: 1}, {title: 'x', 'title:lang': {'pt-BR': 'y'}})),
      undefined,
    )
    assert.equal(refusalOf(setOf({type: 'x'})), 'bad-type /permissions/0/type')
    assert.equal(refusalOf(setOf({resource: ''})), 'wrong-type /permissions/0/resource')
    assert.equal(refusalOf(setOf({collection: {}})), 'wrong-type /permissions/0/collection')
    assert.equal(refusalOf(setOf({collection: [null]})), 'wrong-type /permissions/0/collection')
    assert.equal(refusalOf(setOf({}, {'detail:lang': {en: 1}})), 'wrong-type /detail:lang/en')
    assert.equal(refusalOf(setOf({}, {'detail:lang': {not_a_tag: 'x'}})), 'bad-language /detail:lang/not_a_tag')
    assert.equal(refusalOf({type: 'permission-set'}), 'wrong-type /permissions')
  })

  test('a document is bounded in depth and size', () => {
    let field: object = {type: 'integer'}
    for (let i = 0; i < 100_000; i++) field = {type: 'array', items: field}
    assert.match(refusalOfField(field) ?? '', /^too-deep /)
    const properties = Object.fromEntries(Array.from({length: 20_001}, (_, i) => [`p${i}`, {type: 'boolean'}]))
    assert.match(refusalOf({type: 'object', properties}) ?? '', /^too-big /)
  })
})
