/**
 * Reads lexicon documents from JSON: every type, every constraint, and the rules for which type may stand where
 * (spec: lexicon). Documents come from strangers, by resolution, so all is checked here once and what comes out can be
 * compiled without a second look. What the rules merely advise against is a matter for a linter, and passes.
 */
import {isMap} from '#atp/data/value.ts'
import {isLanguage} from '#atp/syntax/language.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {Malformed} from '#std/malformed.ts'
import {faultText} from '../schema/fault.ts'
import {type BooleanRules, BooleanSchema, type IntegerRules, IntegerSchema} from '../schema/scalar.ts'
import {stringFormats, type StringRules, StringSchema} from '../schema/string.ts'
import type {LexiconDoc} from './lexicon-doc.ts'

type Json = {readonly [member: string]: unknown}
interface Reading {
  readonly defs: Json
  fields: number
}

const depthMax = 32
/** All fields of all definitions. The largest official document has about 800. */
const fieldsMax = 20_000
/** A name within a document, as it follows the `#` of a reference. */
const defName = /^[a-zA-Z][a-zA-Z0-9_-]{0,127}$/

const concreteTypes = ['boolean', 'integer', 'string', 'bytes', 'cid-link', 'blob']
const defTypes = [...concreteTypes, 'token', 'object', 'array']
const primaryTypes = ['record', 'query', 'procedure', 'subscription', 'permission-set']
const fieldTypes = [...concreteTypes, 'unknown', 'ref', 'union', 'array', 'object']
const scalarParamTypes = ['boolean', 'integer', 'string', 'unknown']
const paramTypes = [...scalarParamTypes, 'array']
const bodyTypes = ['object', 'ref', 'union']

/**
 * Checks a lexicon document and gives it back typed; members that the language does not know are let be. Throws
 * `Malformed('lexicon', …)`, whose detail begins with the path of the fault: `/defs/main/record: …`.
 */
export function parseLexicon(json: unknown): LexiconDoc {
  const doc = mapAt(json, '')
  if (doc.lexicon !== 1) fail('bad-version', '/lexicon', 'expected the number 1')
  if (typeof doc.id !== 'string' || !isNsid(doc.id)) fail('bad-id', '/id', 'expected an NSID')
  optional(doc, 'description', 'string', '')
  optional(doc, 'revision', 'number', '')
  const defs = mapAt(doc.defs, '/defs')
  const names = Object.keys(defs)
  if (names.length === 0) fail('no-definitions', '/defs', 'expected at least one definition')
  const reading: Reading = {defs, fields: 0}
  for (const name of names) {
    const path = `/defs/${name}`
    if (!defName.test(name)) fail('bad-name', path, 'expected a letter, then letters, digits, "_" or "-"')
    checkType(defs[name], path, name === 'main' ? [...primaryTypes, ...defTypes] : defTypes, reading, 0)
  }
  return json as LexiconDoc
}

function fail(reason: string, path: string, detail: string): never {
  throw new Malformed('lexicon', reason, `${path || '/'}: ${detail}`)
}

/** Checks a definition or field whose type must be one of `allowed`. */
function checkType(json: unknown, path: string, allowed: readonly string[], reading: Reading, depth: number): void {
  if (depth > depthMax) fail('too-deep', path, `nested more than ${depthMax} deep`)
  if (++reading.fields > fieldsMax) fail('too-big', path, `more than ${fieldsMax} fields`)
  const def = mapAt(json, path)
  const type = def.type
  if (typeof type !== 'string' || !allowed.includes(type)) {
    const reason = primaryTypes.includes(type as string) ? 'primary-not-main' : 'bad-type'
    fail(reason, `${path}/type`, `${JSON.stringify(type)?.slice(0, 64)} cannot stand here: ${allowed.join(', ')}`)
  }
  optional(def, 'description', 'string', path)
  switch (type) {
    case 'boolean':
      return checkBoolean(def, path)
    case 'integer':
      return checkInteger(def, path)
    case 'string':
      return checkString(def, path)
    case 'bytes':
      return checkRange(def, path, 'minLength', 'maxLength', 0)
    case 'blob':
      return checkBlob(def, path)
    case 'ref':
      return checkRef(def.ref, `${path}/ref`, reading, type => type !== 'token' && !isMethod(type))
    case 'union':
      return checkUnion(def, path, reading)
    case 'array':
      checkRange(def, path, 'minLength', 'maxLength', 0)
      return checkType(
        def.items,
        `${path}/items`,
        allowed === paramTypes ? scalarParamTypes : fieldTypes,
        reading,
        depth + 1,
      )
    case 'object':
      stringsAt(def.nullable, `${path}/nullable`)
      return checkMembers(def, path, fieldTypes, reading, depth)
    case 'params':
      return checkMembers(def, path, paramTypes, reading, depth)
    case 'record':
      if (!isKeyType(def.key)) fail('bad-key', `${path}/key`, 'expected tid, nsid, any or literal:<record key>')
      return checkType(def.record, `${path}/record`, ['object'], reading, depth + 1)
    case 'query':
    case 'procedure':
    case 'subscription':
      return checkMethod(def, path, reading, depth)
    case 'permission-set':
      return checkPermissionSet(def, path)
  }
}

