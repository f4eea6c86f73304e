/** Values made from a schema: valid ones, and the same with one thing changed. For tests that compare validators. */
import {cidOf, codecs} from '../src/atp/data/cid.ts'
import {isMap, setMember, type Value, type ValueMap} from '../src/atp/data/value.ts'
import {toUtf8} from '../src/std/text.ts'
import {BlobSchema} from '../src/lex/schema/blob.ts'
import {BooleanSchema, BytesSchema, CidLinkSchema, IntegerSchema, TokenSchema} from '../src/lex/schema/scalar.ts'
import type {Schema} from '../src/lex/schema/schema.ts'
import {type StringFormat, StringSchema} from '../src/lex/schema/string.ts'
import {ArraySchema, ObjectSchema, RecordSchema, RefSchema, UnionSchema} from '../src/lex/schema/structure.ts'

type Random = () => number

const below = (random: Random, limit: number): number => Math.floor(random() * limit)
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]

export const sampleCid = cidOf(codecs.raw, toUtf8('a sample'))
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'

const formatSamples: {readonly [F in StringFormat]: readonly string[]} = {
  'at-identifier': [did, 'alice.test'],
  'at-uri': [`at://${did}`, `at://alice.test/app.bsky.feed.post/3jui7kd54zh2y`],
  cid: [sampleCid.toString()],
  datetime: ['2026-11-22T12:00:00Z', '1985-04-12T23:20:50.123456-07:00'],
  did: [did, 'did:web:example.com'],
  handle: ['alice.test', 'a.b.c.example.com'],
  language: ['en', 'pt-BR', 'zh-Hant'],
  nsid: ['app.bsky.feed.post'],
  'record-key': ['self', '3jui7kd54zh2y'],
  tid: ['3jui7kd54zh2y'],
  uri: ['https://example.com/a?b#c', 'did:web:x', 'at://alice.test'],
}
const characters = ['a', 'b', ' ', '\n', 'é', 'ß', '日', '한', '😀', '👍🏽', '👩‍👩‍👦', '🇩🇪', 'e\u0301', 'न्दी']

/** A value that `schema` admits. Optional members are there or not; unions take a member, or one not named. */
export function sampleOf(schema: Schema, random: Random, depth = 0): Value {
  if (schema instanceof RefSchema) return sampleOf(schema.target, random, depth)
  if (schema instanceof RecordSchema)
    return {$type: schema.nsid, ...(sampleOf(schema.record, random, depth) as ValueMap)}
  if (schema instanceof ObjectSchema) return sampleObject(schema, random, depth)
  if (schema instanceof ArraySchema) {
    const {minLength = 0, maxLength = minLength + 2} = schema.rules
    const size = depth > 5 ? minLength : minLength + below(random, Math.min(maxLength - minLength, 3) + 1)
    return Array.from({length: size}, () => sampleOf(schema.items, random, depth + 1))
  }
  if (schema instanceof UnionSchema) {
    const {variants} = schema
    if (variants.length === 0 || (!schema.closed && random() < 0.15)) return {$type: 'com.example.other#thing', n: 1}
    const variant = pick(random, variants)
    return {...(sampleOf(variant, random, depth + 1) as ValueMap), $type: variant.name as string}
  }
  if (schema instanceof StringSchema) return sampleString(schema, random)
  if (schema instanceof IntegerSchema) return sampleInteger(schema, random)
  if (schema instanceof BooleanSchema) return schema.rules.const ?? random() < 0.5
  if (schema instanceof BytesSchema) return new Uint8Array(schema.rules.minLength ?? below(random, 4))
  if (schema instanceof CidLinkSchema) return sampleCid
  if (schema instanceof TokenSchema) return schema.name
  if (schema instanceof BlobSchema) return sampleBlob(schema)
  return {any: 'thing', n: below(random, 100)}
}

function sampleObject(schema: ObjectSchema, random: Random, depth: number): ValueMap {
  const value: ValueMap = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const needed = schema.required.includes(name)
    if (!needed && random() < (depth > 4 ? 0.9 : 0.4)) continue
    const isNull = schema.nullable.includes(name) && random() < 0.3
    setMember(value, name, isNull ? null : sampleOf(property, random, depth + 1))
  }
  return value
}

function sampleString({rules}: StringSchema, random: Random): string {
  if (rules.const !== undefined) return rules.const
  if (rules.enum) return pick(random, rules.enum)
  if (rules.format) return pick(random, formatSamples[rules.format])
  if (rules.knownValues && random() < 0.5) return pick(random, rules.knownValues)
  // Near the limits as often as not: there validators differ.
  const {maxGraphemes = 40, maxLength = 400, minLength = 0, minGraphemes = 0} = rules
  const target = random() < 0.3 ? maxGraphemes : below(random, Math.min(maxGraphemes, 40)) + minGraphemes
  let text = ''
  for (let i = 0, room = maxLength; i < target; i++) {
    const next = pick(random, characters)
    room -= toUtf8(next).length
    if (room < 0) break
    text += next
  }
  return text.padEnd(minLength, 'x')
}

function sampleInteger({rules}: IntegerSchema, random: Random): number {
  if (rules.const !== undefined) return rules.const
  if (rules.enum) return pick(random, rules.enum)
  const {minimum = -1000, maximum = Math.max(minimum, 0) + 1000} = rules
  return pick(random, [minimum, maximum, minimum + below(random, maximum - minimum + 1)])
}

function sampleBlob({rules}: BlobSchema): Value {
  const mimeType = rules.accept?.[0].replace('*', 'png') ?? 'image/png'
  return {$type: 'blob', ref: sampleCid, mimeType, size: Math.min(1000, rules.maxSize ?? 1000)}
}

const others: readonly Value[] = [
  null,
  true,
  0,
  -1,
  1e9,
  '',
  'x',
  did,
  'x'.repeat(400),
  '日'.repeat(4000),
  '😀'.repeat(310),
  [],
  [1],
  ['x'],
  {},
  {$type: 'com.example.other'},
  {$type: 'app.bsky.feed.post#replyRef'},
  sampleCid,
  new Uint8Array(3),
  {$type: 'blob', ref: sampleCid, mimeType: 'a/b', size: 5},
]

/** The value with one thing in it changed, which may or may not still be valid. The value itself stays as it is. */
export function mutated(value: Value, random: Random): Value {
  const inner = Array.isArray(value) ? value.length : isMap(value) ? Object.keys(value).length : 0
  if (inner === 0 || random() < 0.1)
    return typeof value === 'string' && random() < 0.5 ? `${value}${value} ` : pick(random, others)
  if (Array.isArray(value)) {
    const at = below(random, inner)
    if (random() < 0.2) return Array.from({length: 12}, () => value[at])
    return value.map((item, i) => (i === at ? mutated(item, random) : item))
  }
  const map = {...(value as ValueMap)}
  const name = pick(random, Object.keys(map))
  const kind = random()
  if (kind < 0.15) delete map[name]
  else if (kind < 0.25) map.extra = pick(random, others)
  else if (kind < 0.3)
    map.$type = pick(random, ['', 'com.example.other', 'app.bsky.feed.post', `${String(map.$type)}#main`])
  else map[name] = mutated(map[name], random)
  return map
}
