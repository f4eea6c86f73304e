import {deepEqual, equal, notEqual, throws} from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {needVectors, vector} from '../../../test/vectors.ts'
import {Keypair} from '../crypto/key.ts'
import {handleOf, pdsEndpoint, signingKey} from '../identity/did-document.ts'
import type {Did} from '../syntax/did.ts'
import type {Handle} from '../syntax/handle.ts'
import {atprotoData, createIdentity, tombstoneIdentity, updateIdentity, withIdentity} from './build.ts'
import {documentOf} from './document.ts'
import {brokenLimit, directoryLimits, overRate, specLimits, strictLimits, type LimitFault} from './limits.ts'
import {dataOf, encodeOperation, parseOperation, signOperation, signerOf, type PlcUpdate} from './operation.ts'

let drawn = 0
/** Keys that are the same on each run. */
const random = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(++drawn)
const key = Keypair.generate('k256', random)
const account = {
  handle: 'alice.example.com' as Handle,
  signingKey: Keypair.generate('p256', random).didKey,
  pds: 'https://pds.example.com',
  rotationKeys: [key.didKey],
}
const {did, operation} = createIdentity(atprotoData(account), key)
const refused = (change: object, reason: string): void =>
  throws(() => parseOperation({...operation, ...change}), {name: 'Malformed', format: 'plc-operation', reason})
const keys = (count: number): string[] => Array.from({length: count}, () => Keypair.generate('k256', random).didKey)
const services = (count: number, type = 't', endpoint = 'e'): PlcUpdate['services'] =>
  Object.fromEntries(Array.from({length: count}, (_, i) => [`s${i}`, {type, endpoint}]))
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('an operation of each type reads back from its JSON', needVectors, () => {
  deepEqual(parseOperation(json(operation)), operation)
  const tombstone = tombstoneIdentity(operation, key)
  deepEqual(parseOperation(json(tombstone)), tombstone)
  const [legacy] = JSON.parse(readFileSync(vector('plc/valid/log_legacy_dholms.json'), 'utf8')) as {
    operation: unknown
  }[]
  deepEqual(parseOperation(legacy.operation), legacy.operation)
})

test('what is no operation is refused, each fault by its name', () => {
  throws(() => parseOperation(null), {reason: 'not-an-object'})
  refused({type: 'plc_rename'}, 'unknown-type')
  refused({sig: 1}, 'not-text')
  refused({extra: 1}, 'unknown-member')
  refused({type: 'plc_tombstone'}, 'unknown-member')
  refused({rotationKeys: 'x'}, 'not-a-list')
  refused({rotationKeys: Array(201).fill('')}, 'too-many-entries')
  refused({alsoKnownAs: ['x'.repeat(70_000)]}, 'too-big')
  refused({alsoKnownAs: ['\ud800']}, 'not-unicode')
  refused({verificationMethods: []}, 'not-an-object')
  refused({services: {a: {type: 't', endpoint: 'e', port: 1}}}, 'unknown-member')
  refused({prev: 'bafy'}, 'bad-prev')
  const {did: _, ...legacy} = {did, type: 'create', signingKey: '', recoveryKey: '', handle: '', service: '', sig: 'x'}
  throws(() => parseOperation({...legacy, prev: 'bafy'}), {format: 'plc-operation', reason: 'bad-prev'})
})

test('an operation has 65,536 characters of text and no more', () => {
  const {type: _type, prev: _prev, ...rest} = {...(operation as PlcUpdate), alsoKnownAs: ['']}
  const sizeOf = (value: unknown): number =>
    typeof value === 'string'
      ? value.length
      : Object.entries(value as object).reduce(
          (sum, [name, member]) =>
            sum + sizeOf(member) + (value === rest.services || value === rest.verificationMethods ? name.length : 0),
          0,
        )
  const left = 65_536 - sizeOf(rest)
  parseOperation({...operation, alsoKnownAs: ['x'.repeat(left)]})
  refused({alsoKnownAs: ['x'.repeat(left + 1)]}, 'too-big')
})