function checkMembers(def: Json, path: string, allowed: readonly string[], reading: Reading, depth: number): void {
  const properties = mapAt(def.properties, `${path}/properties`)
  for (const name of Object.keys(properties)) {
    checkType(properties[name], `${path}/properties/${name}`, allowed, reading, depth + 1)
  }
  for (const name of stringsAt(def.required, `${path}/required`)) {
    if (!Object.hasOwn(properties, name)) fail('unknown-member', `${path}/required`, `no property is named "${name}"`)
  }
}

function checkMethod(def: Json, path: string, reading: Reading, depth: number): void {
  if (def.parameters !== undefined) checkType(def.parameters, `${path}/parameters`, ['params'], reading, depth + 1)
  for (const side of ['input', 'output']) {
    if (def[side] === undefined) continue
    if (def.type === 'subscription' || (def.type === 'query' && side === 'input')) {
      fail('misplaced', `${path}/${side}`, `a ${def.type} has none`)
    }
    checkBody(mapAt(def[side], `${path}/${side}`), `${path}/${side}`, reading, depth)
  }
  if (def.type === 'subscription') {
    const message = mapAt(def.message, `${path}/message`)
    optional(message, 'description', 'string', `${path}/message`)
    checkType(message.schema, `${path}/message/schema`, ['union'], reading, depth + 1)
  }
  for (const [i, item] of arrayAt(def.errors === undefined ? [] : def.errors, `${path}/errors`).entries()) {
    const error = mapAt(item, `${path}/errors/${i}`)
    if (typeof error.name !== 'string' || !/^\S+$/.test(error.name)) {
      fail('bad-error', `${path}/errors/${i}/name`, 'expected a name without white space')
    }
    optional(error, 'description', 'string', `${path}/errors/${i}`)
  }
}

function checkBody(body: Json, path: string, reading: Reading, depth: number): void {
  optional(body, 'description', 'string', path)
  if (typeof body.encoding !== 'string' || !isMediaPattern(body.encoding)) {
    fail('bad-encoding', `${path}/encoding`, 'expected one media type, without parameters')
  }
  if (body.schema !== undefined) checkType(body.schema, `${path}/schema`, bodyTypes, reading, depth + 1)
}

function checkBoolean(def: Json, path: string): void {
  optional(def, 'const', 'boolean', path)
  optional(def, 'default', 'boolean', path)
  checkDefault(def, path, new BooleanSchema(def as BooleanRules))
}

function checkInteger(def: Json, path: string): void {
  for (const name of ['const', 'default']) integerAt(def[name], `${path}/${name}`)
  checkRange(def, path, 'minimum', 'maximum', -Infinity)
  if (def.enum !== undefined) {
    for (const [i, item] of arrayAt(def.enum, `${path}/enum`).entries()) integerAt(item, `${path}/enum/${i}`)
  }
  checkDefault(def, path, new IntegerSchema(def as IntegerRules))
}

function checkString(def: Json, path: string): void {
  if (def.format !== undefined && (typeof def.format !== 'string' || !Object.hasOwn(stringFormats, def.format))) {
    fail('bad-format', `${path}/format`, `expected one of ${Object.keys(stringFormats).join(', ')}`)
  }
  for (const name of ['const', 'default']) optional(def, name, 'string', path)
  for (const name of ['enum', 'knownValues']) stringsAt(def[name], `${path}/${name}`)
  checkRange(def, path, 'minLength', 'maxLength', 0)
  checkRange(def, path, 'minGraphemes', 'maxGraphemes', 0)
  checkDefault(def, path, new StringSchema(def as StringRules))
}

/** A default that its own type refuses would make every answer that relies on it a fault. */
function checkDefault(def: Json, path: string, schema: BooleanSchema | IntegerSchema | StringSchema): void {
  if (def.default === undefined) return
  if (def.const !== undefined) fail('const-and-default', path, 'const and default exclude each other')
  const found = schema.check(def.default)
  if (found) fail('bad-default', `${path}/default`, faultText(found))
}

function checkBlob(def: Json, path: string): void {
  for (const [i, pattern] of stringsAt(def.accept, `${path}/accept`).entries()) {
    if (!isMediaPattern(pattern)) fail('bad-accept', `${path}/accept/${i}`, 'expected type/subtype, type/* or */*')
  }
  integerAt(def.maxSize, `${path}/maxSize`, 0)
}

