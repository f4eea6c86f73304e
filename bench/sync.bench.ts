/**
 * Sync 1.1 verification of commits as they come over the firehose, on one thread and on two, against the official
 * package's `parseCommitAuthenticated`, which is what its `Firehose` does with each commit.
 *
 * Ours, for each frame: decode it, check every member, hash every block, check the commit and its signature, undo the
 * ops in the tree and compare with `prevData`, and follow the chain. The official one: decode the frame, hash every
 * block, check the signature, look up each op in the tree, decode the records. It neither undoes the ops nor follows
 * the chain, so it does less. Keys are at hand for both, as in a relay that has seen the accounts before.
 *
 * The frames are those of the vectors, captured from the live network, or, where there are none, made to be like them.
 */
import {existsSync, readFileSync} from 'node:fs'
import {decodeAll} from '@atproto/lex-cbor'
import {parseCommitAuthenticated} from '@atproto/sync'
import {formatDidKey} from '#atp/crypto/key.ts'
import type {PublicKey} from '#atp/crypto/key.ts'
import {parseDidDocument, signingKey} from '#atp/identity/did-document.ts'
import {followCommit} from '#atp/sync/chain.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {readRepoFrame, verifyCommitEvent} from '#atp/sync/verify.ts'
import type {VerifyRules} from '#atp/sync/verify.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import type {FrameCheck} from '#engines/sync/verify-batch.ts'
import {VerifyPool} from '#engines/sync/verify-pool.ts'
import {TestRepo, testKey} from '../test/commits.ts'
import {readFrames} from '../test/frames.ts'
import {vector, vectors} from '../test/vectors.ts'
import {contest, figure} from './measure.ts'

useNativeCrypto()
const rules: VerifyRules = {nowMs: Date.now()}

interface Sample {
  frames: Uint8Array[]
  keys: Map<string, PublicKey>
}

function liveSample(): Sample {
  const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, unknown>
  const keys = new Map<string, PublicKey>()
  for (const [did, json] of Object.entries(documents)) {
    const key = signingKey(parseDidDocument(json))
    if (key) keys.set(did, key)
  }
  return {frames: readFrames(vector('firehose/frames.bin')), keys}
}

/** Ten accounts of 2,000 records each, and nine likes by each. */
function madeSample(): Sample {
  const frames: Uint8Array[] = []
  const keys = new Map<string, PublicKey>()
  for (let account = 0; account < 10; account++) {
    const repo = new TestRepo(
      `did:plc:${'a'.repeat(23)}${'abcdefghij'[account]}`,
      testKey(account + 1),
      rules.nowMs - 3_600_000,
    )
    keys.set(repo.did, repo.key.publicKey)
    const path = (n: number): string => `app.bsky.feed.like/3l${(n * 7919 + account).toString(36).padStart(11, '2')}`
    const like = (n: number) => ({
      $type: 'app.bsky.feed.like',
      createdAt: new Date(repo.nowMs).toISOString(),
      subject: {uri: `at://${repo.did}/app.bsky.feed.post/3l${n}`},
    })
    for (let n = 0; n < 2000; n += 200) {
      repo.write(Object.fromEntries(Array.from({length: 200}, (_, i) => [path(n + i), like(n + i)])))
    }
    for (let n = 0; n < 9; n++) frames.push(encodeEvent(repo.write({[path(2000 + n)]: like(n)}).event))
  }
  return {frames, keys}
}

const live = vectors !== undefined && existsSync(vector('firehose/frames.bin'))
const {frames, keys} = live ? liveSample() : madeSample()
const what = live ? `${frames.length} live commits` : `${frames.length} made commits`

function keyOf(did: string): PublicKey {
  const key = keys.get(did)
  if (!key) throw new Error(`The sample has no key for ${did}.`)
  return key
}

function verifyOne(frame: Uint8Array): void {
  const read = readRepoFrame(frame)
  if (!read.ok || read.event?.t !== '#commit') throw new Error('A frame of the sample is no commit.')
  const verified = verifyCommitEvent(read.event, keyOf(read.event.did), rules)
  if (!verified.ok) throw new Error(`A commit of the sample is refused: ${verified.detail}`)
  followCommit(undefined, read.event, verified.data)
}

type OfficialCommit = Parameters<typeof parseCommitAuthenticated>[1]
const didKeys = new Map([...keys].map(([did, key]) => [did, formatDidKey(key)]))
const resolver = {did: {resolveAtprotoKey: async (did: string) => didKeys.get(did)}}

async function verifyOneOfficially(frame: Uint8Array): Promise<void> {
  const [, body] = decodeAll(frame) as Iterable<unknown> as [unknown, OfficialCommit]
  const events = await parseCommitAuthenticated(
    resolver as unknown as Parameters<typeof parseCommitAuthenticated>[0],
    body,
  )
  if (events.length === 0) throw new Error('The official package finds nothing in a commit of the sample.')
}

// Four seconds of the same work first: a relay runs for months, and what the compiler takes is not what it costs.
const warmUpMs = 4000
/** A shared machine is slow for some seconds at a time, and seven rounds may all fall into these. */
const rounds = 21
for (const until = performance.now() + warmUpMs; performance.now() < until;) frames.forEach(verifyOne)

// Before any peer has run, because what a peer leaves to the garbage collector is collected on our time.
const oneThread = await contest({
  title: `verify ${what} in full, one thread`,
  unit: 'commits',
  work: frames.length,
  bytes: frames.reduce((size, frame) => size + frame.length, 0),
  contenders: {wholesky: () => frames.forEach(verifyOne)},
  sampleMs: 1000,
  rounds,
})
if (oneThread && live) {
  figure('commits verified on one thread', oneThread.rates.wholesky.median, 'commits/s', {atLeast: 8000})
}

const checks: FrameCheck[] = []
for (let round = 0; checks.length < 64 * 160; round++) {
  for (const frame of frames) {
    const read = readRepoFrame(frame)
    if (read.ok && read.event?.t === '#commit') checks.push({frame, key: keyOf(read.event.did)})
  }
}
const pool = new VerifyPool(1, {worthWorker: 0})
// The worker has compiled nothing yet.
for (const until = performance.now() + warmUpMs; performance.now() < until;) await pool.verify(checks, rules)
const twoThreads = await contest({
  title: `verify ${checks.length} of the same, two threads`,
  unit: 'commits',
  work: checks.length,
  contenders: {
    wholesky: async () => {
      const verdicts = await pool.verify(checks, rules)
      if (verdicts.some(verdict => !verdict.ok)) throw new Error('A commit of the sample is refused by the pool.')
    },
    'wholesky on one thread': () => checks.forEach(({frame}) => verifyOne(frame)),
  },
  claims: {'wholesky on one thread': 1.15},
  rounds,
})
await pool.close()
if (twoThreads && live) {
  figure('commits verified on two threads', twoThreads.rates.wholesky.median, 'commits/s', {atLeast: 14_000})
}

await contest({
  title: `verify ${what} in full, against the official package`,
  unit: 'commits',
  work: frames.length,
  contenders: {
    wholesky: () => frames.forEach(verifyOne),
    '@atproto/sync': async () => {
      for (const frame of frames) await verifyOneOfficially(frame)
    },
  },
  claims: {'@atproto/sync': 10},
})
