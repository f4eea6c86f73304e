import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair, parseDidKey} from '../crypto/key.ts'
import {decodeCbor} from '../data/cbor-decode.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import type {ValueMap} from '../data/value.ts'
import type {Datetime} from '../syntax/datetime.ts'
import type {Did} from '../syntax/did.ts'
import {
  encodeLabel,
  encodeUnsignedLabel,
  isActiveLabel,
  labelerService,
  labelKeyName,
  parseLabel,
  signLabel,
  verifyLabel,
  type Label,
} from './label.ts'

let drawn = 0
/** Keys that are the same on each run. */
const random = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(++drawn)
const key = Keypair.generate('k256', random)
const label: Label = {
  src: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did,
  uri: 'at://did:plc:bbbbbbbbbbbbbbbbbbbbbbbb/app.bsky.feed.post/3jzfcijpj2z2a',
  cid: 'bafyreidj5ywfhbfvr27l4cc7a3u4clup5vx343ufuzdliethuhzzxjbg4q',
  val: 'spam',
  cts: '2026-01-02T03:04:05.678Z' as Datetime,
}

test('a signed label reads back, and its signature holds', () => {
  for (const signer of [key, Keypair.generate('p256', random)]) {
    const signed = signLabel(label, signer)
    const read = parseLabel(decodeCbor(encodeLabel(signed)))
    deepEqual({...read, sig: [...(read.sig ?? [])]}, {...signed, sig: [...signed.sig]})
    equal(verifyLabel(read, parseDidKey(signer.didKey)), true)
  }
})

test('a labeler is found by these names in its DID document', () => {
  deepEqual([labelKeyName, labelerService], ['atproto_label', {id: 'atproto_labeler', type: 'AtprotoLabeler'}])
})

test('no member can be changed, added or dropped under a signature', () => {
  const signed = signLabel({...label, neg: false}, key)
  const publicKey = parseDidKey(key.didKey)
  equal(verifyLabel(signed, publicKey), true, 'a false "neg" is signed as it stands')
  const changes: Partial<Label>[] = [{val: 'ham'}, {neg: true}, {neg: undefined}, {exp: label.cts}, {cid: undefined}]
  for (const change of changes) equal(verifyLabel({...signed, ...change}, publicKey), false)
  equal(verifyLabel({...signed, sig: undefined}, publicKey), false, 'an unsigned label is by no one')
  equal(verifyLabel(signed, parseDidKey(Keypair.generate('k256', random).didKey)), false)
})

test('only the label itself is signed: no $type, no unknown member', () => {
  const signed = signLabel(label, key)
  const read = parseLabel({...(signed as unknown as ValueMap), $type: 'com.atproto.label.defs#label', note: 'hello'})
  deepEqual(Object.keys(read).toSorted(), ['cid', 'cts', 'sig', 'src', 'uri', 'val', 'ver'])
  equal(verifyLabel(read, parseDidKey(key.didKey)), true)
  deepEqual([...encodeUnsignedLabel(read)], [...encodeCbor({...label, ver: 1} as unknown as ValueMap)])
})

test('what is no label is refused, each fault by its name', () => {
  const refused = (change: ValueMap, reason: string): void =>
    throws(() => parseLabel({...(label as unknown as ValueMap), ...change}), {
      name: 'Malformed',
      format: 'label',
      reason,
    })
  throws(() => parseLabel([]), {reason: 'not-an-object'})
  refused({ver: 2}, 'unknown-version')
  refused({src: 'alice.example.com'}, 'bad-src')
  refused({uri: 'alice'}, 'bad-uri')
  refused({cid: 'bafy'}, 'bad-cid')
  refused({val: 'é'.repeat(65)}, 'bad-val')
  refused({neg: 1}, 'bad-neg')
  refused({cts: 'today'}, 'bad-cts')
  refused({exp: 'never'}, 'bad-exp')
  refused({sig: 'AAAA'}, 'bad-sig')
  equal(parseLabel({...(label as unknown as ValueMap), val: 'é'.repeat(64)}).val.length, 64)
})

test('a label is shown until it is taken back or expires', () => {
  const cts = Date.parse(label.cts)
  equal(isActiveLabel(label, cts), true)
  equal(isActiveLabel({...label, neg: true}, cts), false)
  const exp = '2026-02-01T00:00:00Z' as Datetime
  equal(isActiveLabel({...label, exp}, Date.parse(exp) - 1), true)
  equal(isActiveLabel({...label, exp}, Date.parse(exp)), false)
})
