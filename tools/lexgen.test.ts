/** What is committed is what the generator makes, and what it makes is what the documents say. */
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {modules} from '#lex/gen/modules.ts'
import {records} from '#lex/gen/records.ts'
import {compileLexicon, type Definition} from '#lex/schema/compile.ts'
import type {Body} from '#lex/schema/method.ts'
import {Schema} from '#lex/schema/schema.ts'
import {ArraySchema, ObjectSchema, RecordSchema, RefSchema, UnionSchema} from '#lex/schema/structure.ts'
import {extract, type Files, genDir, generate, lexiconsDir, readLexicons} from './lexgen.ts'

const docs = readLexicons()

/** Fails with the paths, not the texts, of what differs: the remedy is the same for all. */
function assertSame(made: Files, dir: string, remedy: string): void {
  const differing = [...made].filter(([path, text]) => read(join(dir, path)) !== text).map(([path]) => path)
  assert.deepEqual(differing, [], `run: ${remedy}`)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

suite('lexicons', () => {
  test('the documents are those of the pinned package', () => {
    assertSame(extract(), lexiconsDir, 'node tools/lexgen.ts extract')
  })

  test('the committed modules are what the generator makes of the documents', () => {
    const made = generate(docs)
    assertSame(made, genDir, 'node tools/lexgen.ts')
    const there = globSync('**/*.ts', {cwd: genDir}).map(path => path.replaceAll('\\', '/'))
    assert.deepEqual(there.toSorted(), [...made.keys()].toSorted())
  })

  test('every record type is in the table of records', () => {
    const expected = [...docs.values()].filter(doc => doc.defs.main?.type === 'record').map(doc => doc.id)
    assert.deepEqual(
      records.map(schema => schema.nsid),
      expected,
    )
  })

  test('each module exports what its document defines, the same as when it is compiled at run time', async () => {
    const loaded = new Map<string, Readonly<Record<string, Definition>>>()
    for (const [nsid, load] of Object.entries(modules)) {
      loaded.set(nsid, (await load()) as Readonly<Record<string, Definition>>)
    }
    assert.deepEqual([...loaded.keys()], [...docs.keys()])
    for (const [nsid, doc] of docs) {
      for (const [name, definition] of compileLexicon(doc, (nsid, name) => loaded.get(nsid)?.[name])) {
        const generated = loaded.get(nsid)?.[name]
        assert.ok(generated, `${nsid}#${name}`)
        assert.deepEqual(outline(generated), outline(definition), `${nsid}#${name}`)
      }
    }
  })
})

/** All that a definition says, with references as names. */
function outline(definition: Definition): unknown {
  if (definition instanceof Schema) return schemaOutline(definition)
  if (definition.type === 'permission-set') return definition
  const {params, ...parts} = definition
  return {
    ...parts,
    params: membersOutline(params),
    ...('output' in parts && {output: bodyOutline(parts.output)}),
    ...('input' in parts && {input: bodyOutline(parts.input)}),
    ...('message' in parts && {message: schemaOutline(parts.message)}),
  }
}

const bodyOutline = (body: Body | undefined): unknown =>
  body && {encoding: body.encoding, schema: body.schema && schemaOutline(body.schema)}

function schemaOutline(schema: Schema): unknown {
  if (schema instanceof RecordSchema) return {nsid: schema.nsid, key: schema.key, record: schemaOutline(schema.record)}
  if (schema instanceof ObjectSchema) return {name: schema.name, nullable: schema.nullable, ...membersOutline(schema)}
  if (schema instanceof ArraySchema) return {items: schemaOutline(schema.items), ...bounds(schema.rules)}
  if (schema instanceof RefSchema) return {ref: (schema.target as {name?: string}).name ?? schemaOutline(schema.target)}
  if (schema instanceof UnionSchema) return {union: schema.variants.map(({name}) => name), closed: schema.closed}
  return {type: schema.type, ...('rules' in schema ? bounds(schema.rules as object) : schema)}
}

const membersOutline = ({properties, required}: Pick<ObjectSchema, 'properties' | 'required'>): object => ({
  properties: Object.entries(properties).map(([name, schema]) => [name, schemaOutline(schema)]),
  required,
})

/** The rules alone: a compiled schema holds on to the whole field of its document. */
const bounds = (rules: object): object =>
  Object.fromEntries(Object.entries(rules).filter(([name]) => !['type', 'description', 'items'].includes(name)))
