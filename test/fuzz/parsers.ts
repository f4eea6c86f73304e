/**
 * Every parser of strangers' input, each with valid inputs to spoil. Whoever writes a parser adds it here; the short
 * run (`fuzz.test.ts`) and the long one (`npm run fuzz`) then both drive it. Corpora are made from seeds or written
 * out, so that they need no vectors.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {Keypair, parseDidKey, parseMultikey, formatMultikey} from '#atp/crypto/key.ts'
import {decodeCbor, decodeCborAt, decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cborToJson, cborToJsonLenient} from '#atp/data/cbor-json.ts'
import {cidFromBytes, cidOf, codecs, foreignCidText, isCid, parseCid} from '#atp/data/cid.ts'
import {jsonToValue, jsonToValueLenient, parseJson, valueToJson} from '#atp/data/json.ts'
import {handleOf, parseDidDocument, pdsEndpoint, service, signingKey} from '#atp/identity/did-document.ts'
import {encodeLabel, parseLabel, signLabel, verifyLabel, type Label} from '#atp/label/label.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {diffTrees} from '#atp/mst/diff.ts'
import {isNodeLike, NodeView} from '#atp/mst/node.ts'
import {Tree} from '#atp/mst/tree.ts'
import {atprotoData, createIdentity, updateIdentity} from '#atp/plc/build.ts'
import {documentOf} from '#atp/plc/document.ts'
import {verifyAuditLog, verifyLog} from '#atp/plc/log.ts'
import {operationCid, parseOperation} from '#atp/plc/operation.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {decodeCommit} from '#atp/repo/commit.ts'
import {verifyRecordProof} from '#atp/repo/record-proof.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {decodeFrame, encodeErrorFrame} from '#atp/sync/frame.ts'
import {readRepoFrame, verifyCommitEvent, verifyReasons, verifySyncEvent} from '#atp/sync/verify.ts'
import {parseAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {formatAtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {parseCidString} from '#atp/syntax/cid-string.ts'
import {normalizeDatetime, parseDatetime, type Datetime} from '#atp/syntax/datetime.ts'
import {isBlessedDid, parseDid, type Did} from '#atp/syntax/did.ts'
import {isDisallowedTld, normalizeHandle, parseHandle, type Handle} from '#atp/syntax/handle.ts'
import {parseLanguage} from '#atp/syntax/language.ts'
import {nsidAuthority, parseNsid} from '#atp/syntax/nsid.ts'
import {parseRecordKey} from '#atp/syntax/record-key.ts'
import {parseTid, tidMicros} from '#atp/syntax/tid.ts'
import {parseUri} from '#atp/syntax/uri.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {searchPosts} from '#lex/gen/app/bsky/feed/searchPosts.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {records} from '#lex/gen/records.ts'
import {findings} from '#sdk/facets.ts'
import {parseJetstreamEvent} from '#sdk/jetstream.ts'
import {fromBase32} from '#std/encoding/base32.ts'
import {fromBase58} from '#std/encoding/base58.ts'
import {fromBase64, fromBase64Url} from '#std/encoding/base64.ts'
import {equalBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import {readVarint} from '#std/encoding/varint.ts'
import {answerJson, mediaType, requestJson} from '#xrpc/body.ts'
import {mintServiceToken, verifyServiceToken} from '#xrpc/service-auth.ts'
import {recordMix} from '../../bench/records.ts'
import {TestRepo} from '../commits.ts'
import {seeded} from '../random.ts'
import {madeRepo, testDid, testKey} from '../repos.ts'
import {randomValue} from '../values.ts'
import {ofBytes, ofJson, ofText, type FuzzedParser} from './fuzz.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did

// Corpora

function cborCorpus(): Uint8Array[] {
  const random = seeded(1)
  const values = [...recordMix(60).map(({record}) => record), ...Array.from({length: 60}, () => randomValue(random))]
  return values.map(value => encodeCbor(value)).filter(bytes => bytes.length < 4_000)
}

const jsonCorpus = (): unknown[] => cborCorpus().map(bytes => valueToJson(decodeCbor(bytes)))

/** A repository of some records: its CAR, its root and its blocks. */
const repo = lazily(() => {
  const {root, blocks} = madeRepo(30)
  return {root, blocks, car: encodeCar([root], blocks), nodes: [...blocks].filter(({bytes}) => isNodeLike(bytes))}
})

