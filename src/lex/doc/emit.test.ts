/** Generated text: what a document becomes, and that no document can smuggle code into it. */
import assert from 'node:assert/strict'
import {stripTypeScriptTypes} from 'node:module'
import {suite, test} from 'node:test'
import {emitModule} from './emit.ts'
import {parseLexicon} from './parse.ts'

const parse = (id: string, defs: object) => parseLexicon({lexicon: 1, id, defs})
const object = (properties: object, more: object = {}) => ({type: 'object', properties, ...more})
const faceted = parse('com.example.richtext.facet', {main: object({}), link: object({}), 'odd-name': object({})})

const emit = (id: string, defs: object): string =>
  emitModule(parse(id, defs), {
    source: 'x.json',
    lookup: nsid => (nsid === faceted.id ? faceted : undefined),
    from: '#',
  })
/** The lines after the imports. */
const body = (id: string, defs: object): string => emit(id, defs).split('\n\n').slice(1).join('\n\n')

suite('generated modules', () => {
  test('a record', () => {
    const record = object(
      {
        text: {type: 'string', maxLength: 30, description: 'What it says.'},
        mood: {type: 'string', knownValues: ['good', "so'so"]},
        at: {type: 'string', format: 'datetime'},
        parts: {type: 'array', items: {type: 'union', refs: ['com.example.richtext.facet#link', '#part']}},
        last: {type: 'integer'},
      },
      {required: ['text'], nullable: ['last']},
    )
    assert.equal(
      emit('com.example.feed.post', {main: {type: 'record', key: 'tid', record}, part: object({})}),
      `// Generated from x.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import * as lex from '#lex/schema/define.ts'
import * as richtextFacet from '../richtext/facet.ts'

export type Post = {
  $type: 'com.example.feed.post'
  /** What it says. */
  text: string
  mood?: 'good' | 'so\\'so' | (string & {})
  at?: Datetime
  parts?: (lex.Typed<richtextFacet.Link> | lex.Typed<Part> | lex.Other)[]
  last?: number | null
}
export const post: lex.RecordSchema<Post, Tid> = lex.record('com.example.feed.post', 'tid', lex.object({
  text: lex.string({maxLength: 30}),
  mood: lex.string({knownValues: ['good', 'so\\'so']}),
  at: lex.string({format: 'datetime'}),
  parts: lex.array(lex.union(() => [richtextFacet.link, part])),
  last: lex.integer(),
}, ['text'], ['last']))

export type Part = {
  $type?: 'com.example.feed.post#part'
}
export const part: lex.ObjectSchema<Part> = lex.typed('com.example.feed.post#part', {})

export {post as main}
`,
    )
  })

  test('a procedure: the types of both bodies, its errors, and which members have a default', () => {
    const parameters = {type: 'params', properties: {limit: {type: 'integer', default: 5}}}
    const input = {encoding: 'application/json', schema: object({all: {type: 'boolean', default: false}})}
    assert.equal(
      body('com.example.doIt', {
        main: {type: 'procedure', parameters, input, output: {encoding: '*/*'}, errors: [{name: 'Lost'}]},
      }),
      `export type Params = {
  limit?: number
}
export type Input = {
  all?: boolean
}
export type Output = lex.Binary
export type ErrorName = 'Lost'
export const doIt: lex.Procedure<Params, Input, Output, ErrorName, 'limit', 'all'> = lex.procedure(
  'com.example.doIt',
  {
    params: lex.params({
      limit: lex.integer({default: 5}),
    }),
    input: lex.body('application/json', lex.object({
      all: lex.boolean({default: false}),
    })),
    output: lex.body('*/*'),
    errors: ['Lost'],
  },
)

export {doIt as main}
`,
    )
  })

  test('names that the language or the module has already give way', () => {
    const text = emit('com.example.delete', {
      main: {type: 'query', output: {encoding: 'application/json', schema: {type: 'ref', ref: '#output'}}},
      output: object({did: {type: 'ref', ref: '#did'}, ref: {type: 'ref', ref: 'com.example.richtext.facet#odd-name'}}),
      did: {type: 'string', format: 'did'},
      lex: {type: 'token'},
    })
    assert.match(text, /import type \{Did as DidText\}/)
    assert.match(text, /export type Did = DidText/)
    assert.match(text, /export type Output = Output_\n/)
    assert.match(text, /export const lex_: lex\.TokenSchema<Lex>/)
    assert.match(text, /lex\.ref\(\(\) => richtextFacet\['odd-name'\]\)/)
    assert.match(text, /export \{delete_ as main\}/)
    assert.match(text, /export \{lex_ as lex\}/)
    assert.match(body(faceted.id, faceted.defs), /export \{odd_name as 'odd-name'\}/)
    assert.match(body('com.example.external', {main: object({}), external: object({})}), /export const main:.*\n\n/)
  })

  test('a reference to a document that is not at hand is refused', () => {
    const defs = {main: object({f: {type: 'ref', ref: 'com.example.lost'}})}
    assert.throws(() => emit('com.example.x', defs), {name: 'Malformed', reason: 'unknown-ref'})
    const none = {main: object({f: {type: 'ref', ref: 'com.example.richtext.facet#lost'}})}
    assert.throws(() => emit('com.example.x', none), {name: 'Malformed', reason: 'unknown-ref'})
  })

  test('text from a document stays text', () => {
    const evil = `'); process.exit(1) // \n\u2028 \\' */ \${1} \``
    const properties = JSON.parse('{"__proto__": {"type": "integer"}, "a-b": {"type": "boolean"}}')
    properties[evil] = {type: 'string', description: evil, const: evil}
    properties.s = {type: 'string', enum: [evil], knownValues: [evil]}
    const set = {type: 'permission-set', title: evil, permissions: [{type: 'permission', resource: evil, x: [evil]}]}
    const text = emit('com.example.evil', {
      main: {...set, description: evil},
      other: object(properties, {description: evil}),
    })
    const code = stripTypeScriptTypes(text).replace(/^import .*$/gm, '')
    const made: unknown[] = []
    const same = (...values: unknown[]): unknown => (made.push(...values), values)
    const lex = new Proxy({}, {get: () => same})
    new Function('lex', code.replaceAll(/^export (?=const)/gm, '').replaceAll(/^export \{.*$/gm, ''))(lex)
    assert.ok(made.includes('com.example.evil#other'))
    assert.deepEqual(
      made.filter(value => typeof value === 'string' && value.includes('exit')),
      [],
    )
    const described = made.find(value => typeof value === 'object' && value !== null && 'a-b' in value)
    assert.deepEqual(Object.keys(described as object), ['__proto__', 'a-b', evil, 's'])
  })
})
