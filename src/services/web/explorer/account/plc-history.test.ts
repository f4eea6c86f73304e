import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import {atprotoData, createIdentity, tombstoneIdentity, updateIdentity, withIdentity} from '#atp/plc/build.ts'
import {operationCid, type PlcData, type PlcOperation} from '#atp/plc/operation.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {historyOf} from './plc-history.ts'

useNativeCrypto()

const [rotation, signing, newer] = [1, 2, 3].map(n => Keypair.import('k256', new Uint8Array(32).fill(n)))
const {did, operation: genesis} = createIdentity(
  atprotoData({
    handle: 'alice.test' as Handle,
    signingKey: signing.didKey,
    pds: 'https://pds.example.com',
    rotationKeys: [rotation.didKey],
  }),
  rotation,
)
const startMs = Date.parse('2026-11-01T00:00:00Z')

/** The log as a directory tells it: each operation a minute after the one before. */
const logOf = (...operations: PlcOperation[]) =>
  operations.map((operation, i) => ({
    did,
    operation,
    cid: operationCid(operation),
    nullified: false,
    createdAt: datetimeOf(startMs + i * 60_000),
  }))

const changed = (change: (data: PlcData) => PlcData): PlcOperation => updateIdentity(genesis, change, rotation)

/** What the last of the operations has changed, in words. */
function lastChanges(...operations: PlcOperation[]): string[] {
  const history = historyOf(did, logOf(...operations))
  assert.ok(history.ok)
  return history.steps[0].changes.map(({what, before, after}) => `${what}: ${before} → ${after}`)
}

suite('the history of an identity', () => {
  test('begins with all that it had at first', () => {
    assert.deepEqual(lastChanges(genesis), [
      'created:  → ',
      'handle:  → at://alice.test',
      'server:  → https://pds.example.com',
      `signing key:  → ${signing.didKey}`,
      `rotation keys:  → ${rotation.didKey}`,
    ])
  })

  test('says of each operation what it changed, and from what', () => {
    const moved = changed(data =>
      withIdentity(data, {handle: 'alice.example.com' as Handle, pds: 'https://other.example.com'}),
    )
    assert.deepEqual(lastChanges(genesis, moved), [
      'handle: at://alice.test → at://alice.example.com',
      'server: https://pds.example.com → https://other.example.com',
    ])
    const rekeyed = changed(data =>
      withIdentity(data, {signingKey: newer.didKey, rotationKeys: [newer.didKey, rotation.didKey]}),
    )
    assert.deepEqual(lastChanges(genesis, rekeyed), [
      `signing key: ${signing.didKey} → ${newer.didKey}`,
      `rotation keys: ${rotation.didKey} → ${newer.didKey} ${rotation.didKey}`,
    ])
  })

  test('names other services and keys, and what is gone', () => {
    const labeler = changed(data => ({
      ...data,
      services: {...data.services, atproto_labeler: {type: 'AtprotoLabeler', endpoint: 'https://mod.example.com'}},
      verificationMethods: {...data.verificationMethods, atproto_label: newer.didKey},
    }))
    assert.deepEqual(lastChanges(genesis, labeler), [
      `service:  → atproto_labeler https://mod.example.com, atproto_label ${newer.didKey}`,
    ])
    const bare = changed(data => ({...data, services: {}, alsoKnownAs: []}))
    assert.deepEqual(lastChanges(genesis, bare), ['handle: at://alice.test → ', 'server: https://pds.example.com → '])
  })

  test('says of an operation without change that there is none, and of a tombstone that it is the end', () => {
    assert.deepEqual(
      lastChanges(
        genesis,
        changed(data => data),
      ),
      ['nothing:  → '],
    )
    assert.match(lastChanges(genesis, tombstoneIdentity(genesis, rotation))[0], /^ended: .*Tombstoned/)
  })

  test('is newest first', () => {
    const second = changed(data => withIdentity(data, {handle: 'b.test' as Handle}))
    const history = historyOf(did, logOf(genesis, second))
    assert.ok(history.ok)
    assert.deepEqual(
      history.steps.map(({entry}) => entry.cid),
      [operationCid(second), operationCid(genesis)],
    )
  })
})

suite('a log that is not valid', () => {
  test('is named by its first operation that is not', () => {
    const foreign = updateIdentity(genesis, data => withIdentity(data, {handle: 'evil.test' as Handle}), newer)
    const history = historyOf(did, logOf(genesis, foreign))
    assert.ok(!history.ok)
    assert.match(history.detail, /^Operation 2 of the log is not valid: /)
  })

  test('is refused whatever a directory answers', () => {
    for (const odd of [null, 5, 'x', {}, [], [{}], [null], logOf(genesis).map(entry => ({...entry, cid: 'x'}))]) {
      assert.ok(!historyOf(did, odd).ok, JSON.stringify(odd))
    }
  })
})
