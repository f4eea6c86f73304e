import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import {atprotoData, createIdentity, tombstoneIdentity, updateIdentity, withIdentity} from '#atp/plc/build.ts'
import {operationCid, type PlcData, type PlcOperation} from '#atp/plc/operation.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {historyOf as readHistory} from './plc-history.ts'

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

const historyOf = (of: typeof did, log: unknown) => readHistory(of, log, async () => {})

/** What the last of the operations has changed, in words. */
async function lastChanges(...operations: PlcOperation[]): Promise<string[]> {
  const history = await historyOf(did, logOf(...operations))
  assert.ok(history.ok)
  return history.steps[0].changes.map(({what, before, after}) => `${what}: ${before} → ${after}`)
}

suite('the history of an identity', () => {
  test('begins with all that it had at first', async () => {
    assert.deepEqual(await lastChanges(genesis), [
      'created:  → ',
      'handle:  → at://alice.test',
      'server:  → https://pds.example.com',
      `signing key:  → ${signing.didKey}`,
      `rotation keys:  → ${rotation.didKey}`,
    ])
  })

  test('says of each operation what it changed, and from what', async () => {
    const moved = changed(data =>
      withIdentity(data, {handle: 'alice.example.com' as Handle, pds: 'https://other.example.com'}),
    )
    assert.deepEqual(await lastChanges(genesis, moved), [
      'handle: at://alice.test → at://alice.example.com',
      'server: https://pds.example.com → https://other.example.com',
    ])
    const rekeyed = changed(data =>
      withIdentity(data, {signingKey: newer.didKey, rotationKeys: [newer.didKey, rotation.didKey]}),
    )
    assert.deepEqual(await lastChanges(genesis, rekeyed), [
      `signing key: ${signing.didKey} → ${newer.didKey}`,
      `rotation keys: ${rotation.didKey} → ${newer.didKey} ${rotation.didKey}`,
    ])
  })

  test('names other services and keys, and what is gone', async () => {
    const labeler = changed(data => ({
      ...data,
      services: {...data.services, atproto_labeler: {type: 'AtprotoLabeler', endpoint: 'https://mod.example.com'}},
      verificationMethods: {...data.verificationMethods, atproto_label: newer.didKey},
    }))
    assert.deepEqual(await lastChanges(genesis, labeler), [
      `service:  → atproto_labeler https://mod.example.com, atproto_label ${newer.didKey}`,
    ])
    const bare = changed(data => ({...data, services: {}, alsoKnownAs: []}))
    assert.deepEqual(await lastChanges(genesis, bare), [
      'handle: at://alice.test → ',
      'server: https://pds.example.com → ',
    ])
  })

  test('says of an operation without change that there is none, and of a tombstone that it is the end', async () => {
    assert.deepEqual(
      await lastChanges(
        genesis,
        changed(data => data),
      ),
      ['nothing:  → '],
    )
    assert.match((await lastChanges(genesis, tombstoneIdentity(genesis, rotation)))[0], /^ended: .*Tombstoned/)
  })

  test('is newest first', async () => {
    const second = changed(data => withIdentity(data, {handle: 'b.test' as Handle}))
    const history = await historyOf(did, logOf(genesis, second))
    assert.ok(history.ok)
    assert.deepEqual(
      history.steps.map(({entry}) => entry.cid),
      [operationCid(second), operationCid(genesis)],
    )
  })
})

test('a long log lets others be served while it is checked', async () => {
  const operations = [genesis]
  for (let i = 0; i < 20; i++) operations.push(updateIdentity(operations.at(-1)!, data => data, rotation))
  let turns = 0
  const history = await readHistory(did, logOf(...operations), async () => turns++)
  assert.ok(history.ok)
  assert.deepEqual([history.steps.length, turns], [21, 5])
})

suite('a log that is not valid', () => {
  test('is named by its first operation that is not', async () => {
    const foreign = updateIdentity(genesis, data => withIdentity(data, {handle: 'evil.test' as Handle}), newer)
    const history = await historyOf(did, logOf(genesis, foreign))
    assert.ok(!history.ok)
    assert.match(history.detail, /^Operation 2 of the log is not valid: /)
  })

  test('is refused whatever a directory answers', async () => {
    for (const odd of [null, 5, 'x', {}, [], [{}], [null], logOf(genesis).map(entry => ({...entry, cid: 'x'}))]) {
      assert.ok(!(await historyOf(did, odd)).ok, JSON.stringify(odd))
    }
  })
})
