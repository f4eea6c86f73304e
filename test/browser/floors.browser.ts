/**
 * Runs inside the page: everything that floors 0 to 4 promise to a browser, on data that the test made outside. Each
 * check says what it found, and the test outside compares; nothing here knows of Node.
 */
import {parseDidKey} from '#atp/crypto/key.ts'
import {K256Verifier} from '#atp/crypto/k256/verifier.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {parseDidDocument, signingKey} from '#atp/identity/did-document.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import {readRepoFrame, verifyCommitEvent} from '#atp/sync/verify.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import {post} from '#lex/gen/app/bsky/feed/post.ts'

/** What the page is given, beside the bytes it fetches. */
export type Given = {
  modules: string[]
  didKey: string
  nowMs: number
  /** A frame from the live network with the account's DID document, where there is one. */
  live: {document: unknown; nowMs: number} | undefined
}
export type Report = Record<string, unknown>

const bytes = async (name: string): Promise<Uint8Array> => (await fetch(`/data/${name}`)).bytes()
const given = (await (await fetch('/data/given.json')).json()) as Given
const key = parseDidKey(given.didKey)

async function verifyFrame(name: string, frameKey: typeof key, nowMs: number): Promise<unknown> {
  const read = readRepoFrame(await bytes(name))
  if (!read.ok || read.event?.t !== '#commit') return read
  const verdict = verifyCommitEvent(read.event, frameKey, {nowMs})
  return verdict.ok ? verdict.event.ops.length : verdict.reason
}

const checks: Record<string, () => unknown> = {
  'Node is not here': () => !('Buffer' in globalThis) && !('process' in globalThis),
  'modules loaded': async () => {
    const failures: string[] = []
    for (const path of given.modules) {
      await import(`/${path}`).catch((error: Error) => failures.push(`${path}: ${error.message}`))
    }
    return failures
  },
  'an AT-URI': () => parseAtUri('at://alice.example.com/app.bsky.feed.post/3jui7kd54zh2y'),
  'a handle that is none': () => isHandle('alice..example.com'),
  'a post': () => post.check(jsonToValue({$type: 'app.bsky.feed.post', text: 'hi', createdAt: '2026-01-01T00:00:00Z'})),
  'a post without a time': () => post.check(jsonToValue({$type: 'app.bsky.feed.post', text: 'hi'}))?.path,
  'a repo': async () => {
    const verdict = await verifyRepo(await bytes('repo.car'), {key})
    return verdict.ok ? verdict.recordCount : verdict.reason
  },
  'a repo as it streams': async () => {
    const {body} = await fetch('/data/repo.car')
    const verdict = await verifyRepo(body as unknown as AsyncIterable<Uint8Array>, {key})
    return verdict.ok ? verdict.recordCount : verdict.reason
  },
  'a repo with one bit turned': async () => {
    const verdict = await verifyRepo(await bytes('damaged.car'), {key})
    return verdict.ok ? verdict.recordCount : verdict.reason
  },
  'a frame': () => verifyFrame('frame', key, given.nowMs),
  // More than go the portable way before the fast one.
  'a frame again and again': async () => {
    const verdicts = new Set()
    for (let i = 0; i < 40; i++) verdicts.add(await verifyFrame('frame', key, given.nowMs))
    return [...verdicts]
  },
  'signatures are checked with multiply-add': () => K256Verifier.create() !== undefined,
  'a live frame': () => {
    const liveKey = given.live && signingKey(parseDidDocument(given.live.document))
    return given.live && liveKey ? verifyFrame('live-frame', liveKey, given.live.nowMs) : 'absent'
  },
}

const report: Report = {}
for (const [name, check] of Object.entries(checks)) {
  try {
    report[name] = (await check()) ?? null
  } catch (error) {
    report[name] = `threw ${error instanceof Error ? error.stack : String(error)}`
  }
}
const shown = document.querySelector('#report')
if (shown) shown.textContent = JSON.stringify(report, undefined, 2)
await fetch('/result', {method: 'POST', body: JSON.stringify(report)})
