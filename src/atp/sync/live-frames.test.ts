/**
 * What the live network sends: 90 consecutive frames of the public relay, each with its account's DID document, and
 * the scenarios by which the reference relay is tested.
 */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {readFileSync, readdirSync} from 'node:fs'
import {test} from 'node:test'
import {readFrames} from '../../../test/frames.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {parseMultikey, type PublicKey} from '../crypto/key.ts'
import {jsonToValue} from '../data/json.ts'
import type {ValueMap} from '../data/value.ts'
import {handleOf, parseDidDocument, signingKey} from '../identity/did-document.ts'
import {followCommit, followSync, type ChainState} from './chain.ts'
import {encodeEvent, type CommitEvent, type RepoEvent} from './event.ts'
import {encodeMessageFrame} from './frame.ts'
import {readRepoFrame, verifyCommitEvent, verifySyncEvent} from './verify.ts'

const readJson = (path: string): unknown => JSON.parse(readFileSync(vector(path), 'utf8'))

function eventOf(frame: Uint8Array): RepoEvent {
  const read = readRepoFrame(frame)
  ok(read.ok && read.event, read.ok ? 'an event of an unknown type' : read.detail)
  return read.event
}

test('each of the 90 live frames is a commit that verifies in full', needVectors, () => {
  const documents = readJson('firehose/did-docs.json') as Record<string, unknown>
  const verdicts: Record<string, number> = {}
  let ops = 0
  for (const frame of readFrames(vector('firehose/frames.bin'))) {
    const event = eventOf(frame)
    ok(event.t === '#commit')
    const document = parseDidDocument(documents[event.did], event.did)
    const key = signingKey(document)
    ok(key && handleOf(document))
    const verified = verifyCommitEvent(event, key, {nowMs: Date.parse(event.time)})
    const verdict = !verified.ok ? verified.reason : verified.complete ? 'complete' : 'incomplete'
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    ops += event.ops.length
  }
  deepEqual(verdicts, {complete: 90})
  equal(ops, 92)
})

test('what is written of a live event reads back the same', needVectors, () => {
  for (const frame of readFrames(vector('firehose/frames.bin'))) {
    const event = eventOf(frame)
    deepEqual(eventOf(encodeEvent(event)), event)
  }
})

test('a bit changed anywhere in what is proven is noticed', needVectors, () => {
  const documents = readJson('firehose/did-docs.json') as Record<string, unknown>
  for (const frame of readFrames(vector('firehose/frames.bin')).slice(0, 10)) {
    const event = eventOf(frame) as CommitEvent
    const key = signingKey(parseDidDocument(documents[event.did])) as PublicKey
    for (let at = 0; at < event.blocks.length; at += 97) {
      const blocks = event.blocks.slice()
      blocks[at] ^= 1 << (at % 8)
      equal(verifyCommitEvent({...event, blocks}, key, {nowMs: Date.parse(event.time)}).ok, false, `byte ${at}`)
    }
  }
})

interface Scenario {
  /** Whether the relay under test lets commits without `prevData` pass. */
  lenient: boolean
  accounts: {identity: {did: string; keys: {atproto: {publicKeyMultibase: string}}}; status: string}[]
  /** `drop`: the relay must not pass it on. */
  messages: {frame: {header: {t: string}; body: Record<string, unknown>}; drop: boolean}[]
}

/** The scenarios were written down by Go, which says null for an empty list. */
function frameOf({header, body}: Scenario['messages'][number]['frame']): Uint8Array {
  const value = jsonToValue(body) as ValueMap
  return encodeMessageFrame(header.t, {...value, ...(header.t === '#commit' ? {blobs: [], ops: value.ops ?? []} : {})})
}

/**
 * What verification and the chain alone can tell of a scenario. Two rules are a relay's own, and are applied here by
 * hand: an inactive account's commits are dropped, and so is a frame whose `seq` does not rise.
 */
for (const file of needVectors.skip ? [] : readdirSync(vector('relay'))) {
  test(`the relay scenario ${file} comes out as it must`, needVectors, () => {
    const {lenient, accounts, messages} = readJson(`relay/${file}`) as Scenario
    const {identity} = accounts[0]
    const key = parseMultikey(identity.keys.atproto.publicKeyMultibase)
    let state: ChainState | undefined
    let active = true
    let seq = 0
    const dropped = messages.map(message => {
      const read = readRepoFrame(frameOf(message.frame))
      if (!read.ok) return true
      const {event} = read
      ok(event && event.t !== '#info')
      equal(event.did, identity.did)
      if (event.seq <= seq) return true
      seq = event.seq
      if (event.t === '#account') active = event.active
      if (event.t !== '#commit' && event.t !== '#sync') return false
      const rules = {nowMs: Date.parse(event.time), requirePrevData: !lenient}
      const verified = event.t === '#commit' ? verifyCommitEvent(event, key, rules) : verifySyncEvent(event, key, rules)
      if (!verified.ok || !active) return true
      const chained =
        event.t === '#commit' ? followCommit(state, event, verified.data) : followSync(state, event, verified.data)
      state = chained.state
      return chained.verdict === 'stale'
    })
    deepEqual(
      dropped,
      messages.map(message => message.drop),
    )
  })
}