test('an operation of the first kind names its server with or without a scheme', () => {
  const legacy = {type: 'create', signingKey: 's', recoveryKey: 'r', prev: null, sig: ''} as const
  for (const [service, handle, endpoint] of [
    ['pds.example.com', 'alice.example.com', 'https://pds.example.com'],
    ['https://pds.example.com', 'https://alice.example.com', 'https://pds.example.com'],
    ['http://pds.example.com', 'http://alice.example.com', 'http://pds.example.com'],
    ['pds.example.com', 'at://alice.example.com', 'https://pds.example.com'],
  ]) {
    deepEqual(dataOf({...legacy, service, handle}), {
      rotationKeys: ['r', 's'],
      verificationMethods: {atproto: 's'},
      alsoKnownAs: ['at://alice.example.com'],
      services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint}},
    })
  }
})

test('a change of one part of an identity leaves the others', () => {
  const data = atprotoData(account)
  for (const change of [{}, {pds: 'https://new.example.com'}, {handle: 'bob.example.com' as Handle}]) {
    const next = withIdentity(data, change)
    deepEqual(next.alsoKnownAs, [`at://${change.handle ?? account.handle}`])
    deepEqual(Object.values(next.services), [{type: 'AtprotoPersonalDataServer', endpoint: change.pds ?? account.pds}])
    deepEqual([next.rotationKeys, next.verificationMethods], [account.rotationKeys, {atproto: account.signingKey}])
  }
})

const named = (count: number) => Object.fromEntries(Array.from({length: count}, (_, i) => [`k${i}`, 'x']))

test('lists and maps hold 200 entries and no more', () => {
  for (const change of [
    {rotationKeys: Array(201).fill('')},
    {alsoKnownAs: Array(201).fill('')},
    {verificationMethods: named(201)},
    {services: services(201)},
  ]) {
    refused(change, 'too-many-entries')
  }
  const full = {
    rotationKeys: Array<string>(200).fill(''),
    alsoKnownAs: Array<string>(200).fill(''),
    verificationMethods: named(200),
    services: services(200),
  }
  deepEqual(parseOperation({...operation, ...full}), {...operation, ...full})
})

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const der = (rSize: number, sSize: number): Uint8Array =>
  Uint8Array.from([0x30, rSize + sSize + 4, 2, rSize, ...Array(rSize).fill(7), 2, sSize, ...Array(sSize).fill(7)])

const signer = (bytes: Uint8Array) => signerOf({...operation, sig: base64url(bytes)}, [key.didKey])

test('a DER signature is told apart from other bytes by each part of its form', () => {
  equal(signer(der(33, 32)), 'signature-der')
  // Of 64 bytes, by chance or by design: then a signature all the same, though of nobody.
  equal(signer(der(29, 29)), 'signature-der')
  for (const at of [0, 1, 2, 3, 33, 34]) {
    equal(signer(der(29, 29).with(at, 9)), 'signature-by-no-key', `byte ${at}`)
    equal(signer(Uint8Array.of(...der(29, 29), 0).with(at, 9)), 'signature-not-64-bytes', `byte ${at}`)
  }
})

test('a member named __proto__ is data like any other', () => {
  const services = JSON.parse('{"__proto__": {"type": "t", "endpoint": "e"}}') as PlcUpdate['services']
  const read = parseOperation({...operation, services}) as PlcUpdate
  deepEqual(Object.keys(read.services), ['__proto__'])
  notEqual(encodeOperation(read).length, encodeOperation({...operation, services: {}}).length)
})

test('a signature is by one key of the list, over everything but itself', () => {
  const other = Keypair.generate('k256', random).didKey
  equal(signerOf(operation, [other, key.didKey]), 1)
  equal(signerOf(operation, [other]), 'signature-by-no-key')
  equal(signerOf(operation, []), 'signature-by-no-key')
  equal(signerOf(operation, ['did:key:zUnknownKind', key.didKey]), 1, 'a key of another kind signs nothing')
  equal(signerOf({...operation, alsoKnownAs: []}, [key.didKey]), 'signature-by-no-key')
  equal(signerOf({...operation, sig: 'A'.repeat(84)}, [key.didKey]), 'signature-not-64-bytes')
  equal(signerOf({...operation, sig: `${operation.sig}+`}, [key.didKey]), 'signature-not-base64url')
})