const path = (n: number): string => `app.bsky.feed.post/${n}`

/** A repository that has made events. */
const events = lazily(() => {
  const key = Keypair.import('k256', new Uint8Array(32).fill(3))
  const source = new TestRepo(did, key, nowMs)
  const first = source.write(Object.fromEntries(Array.from({length: 20}, (_, n) => [path(n), {n}])))
  const second = source.write({[path(50)]: {n: 1}, [path(3)]: null, [path(4)]: {n: 2}})
  const frames = [first.event, second.event, {...second.event, prevData: undefined}, source.sync(second)].map(
    encodeEvent,
  )
  return {key: key.publicKey, event: second.event, frames: [...frames, encodeErrorFrame('FutureCursor', 'Too far.')]}
})
const rules = {nowMs: nowMs + 60_000, requirePrevData: false}

const identity = lazily(() => {
  const key = Keypair.import('p256', new Uint8Array(32).fill(4))
  const data = atprotoData({
    handle: 'alice.example.com' as Handle,
    signingKey: testKey.didKey,
    pds: 'https://pds.example.com',
    rotationKeys: [key.didKey],
  })
  const {did, operation} = createIdentity(data, key)
  const operations = [operation, updateIdentity(operation, data => data, key)]
  const audit = operations.map((operation, i) => {
    const createdAt = new Date(nowMs + i * 1000).toISOString()
    return {did, operation, cid: operationCid(operation), nullified: false, createdAt}
  })
  return {did, operations, audit, document: documentOf(did, data)}
})

const label = lazily(() => {
  const plain: Label = {src: did, uri: `at://${did}`, val: 'spam', cts: '2026-01-02T03:04:05Z' as Datetime, neg: true}
  return signLabel(plain, testKey)
})

function lazily<T>(make: () => T): () => T {
  let made: {value: T} | undefined
  return () => (made ??= {value: make()}).value
}

const lexicon = (nsid: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../lexicons/${nsid.replaceAll('.', '/')}.json`, import.meta.url), 'utf8'))

const jetstreamEvent = (kind: string, more: object): string =>
  JSON.stringify({did, time_us: nowMs * 1000, kind, [kind]: {...more}})

// The table

const data: FuzzedParser[] = [
  ofBytes('cbor', cborCorpus, bytes => {
    // Whatever is accepted must be the one encoding of what it was read as, and have a JSON form; nothing else may.
    const json = orMalformed(() => cborToJson(bytes))
    const value = orMalformed(() => decodeCbor(bytes))
    assert.equal(json === undefined, value === undefined)
    if (value === undefined || json === undefined) return
    assert.ok(equalBytes(encodeCbor(value), bytes))
    JSON.parse(fromUtf8(json)!)
    decodeCborAt(bytes, Math.min(1, bytes.length))
  }),
  ofBytes('cbor-lenient', cborCorpus, bytes => {
    const json = orMalformed(() => cborToJsonLenient(bytes))
    assert.equal(json === undefined, orMalformed(() => decodeCborLenient(bytes)) === undefined)
    if (json) JSON.parse(fromUtf8(json)!)
  }),
  ofJson('json', jsonCorpus, json => {
    jsonToValueLenient(json)
    encodeCbor(jsonToValue(json))
  }),
  ofText('json-text', () => jsonCorpus().map(json => JSON.stringify({a: json})), parseJson),
  ofBytes(
    'cid-bytes',
    () => [cidOf(codecs.cbor, new Uint8Array(1)).bytes],
    bytes => {
      foreignCidText(bytes)
      assert.equal(parseCid(cidFromBytes(bytes).toString()).equals(cidFromBytes(bytes)), true)
    },
  ),
  ofText(
    'cid-text',
    () => [cidOf(codecs.raw, new Uint8Array(1)).toString()],
    text => {
      assert.equal(isCid(text), orMalformed(() => parseCid(text)) !== undefined)
      assert.equal(parseCid(text).toString(), text)
    },
  ),
  ofText(
    'bases',
    () => ['mzxw6ytboi', 'nFERjvLLiw9qm45JrqH9Qg==', 'nFER-vLL_w9q', 'zQ3shunBKsXixLxKtC5qeSG9E4J5Rk'],
    text => {
      for (const read of [fromBase32, fromBase58, fromBase64, fromBase64Url]) read(text)
    },
  ),
  ofBytes(
    'varint',
    () => [Uint8Array.of(0x80, 0x01), new Uint8Array(12).fill(0xff)],
    bytes => readVarint(bytes, 0),
  ),
]

/** Each checks that what was parsed once is parsed again as the same. */
const syntax: FuzzedParser[] = [
  ofText(
    'did',
    () => [did, 'did:web:example.com%3A3000', 'did:method:val:two_-.x'],
    text => isBlessedDid(parseDid(text)),
  ),
  ofText(
    'handle',
    () => ['alice.example.com', 'xn--ls8h.test', 'A.B.co'],
    text => {
      isDisallowedTld(parseHandle(normalizeHandle(parseHandle(text))))
    },
  ),
  ofText('at-identifier', () => [did, 'alice.example.com'], parseAtIdentifier),
  ofText(
    'nsid',
    () => ['app.bsky.feed.post', 'com.example.a-b.fooBar'],
    text => nsidAuthority(parseNsid(text)),
  ),
  ofText('record-key', () => ['3jui7kd54zh2y', 'self', 'a:b~c_d-e.f'], parseRecordKey),
  ofText(
    'tid',
    () => ['3jui7kd54zh2y', '2222222222222'],
    text => tidMicros(parseTid(text)),
  ),
  ofText(
    'at-uri',
    () => [`at://${did}/app.bsky.feed.post/3jui7kd54zh2y`, 'at://alice.example.com'],
    text => {
      const {authority, collection, rkey} = parseAtUri(text)
      assert.equal(formatAtUri(authority, collection, rkey), text)
    },
  ),
  ofText(
    'cid-string',
    () => ['bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a', 'zdj7WWeQ43G6JJvLWQW'],
    parseCidString,
  ),
  ofText(
    'datetime',
    () => ['2026-01-02T03:04:05.678Z', '1985-04-12T23:20:50.1234567-07:00', '0001-01-01T00:00:00Z'],
    text => {
      parseDatetime(normalizeDatetime(parseDatetime(text)))
    },
  ),
  ofText('language', () => ['en', 'pt-BR', 'zh-Hant-TW-x-private', 'i-navajo'], parseLanguage),
  ofText('uri', () => ['https://example.com/a?b#c', 'at://alice.test', 'did:web:x', 'a+b-c.d:e'], parseUri),
]

