/** Each lexicon type, by its rules: what passes, what does not, and how the first fault is named. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {cidFor} from '../../../test/random.ts'
import * as lex from './define.ts'
import {faultText} from './fault.ts'
import type {Schema} from './schema.ts'
import type {RecordKeyType} from './structure.ts'

const cid = cidFor('a record')
const image = cidOf(codecs.raw, new Uint8Array(9))
const blob = {$type: 'blob', ref: image, mimeType: 'image/png', size: 100}

const record = (key: RecordKeyType) => lex.record('a.b.c', key, lex.object({n: lex.integer()}))

/** The values that a schema admits, and those that it refuses, each with the path and reason. */
function holds(schema: Schema, admits: readonly unknown[], refuses: readonly (readonly [unknown, string])[]): void {
  for (const value of admits) assert.equal(schema.check(value), undefined, String(value))
  for (const [value, expected] of refuses) {
    const found = schema.check(value)
    assert.equal(found && `${found.path} ${found.reason}`.trimStart(), expected, JSON.stringify(value))
  }
}

suite('types without parts', () => {
  test('boolean', () => {
    holds(
      lex.boolean(),
      [true, false],
      [
        ['true', 'wrong-type'],
        [0, 'wrong-type'],
        [null, 'wrong-type'],
      ],
    )
    holds(lex.boolean({const: true}), [true], [[false, 'not-allowed']])
  })

  test('integer', () => {
    const most = Number.MAX_SAFE_INTEGER
    holds(
      lex.integer(),
      [0, -5, most],
      [
        [1.5, 'wrong-type'],
        [most + 1, 'wrong-type'],
        [NaN, 'wrong-type'],
        ['1', 'wrong-type'],
      ],
    )
    holds(
      lex.integer({minimum: 1, maximum: 3}),
      [1, 3],
      [
        [0, 'too-small'],
        [4, 'too-big'],
      ],
    )
    holds(lex.integer({enum: [2, 4]}), [2, 4], [[3, 'not-allowed']])
    holds(lex.integer({const: 7}), [7], [[8, 'not-allowed']])
  })

  test('string', () => {
    holds(
      lex.string(),
      ['', 'any'],
      [
        [1, 'wrong-type'],
        [undefined, 'wrong-type'],
      ],
    )
    holds(
      lex.string({minLength: 2, maxLength: 4}),
      ['ab', 'é', '日', '😀'],
      [
        ['a', 'too-short'],
        ['abcde', 'too-long'],
        ['éàü', 'too-long'],
      ],
    )
    holds(
      lex.string({minGraphemes: 2, maxGraphemes: 3}),
      ['ab', '👍🏽👍🏽'],
      [
        ['👍🏽', 'too-short'],
        ['👍🏽abc', 'too-long'],
      ],
    )
    holds(lex.string({enum: ['x', 'y']}), ['x'], [['z', 'not-allowed']])
    holds(lex.string({const: 'x'}), ['x'], [['y', 'not-allowed']])
    holds(lex.string({knownValues: ['x']}), ['x', 'anything'], [])
    holds(
      lex.string({format: 'did'}),
      ['did:web:example.com'],
      [
        ['example.com', 'bad-format'],
        [1, 'wrong-type'],
      ],
    )
    holds(
      lex.string({format: 'uri', maxLength: 12}),
      ['https://a.b'],
      [
        ['no', 'bad-format'],
        ['https://a.b/long', 'too-long'],
      ],
    )
  })

  test('bytes and links', () => {
    const {bytes, cidLink} = lex
    holds(
      bytes({minLength: 1, maxLength: 2}),
      [new Uint8Array(2)],
      [
        [new Uint8Array(0), 'too-short'],
        [new Uint8Array(3), 'too-long'],
        ['ab', 'wrong-type'],
      ],
    )
    holds(
      cidLink(),
      [cid],
      [
        [cid.toString(), 'wrong-type'],
        [{$link: cid.toString()}, 'wrong-type'],
      ],
    )
  })

  test('blob', () => {
    holds(
      lex.blob(),
      [blob, {...blob, size: 0, note: undefined}],
      [
        ['blob', 'wrong-type'],
        [{...blob, $type: 'other'}, 'wrong-type'],
        [{...blob, ref: cid.toString()}, '/ref wrong-type'],
        [{...blob, ref: cid}, '/ref wrong-codec'],
        [{...blob, mimeType: ''}, '/mimeType wrong-type'],
        [{...blob, size: -1}, '/size wrong-type'],
        [{...blob, note: 'more'}, 'unknown-member'],
      ],
    )
    holds(
      lex.blob({accept: ['image/*', 'video/mp4'], maxSize: 100}),
      [blob, {...blob, mimeType: 'video/mp4'}],
      [
        [{...blob, mimeType: 'video/webm'}, '/mimeType not-accepted'],
        [{...blob, mimeType: 'imagery/png'}, '/mimeType not-accepted'],
        [{...blob, size: 101}, '/size too-big'],
      ],
    )
    holds(lex.blob({accept: ['*/*']}), [blob], [])
  })

  test('legacy blobs are only for reading', () => {
    const schema = lex.blob({accept: ['image/*']})
    const legacy = {cid: cid.toString(), mimeType: 'image/png'}
    assert.equal(schema.check(legacy)?.reason, 'wrong-type')
    assert.equal(schema.check(legacy, true), undefined)
    assert.equal(schema.check({...legacy, cid: 'x'}, true)?.path, '/cid')
    assert.equal(schema.check({...legacy, size: 1}, true)?.reason, 'unknown-member')
    assert.equal(schema.check({...blob, size: -1}, true), undefined)
    assert.equal(schema.check({...blob, size: -2}, true)?.path, '/size')
    assert.equal(schema.check({...blob, ref: cid}, true), undefined)
    assert.equal(schema.check({...blob, ref: cid.toString()}, true)?.path, '/ref')
  })

  test('blobs beyond the limits of today are read, and not written', () => {
    const schema = lex.blob({accept: ['image/*'], maxSize: 100})
    for (const old of [
      {...blob, size: 101},
      {...blob, mimeType: 'video/mp4'},
    ]) {
      assert.ok(schema.check(old))
      assert.equal(schema.check(old, true), undefined)
    }
  })

  test('datetimes and languages of old records are read, and not written', () => {
    for (const [format, texts] of [
      ['datetime', ['2023-04-28T20:04:59', '2023-04-28T20:04:59.123+0000', '2023-04-28t20:04:59z']],
      ['language', ['JA', 'En-us', 'jaja', 'de-DE-1901-1901']],
    ] as const) {
      for (const schema of [lex.string({format}), lex.string({format, maxLength: 64})]) {
        for (const text of texts) {
          assert.equal(schema.check(text)?.reason, 'bad-format', text)
          assert.equal(schema.check(text, true), undefined, text)
        }
        assert.equal(schema.check('not one at all', true)?.reason, 'bad-format')
        assert.equal(schema.check(1, true)?.reason, 'wrong-type')
      }
    }
    assert.equal(lex.string({format: 'did'}).check('JA', true)?.reason, 'bad-format')
  })

  test('the format cid is of what decodes to a CID', () => {
    const format = lex.string({format: 'cid'})
    for (const good of [cid, image]) assert.equal(format.check(good.toString()), undefined)
    for (const bad of ['bafyreiaaaa', 'zzzzzzzzzz', `${cid}a`, 'mBcDxtdWx0aWhhc2g+']) {
      assert.equal(format.check(bad)?.reason, 'bad-format', bad)
    }
  })

  test('unknown is any map, but no other thing that JSON spells as one', () => {
    holds(
      lex.unknown(),
      [{}, {a: 1.5}, {$type: 'a.b.c'}],
      [
        [1, 'wrong-type'],
        [[], 'wrong-type'],
        [cid, 'wrong-type'],
        [new Uint8Array(), 'wrong-type'],
        [blob, 'wrong-type'],
      ],
    )
  })

  test('a token is its own name', () => {
    holds(
      lex.token('a.b.c#d'),
      ['a.b.c#d'],
      [
        ['d', 'not-allowed'],
        [{}, 'not-allowed'],
      ],
    )
  })
})

