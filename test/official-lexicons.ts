/**
 * Our lexicon documents as the official runtime (`@atproto/lex`) holds them, so that its client checks what we answer as
 * the official app does. Its generator writes modules that put together what is put together here; that takes ten
 * seconds, and is the same.
 */
import {readFileSync} from 'node:fs'
import {l} from '@atproto/lex'
import type {LexBody, LexField, LexiconDoc, LexMembers, LexMethod, LexUnion} from '../src/lex/doc/lexicon-doc.ts'

type Any = ReturnType<typeof l.lexMap>
type Made = Record<string, Any>

/** The documents that were asked for, and those that they refer to. */
const made = new Map<string, Made>()

function defsOf(nsid: string): Made {
  const known = made.get(nsid)
  if (known) return known
  const defs: Made = {}
  made.set(nsid, defs)
  const path = `lexicons/${nsid.replaceAll('.', '/')}.json`
  const doc = JSON.parse(readFileSync(path, 'utf8')) as LexiconDoc
  for (const [name, def] of Object.entries(doc.defs)) {
    switch (def.type) {
      case 'object':
        defs[name] = l.typedObject(nsid as never, name, membersOf(nsid, def)) as unknown as Any
        break
      case 'record':
        defs[name] = l.record(def.key as never, nsid as never, membersOf(nsid, def.record)) as unknown as Any
        break
      case 'token':
        defs[name] = l.token(nsid as never, name) as unknown as Any
        break
      case 'query':
      case 'procedure':
      case 'subscription':
      case 'permission-set':
        break
      default:
        defs[name] = fieldOf(nsid, def)
    }
  }
  return defs
}

/** What a reference leads to, looked up when it is first used: documents refer to each other in rings. */
function named(nsid: string, ref: string): () => Any {
  const [document, name = 'main'] = ref.split('#')
  return () => {
    const found = defsOf(document || nsid)[name]
    if (!found) throw new Error(`${ref} leads nowhere`)
    return found
  }
}

function membersOf(
  nsid: string,
  {properties, required = [], nullable = []}: LexMembers & {nullable?: readonly string[]},
) {
  const members: Made = {}
  for (const [name, field] of Object.entries(properties)) {
    let member = fieldOf(nsid, field)
    if (nullable.includes(name)) member = l.nullable(member) as unknown as Any
    members[name] = required.includes(name) ? member : (l.optional(member) as unknown as Any)
  }
  return l.object(members)
}

function fieldOf(nsid: string, field: LexField): Any {
  const schema = bareField(nsid, field)
  const given = 'default' in field ? field.default : undefined
  return given === undefined ? schema : (l.withDefault(schema as never, given as never) as unknown as Any)
}

function bareField(nsid: string, field: LexField): Any {
  if ('const' in field && field.const !== undefined) return l.literal(field.const) as unknown as Any
  if ('enum' in field && field.enum) return l.enum(field.enum as never) as unknown as Any
  const {type, ...rules} = field
  switch (type) {
    case 'boolean':
      return l.boolean() as unknown as Any
    case 'integer':
      return l.integer(rules as never) as unknown as Any
    case 'string':
      return l.string(rules as never) as unknown as Any
    case 'bytes':
      return l.bytes(rules as never) as unknown as Any
    case 'cid-link':
      return l.cid() as unknown as Any
    case 'blob':
      return l.blob(rules as never) as unknown as Any
    case 'unknown':
      return l.lexMap()
    case 'ref':
      return l.ref(named(nsid, field.ref) as never) as unknown as Any
    case 'union':
      return unionOf(nsid, field)
    case 'array':
      return l.array(fieldOf(nsid, field.items), rules as never) as unknown as Any
    case 'object':
      return membersOf(nsid, field) as unknown as Any
  }
}

const unionOf = (nsid: string, {refs, closed = false}: LexUnion): Any =>
  l.typedUnion(refs.map(ref => l.typedRef(named(nsid, ref) as never)) as never, closed as never) as unknown as Any

function bodyOf(nsid: string, body: LexBody | undefined) {
  if (!body?.schema) return body ? l.payload(body.encoding as never) : l.payload()
  const {schema} = body
  const whole = schema.type === 'object' ? membersOf(nsid, schema) : fieldOf(nsid, schema as LexField)
  return l.payload(body.encoding as never, whole as never)
}

type Method = ReturnType<typeof l.query>
const methods = new Map<string, Method>()

/** A query or procedure for the official client. */
export function officialMethod(nsid: string): Method {
  const known = methods.get(nsid) ?? methodOf(nsid)
  methods.set(nsid, known)
  return known
}

function methodOf(nsid: string): Method {
  const doc = JSON.parse(readFileSync(`lexicons/${nsid.replaceAll('.', '/')}.json`, 'utf8')) as LexiconDoc
  const main = doc.defs.main as LexMethod & {type: string; input?: LexBody}
  const params = l.params(
    Object.fromEntries(
      Object.entries(main.parameters?.properties ?? {}).map(([name, field]) => {
        const schema = fieldOf(nsid, field as LexField)
        return [name, main.parameters?.required?.includes(name) ? schema : l.optional(schema)]
      }),
    ) as never,
  )
  const output = bodyOf(nsid, main.output)
  if (main.type !== 'procedure') return l.query(nsid as never, params as never, output as never) as never
  return l.procedure(nsid as never, params as never, bodyOf(nsid, main.input) as never, output as never) as never
}