test('an update keeps what it does not change', () => {
  const extra = updateIdentity(
    operation,
    data => ({
      ...data,
      alsoKnownAs: ['https://alice.example.com', ...data.alsoKnownAs],
      services: {...data.services, bsky_fg: {type: 'BskyFeedGenerator', endpoint: 'https://feeds.example.com'}},
    }),
    key,
  )
  const next = Keypair.generate('p256', random).didKey
  const change = {
    handle: 'bob.example.com' as Handle,
    pds: 'https://new.example.com',
    signingKey: next,
    rotationKeys: [next],
  }
  deepEqual(dataOf(updateIdentity(extra, data => withIdentity(data, change), key)), {
    rotationKeys: [next],
    verificationMethods: {atproto: next},
    alsoKnownAs: ['https://alice.example.com', 'at://bob.example.com'],
    services: {
      atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'https://new.example.com'},
      bsky_fg: {type: 'BskyFeedGenerator', endpoint: 'https://feeds.example.com'},
    },
  })
})

test('the document of an identity says who signs, what the handle is and where the data are', () => {
  const document = documentOf(did, atprotoData(account))
  deepEqual(document.verificationMethod?.[0].id, `${did}#atproto`)
  deepEqual(document.service?.[0].id, '#atproto_pds')
  equal(document['@context']?.at(-1), 'https://w3id.org/security/suites/ecdsa-2019/v1')
  deepEqual([handleOf(document), pdsEndpoint(document)], [account.handle, account.pds])
  equal(`did:key:${document.verificationMethod?.[0].publicKeyMultibase}`, account.signingKey)
  equal(signingKey(document)?.curve, 'p256')
  const odd = documentOf(did, {...atprotoData(account), verificationMethods: {other: 'did:key:zother'}})
  deepEqual(odd.verificationMethod?.[0].publicKeyMultibase, 'zother')
})

test('the documents of the vectors come out as the directory serves them', needVectors, () => {
  const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, {id: Did}>
  const [, served] = Object.entries(documents).find(([did]) => did.startsWith('did:plc:')) as [string, {id: Did}]
  const shape = served as unknown as {
    alsoKnownAs: string[]
    verificationMethod: {publicKeyMultibase: string}[]
    service: {serviceEndpoint: string}[]
  }
  const data = {
    rotationKeys: [],
    verificationMethods: {atproto: `did:key:${shape.verificationMethod[0].publicKeyMultibase}`},
    alsoKnownAs: shape.alsoKnownAs,
    services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: shape.service[0].serviceEndpoint}},
  }
  deepEqual(documentOf(served.id, data), served)
})

test('what is just within each limit of a directory is let in', () => {
  const within: Partial<PlcUpdate>[] = [
    {alsoKnownAs: Array.from({length: 10}, (_, i) => `at://${i}`)},
    {alsoKnownAs: ['x'.repeat(258)]},
    {rotationKeys: keys(10)},
    {rotationKeys: [keys(1), keys(1)].flatMap(([key]) => [key, key])},
    {rotationKeys: []},
    {services: services(10)},
    {services: {['s'.repeat(32)]: {type: 'x'.repeat(256), endpoint: 'x'.repeat(512)}}},
    {verificationMethods: Object.fromEntries(keys(10).map((key, i) => [`k${i}`, key]))},
    {verificationMethods: {['v'.repeat(32)]: `did:key:z${'2'.repeat(247)}`}},
    {verificationMethods: {v: 'did:key:z2'}},
  ]
  for (const change of within) {
    equal(brokenLimit({...(operation as PlcUpdate), ...change}, directoryLimits), undefined, JSON.stringify(change))
  }
  for (const key of ['did:key:z', 'did:key:z0', 'did:key:x2', 'did:web:a'])
    equal(
      brokenLimit({...(operation as PlcUpdate), verificationMethods: {v: key}}, directoryLimits),
      'bad-verification-key',
      key,
    )
})

test('an operation may be as large as the limit says, to the byte', () => {
  const size = encodeOperation(operation).length
  for (const [sizeMax, fault] of [
    [size, undefined],
    [size - 1, 'operation-too-big'],
  ] as const) {
    equal(brokenLimit(operation, {...directoryLimits, sizeMax}), fault)
  }
})