const crypto: FuzzedParser[] = [
  ofText('did-key', () => [testKey.didKey], parseDidKey),
  ofText(
    'multikey',
    () => [formatMultikey(testKey.publicKey)],
    text => {
      assert.equal(formatMultikey(parseMultikey(text)), text)
    },
  ),
]

const repository: FuzzedParser[] = [
  ofBytes(
    'car',
    () => [repo().car, encodeCar([], [])],
    bytes => readCar(bytes),
  ),
  ofBytes(
    'repo',
    () => [repo().car],
    bytes => verifyRepo(bytes, {key: testKey.publicKey}),
  ),
  ofBytes(
    'record-proof',
    () => [repo().car],
    bytes => verifyRecordProof(bytes, {did: testDid, key: testKey.publicKey, path: 'app.bsky.feed.post/3'}),
  ),
  ofBytes('commit', () => [repo().blocks.get(repo().root)!], decodeCommit),
  ofBytes(
    'tree',
    () => repo().nodes.map(({bytes}) => bytes),
    bytes => {
      // As if the tree had been made that way: the node has the right hash, and stands at the top.
      const cid = cidOf(codecs.cbor, bytes)
      const blocks = new BlockMap()
      for (const node of repo().nodes) blocks.set(node.cid, node.bytes)
      blocks.set(cid, bytes)
      const node = new NodeView()
      node.read(bytes)
      orMalformed(() => diffTrees(null, cid, blocks))
      const tree = Tree.load(cid, blocks)
      orMalformed(() => tree.remove('app.bsky.feed.post/3jzfcijpj2z2a'))
      orMalformed(() => tree.put('app.bsky.feed.post/3jzfcijpj2z2b', cid))
      tree.root()
    },
  ),
]

