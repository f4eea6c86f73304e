/** Packing loses nothing: what is read again is the same operation, with the same CID, in few bytes. */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {suite, test} from 'node:test'
import {toHex} from '#std/bytes.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {realWorld} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {operationCid, parseOperation, type PlcOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {needVectors, vector} from '../../../../test/vectors.ts'
import {packDid, packOperation, unpackDid, unpackOperation} from './packed-operation.ts'

const k256 = Keypair.generate('k256', realWorld.random).didKey
const p256 = Keypair.generate('p256', realWorld.random).didKey
const cid = 'bafyreibfvkh3n6odvdpwj54j4xxdsgnn4zo5utbyf7z7nfbyikhtygzjcq'
const sig = toBase64Url(new Uint8Array(64).fill(7))
const usual = {
  type: 'plc_operation',
  rotationKeys: [k256, p256],
  verificationMethods: {atproto: k256},
  alsoKnownAs: ['at://alice.bsky.social'],
  services: {
    atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'https://puffball.us-east.host.bsky.network'},
  },
  prev: cid,
  sig,
}
const aliases = (...alsoKnownAs: string[]): object => ({...usual, alsoKnownAs})

/** Operations by what is odd about them. */
const odd: Readonly<Record<string, object>> = {
  'the usual': usual,
  'a first one': {...usual, prev: null},
  'a tombstone': {type: 'plc_tombstone', prev: cid, sig},
  'the oldest form': {
    type: 'create',
    signingKey: k256,
    recoveryKey: p256,
    handle: 'a.test',
    service: 'https://b',
    prev: null,
    sig,
  },
  'nothing in it': {...usual, rotationKeys: [], verificationMethods: {}, alsoKnownAs: [], services: {}},
  'a prev of another codec': {...usual, prev: 'bafkreibfvkh3n6odvdpwj54j4xxdsgnn4zo5utbyf7z7nfbyikhtygzjcq'},
  'a signature that is none': {...usual, sig: 'none'},
  'an empty signature': {...usual, sig: ''},
  'a padded signature': {...usual, sig: `${sig}==`},
  'a signature with spare bits': {...usual, sig: `${sig.slice(0, -1)}x`},
  'a signature that is too short': {...usual, sig: toBase64Url(new Uint8Array(63))},
  'keys of other kinds': {
    ...usual,
    rotationKeys: ['did:key:z6MkjwbBXZnFqL8su24wGL2Fdjti6GSLv9SWdYGswfazUPm9', 'did:key:z', 'did:key:z0', 'did:key:'],
    verificationMethods: {
      a: `${k256}1`,
      b: k256.replace('zQ3', 'z1Q3'),
      c: `did:key:z${'a'.repeat(300)}`,
      d: 'atproto',
    },
  },
  'texts that are only affixes': aliases('at://', 'https://', 'did:key:', 'at://.bsky.social', '.bsky.social', 'at:/'),
  'affixes that overlap': aliases('https://.host.bsky.network', 'at://a.host.bsky.network', 'https://x.bsky.social'),
  'texts of all lengths': aliases(...[0, 1, 127, 128, 129, 16_383, 16_384].map(size => 'x'.repeat(size))),
  'texts of all planes': aliases('é', '漢字', '🦋', '\u0000', 'at://🦋.bsky.social'),
  'two hundred entries': aliases(...Array.from({length: 200}, (_, i) => `at://${i}`)),
  'names that are none': JSON.parse(
    JSON.stringify({...usual, services: {}}).replace(
      '"services":{}',
      '"services":{"__proto__":{"type":"t","endpoint":"e"}}',
    ),
  ) as object,
  'names like numbers': {...usual, verificationMethods: {b: k256, 2: p256, 1: k256}},
}

suite('a packed operation', () => {
  for (const [name, json] of Object.entries(odd)) {
    test(`is read again as it was: ${name}`, () => {
      const operation = parseOperation(json)
      const again = unpackOperation(packOperation(operation))
      assert.deepEqual(again, operation)
      assert.equal(operationCid(again), operationCid(operation))
    })
  }

  test('is read again as it was, whatever the published logs hold', needVectors, () => {
    for (const folder of ['valid', 'invalid']) {
      for (const name of readdirSync(vector(`plc/${folder}`)).filter(file => file.endsWith('.json'))) {
        const log = JSON.parse(readFileSync(vector(`plc/${folder}/${name}`), 'utf8')) as {operation: unknown}[]
        for (const {operation: json} of log) {
          const operation = parseOperation(json)
          assert.deepEqual(unpackOperation(packOperation(operation)), operation, name)
        }
      }
    }
  })

  test('takes a third of its JSON at most, and keeps the order of the network’s own directory', () => {
    const operation = parseOperation(usual)
    const packed = packOperation(operation)
    // Head, signature, prev; two keys and a third with their tags; the rest are texts of what is not known beforehand.
    assert.equal(packed.length, 1 + 64 + 32 + (1 + 1 + 1 + 2 + 16) + (1 + 2 + 5) + (1 + 2 * 34) + (1 + 1 + 34))
    assert.deepEqual(Object.keys(unpackOperation(packed)), [
      'sig',
      'prev',
      'type',
      'services',
      'alsoKnownAs',
      'rotationKeys',
      'verificationMethods',
    ])
  })

  test('has the bytes that it had in every version of this program', () => {
    const names = ['atproto', 'atproto_pds', 'atproto_label', 'atproto_labeler', 'bsky_chat', 'bsky_fg']
    const typesOf = ['AtprotoPersonalDataServer', 'AtprotoLabeler', 'BskyFeedGenerator', 'other', 't', 't']
    const services = Object.fromEntries(names.map((name, i) => [name, {type: typesOf[i], endpoint: 'https://a'}]))
    const alsoKnownAs = ['at://a.bsky.social', 'at://b', 'https://c.host.bsky.network', 'https://d', 'did:key:e', 'f']
    const none = {rotationKeys: [], verificationMethods: {}, prev: null}
    const packed = packOperation(parseOperation({...usual, ...none, services, alsoKnownAs}))
    assert.equal(
      toHex(packed.subarray(65)),
      '06' +
        '02042401610307240161050a240161062005' +
        '6f74686572240161082001742401610920017424016106' +
        '2101612201622301632401642501652001660000',
    )
  })

  test('that is cut off is a fault of ours, and no other operation', () => {
    const packed = packOperation(parseOperation(usual) as PlcOperation)
    for (let size = 0; size < packed.length; size++) assert.throws(() => unpackOperation(packed.subarray(0, size)))
  })
})

test('a did:plc is fifteen bytes, and no other DID has a place', () => {
  const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
  assert.equal(packDid(did).length, 15)
  assert.equal(unpackDid(packDid(did)), did)
  for (const other of ['did:plc:ewvi7nxzyoun6zhxrhs64oi', 'did:plc:ewvi7nxzyoun6zhxrhs64oizaa', 'did:web:a.test']) {
    assert.throws(() => packDid(other as Did), /did:plc/)
  }
})