suite('types with parts', () => {
  test('array', () => {
    holds(
      lex.array(lex.integer(), {minLength: 1, maxLength: 2}),
      [[1], [1, 2]],
      [
        [[], 'too-short'],
        [[1, 2, 3], 'too-long'],
        [[1, 'x'], '/1 wrong-type'],
        [{0: 1}, 'wrong-type'],
      ],
    )
  })

  test('object: required, optional and nullable members, and others that a later version may know', () => {
    const schema = lex.object({a: lex.integer(), b: lex.string()}, ['a'], ['b'])
    holds(
      schema,
      [{a: 1}, {a: 1, b: null}, {a: 1, b: undefined}, {a: 1, z: {}}],
      [
        [{}, '/a missing'],
        [{a: undefined}, '/a missing'],
        [{a: null}, '/a wrong-type'],
        [{a: 1, b: 2}, '/b wrong-type'],
        [null, 'wrong-type'],
        [[], 'wrong-type'],
        [cid, 'wrong-type'],
      ],
    )
  })

  test('a member that every object seems to have must be its own', () => {
    const schema = lex.object({constructor: lex.string(), ['__proto__']: lex.integer()}, ['constructor'])
    holds(
      schema,
      [{constructor: 'x'}, JSON.parse('{"constructor": "x", "__proto__": 1}')],
      [
        [{}, '/constructor missing'],
        [JSON.parse('{"constructor": "x", "__proto__": "y"}'), '/__proto__ wrong-type'],
      ],
    )
  })

  test('an object that is a definition refuses the $type of another, unless when reading', () => {
    const schema = lex.typed('a.b.c#d', {})
    holds(
      schema,
      [{}, {$type: 'a.b.c#d'}],
      [
        [{$type: 'a.b.c#e'}, '/$type other-type'],
        [{$type: 1}, '/$type other-type'],
      ],
    )
    assert.equal(schema.check({$type: 'a.b.c#e'}, true), undefined)
  })

  test('union', () => {
    const one = lex.typed('a.b.c#one', {n: lex.integer()}, ['n'])
    const two = lex.record('a.b.two', 'any', lex.object({}))
    holds(
      lex.union(() => [one, two]),
      [{$type: 'a.b.c#one', n: 1}, {$type: 'a.b.two'}, {$type: 'x.y.z', n: 'any'}],
      [
        [{n: 1}, '/$type missing'],
        [{$type: 5}, '/$type missing'],
        [blob, 'wrong-type'],
        [{$type: 'a.b.c#one'}, '/n missing'],
        ['a.b.c#one', 'wrong-type'],
      ],
    )
    holds(
      lex.union(() => [one], 'closed'),
      [{$type: 'a.b.c#one', n: 1}],
      [[{$type: 'a.b.two'}, '/$type other-type']],
    )
  })

  test('record: its $type, and its key', () => {
    holds(
      record('tid'),
      [{$type: 'a.b.c', n: 1}],
      [
        [{n: 1}, '/$type missing'],
        [{$type: 'a.b.d'}, '/$type other-type'],
        [{$type: 'a.b.c', n: 'x'}, '/n wrong-type'],
        [[], 'wrong-type'],
      ],
    )
    const keys = ['3jzfcijpj2z2a', 'a.b.c', 'self', 'x:y', '..']
    const allowed = (key: RecordKeyType): string[] => keys.filter(rkey => record(key).isKey(rkey))
    assert.deepEqual(allowed('tid'), ['3jzfcijpj2z2a'])
    assert.deepEqual(allowed('nsid'), ['a.b.c'])
    assert.deepEqual(allowed('literal:self'), ['self'])
    assert.deepEqual(allowed('any'), keys.slice(0, 4))
  })

  test('a type may contain itself, and be nested as deep as JSON may', () => {
    const node: lex.ObjectSchema = lex.typed('a.b.node', {next: lex.ref(() => node), n: lex.integer()})
    let list: unknown = {n: 'wrong'}
    for (let i = 0; i < 1000; i++) list = {next: list}
    const found = node.check(list)
    assert.equal(found?.path, `${'/next'.repeat(1000)}/n`)
  })

  test('references that lead to ever more types do not exhaust the stack', () => {
    let schema: lex.ObjectSchema = lex.typed('a.b.c#0', {n: lex.integer()})
    for (let i = 1; i < 50_000; i++) {
      const inner = schema
      schema = lex.typed(`a.b.c#${i}`, {in: lex.ref(() => inner)})
    }
    assert.equal(schema.check({in: {in: {in: {in: 5}}}})?.path, '/in/in/in/in')
  })

  test('a fault names the first thing wrong, as a JSON pointer and in a sentence', () => {
    const schema = lex.object({'a/b~c': lex.array(lex.object({n: lex.integer()}))})
    const found = schema.check({'a/b~c': [{n: 1}, {n: 'x'}, {n: 'y'}]})
    assert.ok(found)
    assert.equal(found.path, '/a~1b~0c/1/n')
    assert.equal(faultText(found), '/a~1b~0c/1/n: expected an integer, found a string')
    assert.equal(faultText(schema.check(1)!), 'expected an object, found an integer')
  })
})