const sync: FuzzedParser[] = [
  ofBytes('frame', () => events().frames, decodeFrame),
  ofBytes(
    'event',
    () => events().frames,
    bytes => {
      const read = readRepoFrame(bytes)
      if (!read.ok) return assert.ok(Object.hasOwn(verifyReasons, read.reason), read.reason)
      const {event} = read
      if (event?.t === '#commit') verifyCommitEvent(event, events().key, rules)
      else if (event?.t === '#sync') verifySyncEvent(event, events().key, rules)
    },
  ),
  ofBytes(
    'event-blocks',
    () => [events().event.blocks],
    blocks => {
      const verdict = verifyCommitEvent({...events().event, blocks}, events().key, rules)
      if (!verdict.ok) assert.ok(Object.hasOwn(verifyReasons, verdict.reason), verdict.reason)
    },
  ),
]

const identities: FuzzedParser[] = [
  ofJson(
    'did-document',
    () => [identity().document],
    json => {
      const document = parseDidDocument(json)
      for (const read of [signingKey, pdsEndpoint, handleOf]) read(document)
      service(document, 'atproto_labeler')
    },
  ),
  ofJson('plc-operation', () => identity().operations, parseOperation),
  ofJson(
    'plc-log',
    () => [identity().operations],
    json => verifyLog(identity().did, json),
  ),
  ofJson(
    'plc-audit-log',
    () => [identity().audit],
    json => verifyAuditLog(identity().did, json),
  ),
  ofBytes(
    'label',
    () => [encodeLabel(label())],
    bytes => verifyLabel(parseLabel(decodeCbor(bytes)), testKey.publicKey),
  ),
  ofText(
    'service-token',
    () => [mintServiceToken({now: () => nowMs, random: size => new Uint8Array(size)}, token())],
    text =>
      verifyServiceToken(text, {
        world: {now: () => nowMs},
        audiences: ['did:web:example.com' as Did],
        lxm: token().lxm,
        keyOf: async () => testKey.publicKey,
      }),
  ),
]

function token() {
  return {iss: did, aud: 'did:web:example.com' as Did, lxm: parseNsid('com.example.method'), keypair: testKey}
}

const lex: FuzzedParser[] = [
  ofJson(
    'lexicon',
    () => ['app.bsky.feed.post', 'app.bsky.feed.searchPosts', 'com.atproto.sync.subscribeRepos'].map(lexicon),
    parseLexicon,
  ),
  ofJson(
    'record',
    () => recordMix(60).map(({record}) => valueToJson(record)),
    json => {
      const value = jsonToValue(json)
      for (const schema of records) schema.check(value)
    },
  ),
]

const xrpc: FuzzedParser[] = [
  ofText(
    'params',
    () => ['q=a%20b&limit=25&sort=top&tag=x&tag=y&mentions=alice.example.com', 'q=&limit=0&cursor=%ff'],
    text => searchPosts.params.parse(new URLSearchParams(text)),
  ),
  ofBytes(
    'input',
    () => [toUtf8(JSON.stringify({repo: did, collection: 'com.example.note', rkey: 'x', record: {a: [1, null]}}))],
    bytes => createRecord.input?.schema?.check(requestJson(bytes)),
  ),
  ofBytes('answer', () => [toUtf8(JSON.stringify({a: {$link: 'x'}, b: {$bytes: 'AA'}, c: 1.5}))], answerJson),
  ofText('media-type', () => ['application/json; charset=utf-8', 'image/svg+xml'], mediaType),
]

const sdk: FuzzedParser[] = [
  ofText('facets', () => ['Hi @alice.example.com, see https://example.com/a?b#c and #tags 😀 example.com'], findings),
  ofText(
    'jetstream-event',
    () => [
      jetstreamEvent('identity', {did, seq: 1, time: '2026-01-02T03:04:05Z', handle: 'alice.example.com'}),
      jetstreamEvent('account', {did, seq: 1, time: '2026-01-02T03:04:05Z', active: false, status: 'deactivated'}),
      jetstreamEvent('commit', {
        rev: '3jui7kd54zh2y',
        operation: 'create',
        collection: 'app.bsky.feed.post',
        rkey: '3jui7kd54zh2y',
        record: {$type: 'app.bsky.feed.post', text: 'hello', createdAt: '2026-01-02T03:04:05Z'},
        cid: cidOf(codecs.cbor, new Uint8Array(1)).toString(),
      }),
    ],
    parseJetstreamEvent,
  ),
]

export const parsers: readonly FuzzedParser[] = [
  ...data,
  ...syntax,
  ...crypto,
  ...repository,
  ...sync,
  ...identities,
  ...lex,
  ...xrpc,
  ...sdk,
]

/** What `read` gives; `undefined` when it ends in `Malformed`. */
function orMalformed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
