/** Query strings of methods, both ways. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import * as lex from './define.ts'
import {fillDefaults} from './params.ts'

const schema = lex.params(
  {
    actor: lex.string({format: 'at-identifier'}),
    limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
    pinned: lex.boolean(),
    uris: lex.array(lex.string(), {maxLength: 2}),
    ids: lex.array(lex.integer()),
  },
  ['actor'],
)

/** The parameters that a query string gives, or `path: reason`. */
function parse(query: string): unknown {
  const parsed = schema.parse(new URLSearchParams(query))
  return parsed.ok ? parsed.value : `${parsed.fault.path}: ${parsed.fault.reason}`
}

suite('parameters', () => {
  test('text becomes what the schema says, and defaults are filled in', () => {
    assert.deepEqual(parse('actor=a.test'), {actor: 'a.test', limit: 50})
    assert.deepEqual(parse('actor=a.test&limit=7&pinned=false&uris=x&uris=y&ids=-3'), {
      actor: 'a.test',
      limit: 7,
      pinned: false,
      uris: ['x', 'y'],
      ids: [-3],
    })
  })

  test('an empty value counts as absent, and an unknown name is ignored', () => {
    assert.deepEqual(parse('actor=a.test&limit=&uris=&cursor=x&constructor=y&__proto__=z'), {
      actor: 'a.test',
      limit: 50,
    })
    assert.equal(parse('actor='), '/actor: missing')
  })

  test('a fault names the parameter', () => {
    assert.equal(parse(''), '/actor: missing')
    assert.equal(parse('actor=_'), '/actor: bad-format')
    assert.equal(parse('actor=a.test&actor=b.test'), '/actor: repeated')
    assert.equal(parse('actor=a.test&limit=0'), '/limit: too-small')
    for (const limit of ['1.5', '1e1', '0x10', '+1', ' 1', '99999999999999999999', 'NaN']) {
      assert.equal(parse(`actor=a.test&limit=${encodeURIComponent(limit)}`), '/limit: wrong-type', limit)
    }
    assert.equal(parse('actor=a.test&pinned=1'), '/pinned: wrong-type')
    assert.equal(parse('actor=a.test&ids=1&ids=x'), '/ids/1: wrong-type')
    assert.equal(parse('actor=a.test&uris=1&uris=2&uris=3'), '/uris: too-long')
  })

  test('what is formatted is parsed again', () => {
    const params = {actor: 'a.test', limit: 7, pinned: true, uris: ['x&y', 'é'], cursor: undefined}
    const query = schema.format(params).toString()
    assert.equal(query, 'actor=a.test&limit=7&pinned=true&uris=x%26y&uris=%C3%A9')
    assert.deepEqual(parse(query), {actor: 'a.test', limit: 7, pinned: true, uris: ['x&y', 'é']})
  })

  test('a body gets the defaults of its top level', () => {
    const body = lex.object({
      a: lex.boolean({default: true}),
      b: lex.object({c: lex.integer({default: 1})}),
      d: lex.string(),
    })
    const value = {b: {}}
    fillDefaults(body, value)
    assert.deepEqual(value, {a: true, b: {}})
  })
})
