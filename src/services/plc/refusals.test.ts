/** What the directory does not take, each with the words that it is refused in, and how much it takes. */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import {genesisDid, operationCid, signOperation, type PlcOperation, type PlcTombstone} from '#atp/plc/operation.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {
  hourMs,
  operation,
  outsider,
  strong,
  testDirectory,
  weak,
  type TestDirectory,
} from '../../../test/plc-directory.ts'

const unknownDid = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'

const few = (count: number): Record<string, {type: string; endpoint: string}> =>
  Object.fromEntries(Array.from({length: count}, (_, i) => [`s${i}`, {type: 't', endpoint: 'e'}]))

function derNumber(bytes: Buffer): Buffer {
  const positive = bytes[0] >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return Buffer.concat([Buffer.of(2, positive.length), positive])
}

suite('an operation that is refused', () => {
  const first = operation('a.test')
  const second = operation('b.test', first)
  const third = operation('c.test', second)
  const did = genesisDid(first)
  const others = operation('other.test')
  const signed = (more: object): PlcOperation => operation('b.test', first, strong, more)
  const tombstone = signOperation<PlcTombstone>({type: 'plc_tombstone', prev: operationCid(second)}, strong)
  const parsing = /^Not a valid operation: /
  const ordering = /^Operations not correctly ordered$/
  const signature = /^Invalid signature on op: /
  /** [what, body, reason, message]; the history is `first`, `second`. */
  const rows: [string, unknown, string, RegExp, string?][] = [
    ['no object', [], 'not-an-operation', parsing],
    ['null', null, 'not-an-operation', parsing],
    ['an empty object', {}, 'not-an-operation', parsing],
    ['of no type', {...third, type: 'plc_wish'}, 'not-an-operation', parsing],
    ['with an unknown member', {...third, more: 1}, 'not-an-operation', parsing],
    [
      'with an unknown member of a service',
      signed({services: {a: {type: 't', endpoint: 'e', x: 'y'}}}),
      'not-an-operation',
      parsing,
    ],
    ['without a member', {...third, services: undefined}, 'not-an-operation', parsing],
    ['with a number as alias', {...third, alsoKnownAs: [7]}, 'not-an-operation', parsing],
    [
      'with a lone surrogate',
      `${JSON.stringify(third).replace('at://c.test', 'at://\\ud800')}`,
      'not-an-operation',
      parsing,
    ],
    ['nested deeply', `{"type":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'not-an-operation', parsing],
    [
      'of the oldest form',
      {
        type: 'create',
        signingKey: strong.didKey,
        recoveryKey: strong.didKey,
        handle: 'a',
        service: 'b',
        prev: null,
        sig: third.sig,
      },
      'legacy-operation',
      parsing,
    ],
    [
      'of 4,001 bytes',
      signed({services: {a: {type: 't', endpoint: 'x'.repeat(4_000)}}}),
      'operation-too-big',
      /^Operation too large \(4000 bytes maximum in cbor encoding\)$/,
    ],
    [
      'with eleven aliases',
      signed({alsoKnownAs: Array.from({length: 11}, (_, i) => `at://${i}`)}),
      'too-many-aliases',
      /^To many alsoKnownAs entries \(max 10\)$/,
    ],
    [
      'with a long alias',
      signed({alsoKnownAs: ['x'.repeat(259)]}),
      'alias-too-long',
      /^alsoKnownAs entry too long \(max 258\)$/,
    ],
    ['with an alias twice', signed({alsoKnownAs: ['a', 'a']}), 'duplicate-alias', /^duplicate alsoKnownAs entry$/],
    [
      'without rotation keys',
      signed({rotationKeys: []}),
      'too-few-rotation-keys',
      /^Too few rotationKey entries \(min 1\)$/,
    ],
    [
      'with six rotation keys',
      signed({rotationKeys: Array(6).fill(strong.didKey)}),
      'too-many-rotation-keys',
      /^Too many rotationKey entries \(max 5\)$/,
    ],
    [
      'with a rotation key twice',
      signed({rotationKeys: [strong.didKey, strong.didKey]}),
      'duplicate-rotation-key',
      /^duplicate rotationKey entry$/,
    ],
    [
      'with a rotation key that cannot sign',
      signed({rotationKeys: ['did:key:z6MkjwbBXZnFqL8su24wGL2Fdjti6GSLv9SWdYGswfazUPm9']}),
      'bad-rotation-key',
      /^Invalid rotationKey$/,
    ],
    ['with eleven services', signed({services: few(11)}), 'too-many-services', /^To many service entries \(max 10\)$/],
    [
      'with a long service id',
      signed({services: {['s'.repeat(33)]: {type: 't', endpoint: 'e'}}}),
      'service-id-too-long',
      /^Service id too long \(max 32\)$/,
    ],
    [
      'with a long service type',
      signed({services: {s: {type: 't'.repeat(257), endpoint: 'e'}}}),
      'service-type-too-long',
      /^Service type too long \(max 256\)$/,
    ],
    [
      'with a long endpoint',
      signed({services: {s: {type: 't', endpoint: 'e'.repeat(513)}}}),
      'service-endpoint-too-long',
      /^Service endpoint too long \(max 512\)$/,
    ],
    [
      'with eleven methods',
      signed({verificationMethods: Object.fromEntries(Array.from({length: 11}, (_, i) => [`m${i}`, weak.didKey]))}),
      'too-many-verification-methods',
      /^Too many Verification Method entries \(max 10\)$/,
    ],
    [
      'with a long method id',
      signed({verificationMethods: {['m'.repeat(33)]: weak.didKey}}),
      'verification-id-too-long',
      /^Verification Method id too long \(max 32\)$/,
    ],
    [
      'with a long method key',
      signed({verificationMethods: {m: `did:key:z${'a'.repeat(256)}`}}),
      'verification-key-too-long',
      /^Verification Method key too long \(max 256\)$/,
    ],
    [
      'with a method key that is none',
      signed({verificationMethods: {m: 'did:banana'}}),
      'bad-verification-key',
      /^Invalid verificationMethod key$/,
    ],
    ['signed by an outsider', operation('c.test', second, outsider), 'signature-by-no-key', signature],
    ['changed after it was signed', {...third, alsoKnownAs: ['at://thief.test']}, 'signature-by-no-key', signature],
    ['with a padded signature', {...third, sig: `${third.sig}==`}, 'signature-padded', signature],
    ['with spare bits in its signature', {...third, sig: spareBits(third.sig)}, 'signature-spare-bits', signature],
    ['with a newline in its signature', {...third, sig: `${third.sig}\n`}, 'signature-not-base64url', signature],
    ['with half a signature', {...third, sig: third.sig.slice(0, 44)}, 'signature-not-64-bytes', signature],
    ['with a DER signature', {...third, sig: der(third.sig)}, 'signature-der', signature],
    ['a first one again', first, 'prev-missing', ordering],
    ['after what there is not', operation('c.test', others), 'prev-unknown', ordering],
    ['the last one again', second, 'recovery-by-weaker-key', signature],
    ['a fork by the same key', operation('fork.test', first), 'recovery-by-weaker-key', signature],
    ['a fork by a weaker key', operation('fork.test', first, weak), 'recovery-by-weaker-key', signature],
    [
      'a first one of another DID',
      others,
      'genesis-of-other-did',
      /^Hash of genesis operation does not match DID identifier: /,
      unknownDid,
    ],
    ['a first one that is a tombstone', tombstone, 'genesis-tombstone', ordering, unknownDid],
    [
      'a first one with a prev',
      second,
      'genesis-with-prev',
      /^Improperly formatted operation, expected null prev on create: /,
      unknownDid,
    ],
  ]
  let directory: TestDirectory
  before(async () => {
    directory = await testDirectory({after: () => {}})
    await directory.take(first)
    await directory.take(second, did)
  })
  after(() => directory.plc.stop())
  for (const [what, body, reason, message, subject = did] of rows) {
    test(`${what}: ${reason}`, async () => {
      const {post, json} = directory
      const response = await post(subject, body)
      const said = (await response.json()) as {message: string; reason: string; detail: string}
      assert.deepEqual([response.status, said.reason], [400, reason])
      assert.match(said.message, message)
      assert.ok(said.detail.length > 10)
      if (said.message.endsWith(said.detail)) assert.ok(said.message.length > said.detail.length)
      assert.deepEqual(await json(`/${did}/log`), [first, second])
    })
  }

  test('what is no JSON, no text, encoded or too large', async context => {
    const {post, get} = await testDirectory(context)
    const send = async (body: BodyInit, headers = {}): Promise<number> =>
      (await get(`/${did}`, {method: 'POST', body, headers})).status
    assert.equal(await send('{"type":'), 400)
    assert.equal(await send(''), 400)
    assert.equal(await send(Uint8Array.of(0x22, 0xff, 0x22)), 400)
    assert.equal(await send('{}', {'content-encoding': 'gzip'}), 415)
    assert.equal(await send('{}', {'content-encoding': 'identity'}), 400)
    assert.equal((await post(did, ' '.repeat(32_768))).status, 400)
    assert.equal((await post(did, ' '.repeat(32_769))).status, 413)
  })

  test('a body that says a member twice counts by what is said last', async context => {
    const {post, take, json} = await testDirectory(context)
    await take(first)
    const twice = JSON.stringify(second).replace('{', '{"alsoKnownAs":["at://first.test"],')
    assert.equal((await post(did, twice)).status, 200)
    const shadowed = JSON.stringify(third).replace(/\}$/, ',"alsoKnownAs":["at://thief.test"]}')
    assert.equal((await post(did, shadowed)).status, 400)
    assert.deepEqual(await json(`/${did}/log`), [first, second])
  })
})