suite('hostile: a check costs what the value has, however much the schema allows', () => {
  let looks = 0
  /** The same, every look at which is counted. */
  const counted = <T extends object>(of: T): T =>
    new Proxy(of, {get: (target, name, self) => (looks++, Reflect.get(target, name, self) as unknown)})
  const many = Array.from({length: 5_000}, (_, i) => i)
  const wide = (required: string[], nullable: string[]) =>
    lex.object(Object.fromEntries(many.map(i => [`m${i}`, lex.integer()])), required, nullable)

  const rows: [name: string, schema: Schema, value: unknown, fault: string | undefined][] = [
    ['an integer among thousands', lex.integer({enum: counted(many)}), 4_999, undefined],
    ['an integer that is not', lex.integer({enum: counted(many)}), -1, 'not-allowed'],
    ['a media type', lex.blob({accept: counted(many.map(i => `a/${i}`))}), {...blob, mimeType: 'a/4999'}, undefined],
    [
      'a family of them',
      lex.blob({accept: counted(many.map(i => `${i}/*`))}),
      {...blob, mimeType: '4999/x'},
      undefined,
    ],
    ['one that is not', lex.blob({accept: many.map(i => `${i}/*`)}), {...blob, mimeType: '*'}, 'not-accepted'],
    ['a wide object without members', wide([], []), counted({}), undefined],
    ['with some', wide([], []), counted({m4999: 1, m0: 2, other: 3}), undefined],
    ['with one that is wrong', wide([], []), counted({m4999: 'x', m0: 2}), 'wrong-type'],
    ['with one that may be null', wide([], ['m7']), counted({m7: null}), undefined],
    ['without one that must be there', wide(['m4000'], []), counted({m1: 1}), 'missing'],
    ['the first fault in the order of the schema', wide(['m3'], []), counted({m9: 'x'}), 'missing'],
    ['and the other way round', wide(['m9'], []), counted({m3: 'x'}), 'wrong-type'],
  ]
  for (const [name, schema, value, fault] of rows) {
    test(name, () => {
      const first = schema.check(value)?.reason
      looks = 0
      assert.deepEqual([schema.check(value)?.reason, first], [fault, fault])
      assert.ok(looks < 50, `${looks} looks`)
    })
  }
})