function checkUnion(def: Json, path: string, reading: Reading): void {
  optional(def, 'closed', 'boolean', path)
  if (def.refs === undefined) fail('wrong-type', `${path}/refs`, 'expected an array of references')
  const refs = stringsAt(def.refs, `${path}/refs`)
  if (refs.length === 0 && def.closed === true) fail('empty-union', `${path}/refs`, 'a closed union needs a member')
  for (const [i, ref] of refs.entries()) {
    checkRef(ref, `${path}/refs/${i}`, reading, type => type === 'object' || type === 'record')
  }
}

/** Checks how a reference is spelt, and what it names when that is in this document. */
function checkRef(ref: unknown, path: string, {defs}: Reading, fits: (type: unknown) => boolean): void {
  if (typeof ref !== 'string') fail('wrong-type', path, 'expected a reference')
  const [nsid, name, ...rest] = ref.split('#', 3)
  if (rest.length > 0 || (nsid !== '' && !isNsid(nsid)) || (name === undefined ? nsid === '' : !defName.test(name))) {
    fail('bad-ref', path, 'expected nsid, nsid#name or #name')
  }
  if (nsid !== '') return
  if (!Object.hasOwn(defs, name)) fail('unknown-ref', path, `this document defines no "${name}"`)
  const target = defs[name]
  if (isMap(target) && !fits(target.type)) fail('misplaced-ref', path, `a ${String(target.type)} cannot stand here`)
}

function checkPermissionSet(def: Json, path: string): void {
  for (const name of ['title', 'detail']) {
    optional(def, name, 'string', path)
    if (def[`${name}:lang`] === undefined) continue
    const texts = mapAt(def[`${name}:lang`], `${path}/${name}:lang`)
    for (const [language, text] of Object.entries(texts)) {
      const at = `${path}/${name}:lang/${language}`
      if (!isLanguage(language)) fail('bad-language', at, 'expected a language tag')
      if (typeof text !== 'string') fail('wrong-type', at, 'expected a string')
    }
  }
  for (const [i, item] of arrayAt(def.permissions, `${path}/permissions`).entries()) {
    checkPermission(mapAt(item, `${path}/permissions/${i}`), `${path}/permissions/${i}`)
  }
}

// Resources and their parameters will grow, so only their shape is checked here: who grants must ignore a permission
// that it does not wholly know (spec: permission).
function checkPermission(permission: Json, path: string): void {
  if (permission.type !== 'permission') fail('bad-type', `${path}/type`, 'expected "permission"')
  if (typeof permission.resource !== 'string' || permission.resource === '') {
    fail('wrong-type', `${path}/resource`, 'expected the name of a resource')
  }
  for (const [name, value] of Object.entries(permission)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === 'string' || typeof item === 'boolean' || Number.isSafeInteger(item)) continue
      fail('wrong-type', `${path}/${name}`, 'expected a string, an integer, a boolean, or an array of them')
    }
  }
}

const isMethod = (type: unknown): boolean =>
  type === 'query' || type === 'procedure' || type === 'subscription' || type === 'permission-set'

const isKeyType = (key: unknown): boolean =>
  key === 'tid' ||
  key === 'nsid' ||
  key === 'any' ||
  (typeof key === 'string' && key.startsWith('literal:') && isRecordKey(key.slice('literal:'.length)))

const isMediaPattern = (text: string): boolean => /^(?:\*\/\*|[\w.+!#$&^-]+\/(?:\*|[\w.+!#$&^-]+))$/.test(text)

function mapAt(json: unknown, path: string): Json {
  return isMap(json) ? json : fail('wrong-type', path, 'expected an object')
}

function arrayAt(json: unknown, path: string): readonly unknown[] {
  return Array.isArray(json) ? json : fail('wrong-type', path, 'expected an array')
}

/** The strings of an array that may be absent. */
function stringsAt(json: unknown, path: string): readonly string[] {
  const items = json === undefined ? [] : arrayAt(json, path)
  return items.every(item => typeof item === 'string') ? items : fail('wrong-type', path, 'expected strings')
}

function optional(def: Json, name: string, type: 'string' | 'boolean' | 'number', path: string): void {
  if (def[name] === undefined || typeof def[name] === type) return
  fail('wrong-type', `${path}/${name}`, `expected a ${type}`)
}

function integerAt(json: unknown, path: string, least = -Infinity): number | undefined {
  if (json === undefined) return undefined
  if (!Number.isSafeInteger(json)) fail('wrong-type', path, 'expected an integer')
  if ((json as number) < least) fail('bad-range', path, `expected ${least} or more`)
  return json as number
}

function checkRange(def: Json, path: string, min: string, max: string, least: number): void {
  const low = integerAt(def[min], `${path}/${min}`, least)
  const high = integerAt(def[max], `${path}/${max}`, least)
  if (low !== undefined && high !== undefined && low > high) fail('bad-range', path, `${min} is above ${max}`)
}