function spareBits(sig: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return sig.slice(0, -1) + alphabet[alphabet.indexOf(sig.slice(-1)) + 1]
}

function der(sig: string): string {
  const raw = Buffer.from(sig, 'base64url')
  const both = Buffer.concat([derNumber(raw.subarray(0, 32)), derNumber(raw.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, both.length), both]).toString('base64url')
}

suite('limits by configuration', () => {
  const tenKeys = {rotationKeys: Array(10).fill(strong.didKey)}
  const large = {services: {a: {type: 't', endpoint: 'x'.repeat(5_000)}}}
  for (const [limits, manyKeys, size] of [
    ['strict', 400, 400],
    ['directory', 200, 400],
    ['spec', 400, 200],
  ] as const) {
    test(`${limits}: ten keys ${manyKeys}, five thousand bytes ${size}`, async context => {
      const {post} = await testDirectory(context, {PLC_LIMITS: limits})
      for (const [more, status] of [
        [tenKeys, manyKeys],
        [large, size],
      ] as const) {
        const first = operation('a.test', null, strong, more)
        assert.equal((await post(genesisDid(first), first)).status, status)
      }
    })
  }
})

suite('how often one identity may change', () => {
  for (const [name, max, stepMs, word] of [
    ['an hour', 10, 1_000, 'hour'],
    ['a day', 30, 400_000, 'day'],
    ['a week', 100, 3_100_000, 'week'],
  ] as const) {
    test(`${max} times ${name}; a recovery is let off`, async context => {
      const {post, take, clock} = await testDirectory(context)
      const first = operation('a0.test')
      const did = await take(first)
      let last = first
      for (let i = 1; i < max; i++) {
        clock.ms += stepMs
        await take((last = operation(`a${i}.test`, last, weak)), did)
      }
      const refused = await post(did, operation('b.test', last, weak))
      const said = (await refused.json()) as {message: string; reason: string}
      assert.deepEqual(
        [refused.status, said.reason, said.message],
        [400, 'rate-limit', `To many operations within last ${word} (max ${max})`],
      )
      const before = clock.ms
      clock.ms += {hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs}[word] - stepMs * (max - 1)
      assert.equal((await post(did, operation('c.test', last, weak))).status, 200)
      clock.ms = before
      if (word === 'hour') assert.equal((await post(did, operation('back.test', first, strong))).status, 200)
    })
  }
})

test('a stranger submits so many operations and no more, and whoever is on this machine is none', async context => {
  const {plc} = await testDirectory(context)
  const submit = async (address: string, path = `/${unknownDid}`, body = '{}'): Promise<number> => {
    const request = new Request(`http://plc.test${path}`, {method: 'POST', body})
    notePeer(request, address)
    return (await plc.fetch(request)).status
  }
  for (let i = 0; i < 3_000; i++) assert.equal(await submit('192.0.2.1'), 400)
  assert.equal(await submit('192.0.2.1'), 429)
  assert.equal(await submit('192.0.2.2'), 400)
  for (let i = 0; i < 3_001; i++) assert.equal(await submit('127.0.0.1'), 400)
})
