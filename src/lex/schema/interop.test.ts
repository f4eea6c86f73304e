/** The published vectors for lexicon documents and for records of one that uses every type. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {suite, test} from 'node:test'
import {needVectors, vector} from '../../../test/vectors.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {isMap} from '#atp/data/value.ts'
import {Malformed} from '#std/malformed.ts'
import {parseLexicon} from '../doc/parse.ts'
import {Registry} from '../registry.ts'
import {compileLexicon} from './compile.ts'
import {type Fault, faultText} from './fault.ts'
import {RecordSchema} from './structure.ts'

const read = (path: string): unknown => JSON.parse(readFileSync(vector(`interop/lexicon/${path}.json`), 'utf8'))
const unknown = () => undefined

suite('interop: lexicon documents', needVectors, () => {
  test('valid ones are read', () => {
    for (const {name, lexicon} of read('lexicon-valid') as {name: string; lexicon: unknown}[]) {
      assert.equal(parseLexicon(lexicon), lexicon, name)
    }
    for (const name of ['permission-set', 'procedure', 'query', 'record', 'subscription']) {
      const definitions = compileLexicon(parseLexicon(read(`catalog/${name}`)), unknown)
      assert.equal(definitions.get('main')?.type, name)
    }
  })

  test('invalid ones are refused', () => {
    for (const {name, lexicon} of read('lexicon-invalid') as {name: string; lexicon: unknown}[]) {
      assert.throws(() => parseLexicon(lexicon), Malformed, name)
    }
  })
})

suite('interop: record data', needVectors, () => {
  type Case = {name: string; rkey: string; data: {$type: string}}

  /** The fault of a record, whether the data model refuses it already or only its lexicon does. */
  function faultOf({rkey, data}: Case): Fault | Malformed | undefined {
    const main = compileLexicon(parseLexicon(read('catalog/record')), unknown).get('main')
    assert.ok(main instanceof RecordSchema)
    try {
      const result = new Registry([main]).validateRecord(data.$type, rkey, jsonToValue(data), 'require')
      return result.ok ? undefined : result.fault
    } catch (error) {
      assert.ok(error instanceof Malformed)
      return error
    }
  }

  /** The published blobs name a record. Specification and official readers both demand a CID of raw bytes. */
  function withRawBlob(record: Case): Case {
    const data: Case['data'] & {[member: string]: unknown} = {...record.data}
    const ref = cidOf(codecs.raw, new Uint8Array(1)).toJSON()
    for (const [name, value] of Object.entries(data))
      if (isMap(value) && value.$type === 'blob') data[name] = {...value, ref}
    return {...record, data}
  }

  test('valid records pass', () => {
    for (const record of read('record-data-valid') as Case[]) {
      assert.equal(faultOf(withRawBlob(record)), undefined, record.name)
    }
  })

  test('the blob of a valid record is of the codec that the data model asks for, unlike the published one', () => {
    const full = (read('record-data-valid') as Case[]).find(({name}) => name === 'full')
    assert.equal((faultOf(full!) as Malformed).reason, 'bad-blob')
  })

  test('invalid records are refused, and the fault says where', () => {
    for (const record of read('record-data-invalid') as Case[]) {
      const found = faultOf(record)
      assert.ok(found, record.name)
      if (!(found instanceof Malformed)) assert.match(faultText(found), /^\/[\w$-]+.*: /, record.name)
    }
  })
})