test('what a directory lets in is a table, and each limit has its name', () => {
  const broken: [change: Partial<PlcUpdate>, fault: LimitFault][] = [
    [{alsoKnownAs: ['x'.repeat(4000)]}, 'operation-too-big'],
    [{alsoKnownAs: Array.from({length: 11}, (_, i) => `at://${i}`)}, 'too-many-aliases'],
    [{alsoKnownAs: ['x'.repeat(259)]}, 'alias-too-long'],
    [{alsoKnownAs: ['a', 'a']}, 'duplicate-alias'],
    [{rotationKeys: keys(11)}, 'too-many-rotation-keys'],
    [{rotationKeys: ['did:key:zother']}, 'bad-rotation-key'],
    [{services: services(11)}, 'too-many-services'],
    [{services: {['s'.repeat(33)]: {type: '', endpoint: ''}}}, 'service-id-too-long'],
    [{services: services(1, 'x'.repeat(257))}, 'service-type-too-long'],
    [{services: services(1, 't', 'x'.repeat(513))}, 'service-endpoint-too-long'],
    [
      {verificationMethods: Object.fromEntries(keys(11).map((key, i) => [`k${i}`, key]))},
      'too-many-verification-methods',
    ],
    [{verificationMethods: {['k'.repeat(33)]: key.didKey}}, 'verification-id-too-long'],
    [{verificationMethods: {a: `did:key:z${'a'.repeat(256)}`}}, 'verification-key-too-long'],
    [{verificationMethods: {a: 'z6Mk'}}, 'bad-verification-key'],
  ]
  equal(brokenLimit(operation, directoryLimits), undefined)
  equal(brokenLimit(tombstoneIdentity(operation, key), directoryLimits), undefined)
  equal(brokenLimit({...operation, verificationMethods: {a: 'did:key:zother'}}, directoryLimits), undefined)
  for (const [change, fault] of broken) equal(brokenLimit({...operation, ...change}, directoryLimits), fault)

  equal(brokenLimit({...operation, rotationKeys: []}, directoryLimits), undefined)
  equal(brokenLimit({...operation, rotationKeys: []}, specLimits), 'too-few-rotation-keys')
  equal(brokenLimit({...operation, rotationKeys: [key.didKey, key.didKey]}, directoryLimits), undefined)
  equal(brokenLimit({...operation, rotationKeys: [key.didKey, key.didKey]}, specLimits), 'duplicate-rotation-key')
})

test('the specification states four limits, and the stricter of both tables is that of either', () => {
  const stated = {sizeMax: 7500, rotationKeysMin: 1, rotationKeysMax: 5, rotationKeysUnique: true, rates: []}
  const open = Object.entries(specLimits).filter(([name]) => !(name in stated))
  deepEqual(specLimits, {...stated, ...Object.fromEntries(open.map(([name]) => [name, Infinity]))})
  const {rotationKeysMin, rotationKeysMax, rotationKeysUnique} = stated
  deepEqual(strictLimits, {...directoryLimits, rotationKeysMin, rotationKeysMax, rotationKeysUnique})
  equal(strictLimits.sizeMax, 4000)
  const hourMs = 3_600_000
  deepEqual(directoryLimits.rates, [
    {windowMs: hourMs, max: 10},
    {windowMs: 24 * hourMs, max: 30},
    {windowMs: 168 * hourMs, max: 100},
  ])
})

test('a directory takes no new legacy operation', needVectors, () => {
  const [legacy] = JSON.parse(readFileSync(vector('plc/valid/log_legacy_dholms.json'), 'utf8')) as {
    operation: unknown
  }[]
  equal(brokenLimit(parseOperation(legacy.operation), directoryLimits), 'legacy-operation')
})

test('one identity may change ten times an hour', () => {
  const hourMs = 3_600_000
  const taken = Array.from({length: 10}, (_, i) => i)
  equal(overRate(taken.slice(1), 10, directoryLimits), undefined)
  deepEqual(overRate(taken, 10, directoryLimits), {windowMs: hourMs, max: 10})
  equal(overRate(taken, hourMs + 1, directoryLimits), undefined, 'those of more than an hour ago do not count')
  equal(overRate(taken, 10, specLimits), undefined)
})

test('a signed operation differs from its unsigned form by the signature alone', () => {
  const {sig: _, ...unsigned} = operation
  deepEqual(signerOf(signOperation<PlcUpdate>(unsigned, key), [key.didKey]), 0)
})
