/** Changed bytes and changed JSON in every reader of events and identities: each ends in its one error, or in none. */
import {ok} from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed, seeded} from '../../../test/random.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {Malformed} from '#std/malformed.ts'
import {parseDidDocument, handleOf, pdsEndpoint, service, signingKey} from '../identity/did-document.ts'
import {parseLabel, signLabel, verifyLabel, type Label} from '../label/label.ts'
import {jsonToValue} from '../data/json.ts'
import {atprotoData, createIdentity, updateIdentity, type AtprotoIdentity} from '../plc/build.ts'
import {documentOf} from '../plc/document.ts'
import {brokenLimit, directoryLimits} from '../plc/limits.ts'
import {verifyAuditLog, verifyLog} from '../plc/log.ts'
import {operationCid, parseOperation} from '../plc/operation.ts'
import {encodeEvent} from './event.ts'
import {readRepoFrame, verifyCommitEvent, verifyReasons, verifySyncEvent} from './verify.ts'

const startMs = Date.parse('2026-01-02T03:04:05Z')
const random = seeded(runSeed)
const below = (limit: number): number => Math.floor(random() * limit)
const seedNote = `SEED=${runSeed}`

const path = (n: number): string => `app.bsky.feed.post/${n}`

/** Some bytes changed, cut out, doubled or cut off. */
function changed(bytes: Uint8Array): Uint8Array {
  const copy = [...bytes]
  for (let times = 1 + below(3); times > 0; times--) {
    const at = below(copy.length)
    const way = below(5)
    if (way === 0) copy[at] ^= 1 << below(8)
    else if (way === 1) copy[at] = below(256)
    else if (way === 2) copy.splice(at, 1 + below(8))
    else if (way === 3) copy.splice(at, 0, ...copy.slice(at, at + 1 + below(40)))
    else copy.length = at + 1
  }
  return Uint8Array.from(copy)
}

const oddities: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'x',
  '\ud800',
  [],
  {},
  [null],
  {a: null},
  'z'.repeat(3000),
]

/** One place in the JSON put to something else, or left out. */
function changedJson(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || below(6) === 0) return oddities[below(oddities.length)]
  const copy: unknown[] | Record<string, unknown> = Array.isArray(json) ? [...json] : {...json}
  const keys = Object.keys(copy)
  if (keys.length === 0) return [copy, copy]
  const key = keys[below(keys.length)]
  const members = copy as Record<string, unknown>
  if (below(8) === 0) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1)
    else delete members[key]
  } else members[key] = changedJson(members[key])
  return copy
}

/** Runs `work`, in which a stranger's input may be malformed, and nothing else may happen. */
function survives(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Malformed)) throw new Error(`Run again with ${seedNote}.`, {cause: error})
  }
}

test(`changed frames are refused by a reason that is known (${seedNote})`, () => {
  const repo = new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(7), startMs)
  repo.write(Object.fromEntries(Array.from({length: 40}, (_, n) => [path(n), {n}])))
  const made = repo.write({[path(50)]: {n: 1}, [path(3)]: null, [path(4)]: {n: 2}})
  const rules = {nowMs: startMs + 60_000, requirePrevData: false}
  const verdictOf = (frame: Uint8Array): {ok: true} | {ok: false; reason: string} => {
    const read = readRepoFrame(frame)
    if (!read.ok || !read.event) return read
    const {event} = read
    if (event.t === '#commit') return verifyCommitEvent(event, repo.key.publicKey, rules)
    return event.t === '#sync' ? verifySyncEvent(event, repo.key.publicKey, rules) : read
  }
  const frames = [made.event, {...made.event, prevData: undefined}, repo.sync(made)].map(encodeEvent)
  for (const frame of frames) ok(verdictOf(frame).ok || frame === frames[1])
  for (let i = 0; i < 1500; i++) {
    survives(() => {
      const verdict = verdictOf(changed(frames[i % frames.length]))
      ok(verdict.ok || Object.hasOwn(verifyReasons, verdict.reason))
    })
    // The envelope is sound here, so that the proof itself meets the changed bytes. It ends in a value, never an error.
    verifyCommitEvent({...made.event, blocks: changed(made.event.blocks)}, repo.key.publicKey, rules)
  }
})

test(`changed identities and labels end in the one error (${seedNote})`, () => {
  const key = testKey(9)
  const identity = {
    handle: 'alice.example.com' as AtprotoIdentity['handle'],
    signingKey: testKey(8).didKey,
    pds: 'https://pds.example.com',
    rotationKeys: [key.didKey],
  }
  const {did, operation} = createIdentity(atprotoData(identity), key)
  const second = updateIdentity(operation, data => data, key)
  const audit = [operation, second].map((operation, i) => ({
    did,
    operation,
    cid: operationCid(operation),
    nullified: false,
    createdAt: new Date(startMs + i * 1000).toISOString(),
  }))
  ok(verifyAuditLog(did, audit).ok && verifyLog(did, [operation, second]).ok)
  const label: Label = signLabel(
    {src: did, uri: `at://${did}`, val: 'spam', cts: '2026-01-02T03:04:05Z' as Label['cts']},
    key,
  )
  const document = documentOf(did, atprotoData(identity))

  for (let i = 0; i < 300; i++) {
    survives(() => brokenLimit(parseOperation(changedJson(operation)), directoryLimits))
    // Verification ends in a value, never in an error.
    verifyAuditLog(did, changedJson(audit))
    verifyLog(did, changedJson([operation, second]))
    survives(() => verifyLabel(parseLabel(jsonToValue(changedJson(label))), key.publicKey))
    survives(() => {
      const read = parseDidDocument(changedJson(document))
      signingKey(read)
      pdsEndpoint(read)
      service(read, 'atproto_pds')
      handleOf(read)
    })
  }
})
