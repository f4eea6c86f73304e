/**
 * Values of a lexicon type in every odd form that is valid: with as little as it may have and as much, each optional
 * member there alone, members that nobody knows, each kind of a union and one of a kind that comes later, texts and
 * numbers at their bounds, and the spellings that only readers of old records take.
 */
import type {Value, ValueMap} from '../src/atp/data/value.ts'
import {cidOf, codecs} from '../src/atp/data/cid.ts'
import {BlobSchema} from '../src/lex/schema/blob.ts'
import {BooleanSchema, BytesSchema, CidLinkSchema, IntegerSchema, TokenSchema} from '../src/lex/schema/scalar.ts'
import type {Schema} from '../src/lex/schema/schema.ts'
import {StringSchema, type StringFormat} from '../src/lex/schema/string.ts'
import {ArraySchema, ObjectSchema, RecordSchema, RefSchema, UnionSchema} from '../src/lex/schema/structure.ts'

/** What texts of a format are taken from; those first are the plainest. */
export type Texts = Readonly<Record<StringFormat, readonly string[]>>

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const raw = cidOf(codecs.raw, new TextEncoder().encode('a picture'))

/** `uris` are records that are there, of several kinds. */
export const texts = (did: string, handle: string, uris: readonly string[]): Texts => ({
  'at-identifier': [did, handle],
  'at-uri': [
    ...uris,
    `at://${handle}/app.bsky.feed.post/3jzfcijpj2z2a`,
    `at://${did}`,
    `at://${did}/app.bsky.graph.list`,
  ],
  cid: [cid, raw.toString()],
  datetime: [
    '2025-01-01T00:00:00.000Z',
    '1985-04-12T23:20:50.123456789+05:30',
    '2099-12-31T23:59:59.999Z',
    '0001-01-01T00:00:00Z',
    '2025-01-01T00:00:00',
    '2025-01-01T00:00:00.5+0000',
    '2025-01-01 00:00',
  ],
  did: [did, 'did:web:unknown.example.com'],
  handle: [handle],
  language: ['en', 'zh-Hant-TW', 'JA'],
  nsid: ['app.bsky.feed.post'],
  'record-key': ['self'],
  tid: ['3jzfcijpj2z2a'],
  uri: ['https://example.com/a?b=c#d', 'a:b', `https://example.com/${'x'.repeat(2000)}`],
})

const unknownMember: ValueMap = {'com.example.new': {deep: [1, 'two', null, {}]}}
const depthMax = 7

/** The plainest first. Every one of them passes the lenient check. */
export function formsOf(schema: Schema, given: Texts, depth = 0): Value[] {
  if (schema instanceof RecordSchema) {
    return formsOf(schema.record, given).map(form => ({$type: schema.nsid, ...(form as ValueMap)}))
  }
  if (schema instanceof RefSchema) return formsOf(schema.target, given, depth)
  if (schema instanceof ObjectSchema) return objectForms(schema, given, depth)
  if (schema instanceof UnionSchema) {
    const known = depth > depthMax ? schema.variants.slice(0, 1) : schema.variants
    const forms = known.flatMap(variant =>
      formsOf(variant as Schema, given, depth + 1).map(form => ({...(form as ValueMap), $type: variant.name ?? ''})),
    )
    return schema.closed ? forms : [...forms, {$type: 'com.example.later', ...unknownMember}]
  }
  if (schema instanceof ArraySchema) {
    const {minLength = 0, maxLength = 8} = schema.rules
    const items = formsOf(schema.items, given, depth + 1)
    const many = Array.from({length: Math.min(maxLength, 20)}, (_, at) => items[at % items.length])
    const single = items.slice(0, depth > 3 ? 3 : 40).map(item => [item])
    return [...(minLength === 0 ? [[]] : []), ...single, many].filter(
      ({length}) => length >= minLength && length <= maxLength,
    )
  }
  if (schema instanceof StringSchema) return stringForms(schema, given)
  if (schema instanceof IntegerSchema) {
    const {
      minimum = -Number.MAX_SAFE_INTEGER,
      maximum = Number.MAX_SAFE_INTEGER,
      enum: some,
      const: only,
    } = schema.rules
    return only === undefined ? [...(some ?? [Math.max(minimum, 1), minimum, maximum])] : [only]
  }
  if (schema instanceof BooleanSchema) return schema.rules.const === undefined ? [false, true] : [schema.rules.const]
  if (schema instanceof BytesSchema) return [new Uint8Array(schema.rules.minLength ?? 0)]
  if (schema instanceof CidLinkSchema) return [raw]
  if (schema instanceof TokenSchema) return [schema.name]
  if (schema instanceof BlobSchema) {
    const blob = {$type: 'blob', ref: raw, mimeType: 'image/png', size: 10}
    return [blob, {...blob, mimeType: 'text/plain', size: 1e12}, {cid: raw.toString(), mimeType: 'image/jpeg'}]
  }
  return [{}, unknownMember]
}

function objectForms({properties, required}: ObjectSchema, given: Texts, depth: number): ValueMap[] {
  const lean: ValueMap = {}
  const full: ValueMap = {}
  const each = new Map<string, Value[]>()
  for (const [name, member] of Object.entries(properties)) {
    if (depth > depthMax && !required.includes(name)) continue
    const forms = formsOf(member, given, depth + 1)
    each.set(name, depth > 4 ? forms.slice(0, 2) : forms)
    if (required.includes(name)) lean[name] = forms[0]
    full[name] = forms[forms.length - 1]
  }
  const varied = [...each].flatMap(([name, forms]) => forms.map(form => ({...lean, [name]: form})))
  return [lean, ...varied, {...lean, ...unknownMember}, {...full, ...unknownMember}]
}

function stringForms({rules}: StringSchema, given: Texts): string[] {
  const {format, minLength = 0, maxLength = 3000, minGraphemes = 0, maxGraphemes = 3000, knownValues = []} = rules
  if (rules.const !== undefined) return [rules.const]
  if (rules.enum) return [...rules.enum]
  if (format) return [...given[format]]
  const least = 'x'.repeat(Math.max(minLength, minGraphemes))
  const most = '👩‍👩‍👧'.repeat(Math.min(maxGraphemes, Math.floor(maxLength / 18)))
  const plain = 'plain text'.slice(0, Math.min(maxLength, maxGraphemes))
  return [...knownValues, plain, least, 'x'.repeat(Math.min(maxLength, maxGraphemes)), most, '\u0000\u202e"<\\'].filter(
    text =>
      text.length >= Math.max(minLength, minGraphemes) && text.length <= maxLength && text.length <= 18 * maxGraphemes,
  )
}
