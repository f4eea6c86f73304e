/** A record, four ways: as JSON, as the CBOR that was signed, against its lexicon, and with the proof that it is there. */
import {refused} from '#std/result.ts'
import {Malformed} from '#std/malformed.ts'
import {timeLimit} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Value} from '#atp/data/value.ts'
import {formatAtUri} from '#atp/syntax/at-uri.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import {records as knownRecords} from '#lex/gen/records.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {Registry} from '#lex/registry.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import type {Visit} from '../../visit.ts'
import {wholeTimeOf} from '#pages/time.ts'
import {nameOf} from '../account/account-page.ts'
import {cborView} from './cbor-view.ts'
import {subjectPath, summaryOf} from './collection-page.ts'
import {card, explorerPage, facts, failure, failurePage, mark, sizeText} from '../explorer-frame.ts'
import {proofView} from './proof-view.ts'
import {proofOf, type Proof} from './proof.ts'
import type {Home, RepoReader, Told} from '../repo-reader.ts'
import {accountPath, blobPath, collectionPath, recordPath} from '../target.ts'
import {blobsIn, valueView} from './value-view.ts'

const registry = new Registry(knownRecords)
const countsTimeoutMs = 1_500

export interface RecordName {
  collection: Nsid
  rkey: RecordKey
}

/** Who has counted a post, and the time that it is given to say so. */
export interface Counting {
  appview: Client
  world: Pick<World, 'sleep'>
}

interface Shown {
  home: Home
  name: RecordName
  value: Value
  cid: string
  proof: Told<Proof>
}

export async function recordPage(
  visit: Visit,
  reader: RepoReader,
  counting: Counting,
  home: Home,
  name: RecordName,
): Promise<Response> {
  const {collection, rkey} = name
  const [record, proof, counts] = await Promise.all([
    reader.record(home, collection, rkey),
    readProof(reader, home, name),
    countsOf(counting, home, name),
  ])
  // A record that the server does not show may still be proven, or proven absent.
  if (!record.ok && !(proof.ok && proof.value.verdict.ok))
    return failurePage(visit, 'The record could not be loaded', record)
  const shown = shownOf(home, name, record, proof)
  const path = recordPath(home.did, collection, rkey)
  const views = [
    ['JSON', path, () => jsonTab(shown)],
    ['CBOR', `${path}?view=cbor`, () => cborTab(shown)],
    ['Lexicon', `${path}?view=lexicon`, () => lexiconTab(shown)],
    ['Proof', `${path}?view=proof`, () => proofTab(shown)],
  ] as const
  const asked = visit.url.searchParams.get('view')
  const [, current, view] = views.find(([label]) => label.toLowerCase() === asked) ?? views[0]
  return explorerPage(visit, {
    title: `${summaryOf(shown.value).slice(0, 60) || rkey} · ${collection}`,
    crumbs: [
      [nameOf(home), accountPath(home.did)],
      [collection, collectionPath(home.did, collection)],
      [rkey, ''],
    ],
    tabs: {current, all: views.map(([label, path]) => [label, path])},
    main: html`${recordHead(shown, counts)} ${view()}`,
  })
}

function shownOf(
  home: Home,
  name: RecordName,
  record: Told<{cid?: string; value: unknown}>,
  proof: Told<Proof>,
): Shown {
  const proven = proof.ok && proof.value.verdict.ok ? proof.value.verdict : undefined
  const provenCid = proven?.cid ? String(proven.cid) : ''
  // What was signed is shown rather than what the server says that it was.
  const isSame = record.ok && record.value.cid === provenCid
  if (record.ok && !(isSame && proven?.bytes)) {
    return {home, name, value: record.value.value as Value, cid: record.value.cid ?? '', proof}
  }
  return {home, name, value: proven?.bytes ? decodedOr(proven.bytes) : null, cid: provenCid, proof}
}

async function readProof(reader: RepoReader, home: Home, {collection, rkey}: RecordName): Promise<Told<Proof>> {
  const {key, did} = home
  if (!key) return refused('failed', 'The DID document names no signing key.')
  const car = await reader.proof(home, collection, rkey)
  return car.ok ? {ok: true, value: proofOf(car.value, {did, key, path: `${collection}/${rkey}`})} : car
}

function decodedOr(bytes: Uint8Array): Value {
  try {
    return decodeCborLenient(bytes)
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

/** Whether the proof holds, and is of the very record that the server shows. */
const isProven = ({cid, proof}: Shown): boolean | undefined =>
  proof.ok
    ? proof.value.verdict.ok && proof.value.verdict.cid !== null && String(proof.value.verdict.cid) === cid
    : undefined

function recordHead(shown: Shown, counts: Html | undefined): Html {
  const {home, name, value, cid} = shown
  const {collection, rkey} = name
  const uri = formatAtUri(home.did, collection, rkey)
  const checked = registry.record(collection) && registry.validateRecord(collection, rkey, value, 'optimistic')
  const about = subjectPath(value)
  const proven = isProven(shown)
  return html`<header class="x-title">
      <h1 class="x-said">${summaryOf(value) || rkey}</h1>
      <p class="x-row">
        ${mark(proven, proven === undefined ? 'not verified' : proven ? 'signed and in the repository' : 'the proof is not valid')}
        ${checked ? mark(checked.ok, checked.ok ? 'valid by its lexicon' : 'not valid by its lexicon') : mark(undefined, 'unknown lexicon')}
        ${about && html`<a class="x-mark" href="${about}">subject</a>`}
        ${collection === 'app.bsky.feed.post' && html`<a class="x-mark" href="/profile/${home.did}/post/${rkey}">open in the app</a>`}
      </p>
    </header>
    ${facts([
      ['uri', html`<code>${uri}</code>`],
      ['cid', html`<code>${cid}</code>`],
      ['created', isTid(rkey) ? wholeTimeOf(tidMicros(rkey) / 1000) : undefined],
      ['counts', counts],
    ])}`
}

/** What the AppView has counted of a post. A page is worth showing without it. */
async function countsOf(
  {appview, world}: Counting,
  {did}: Home,
  {collection, rkey}: RecordName,
): Promise<Html | undefined> {
  if (collection !== 'app.bsky.feed.post') return undefined
  try {
    using limit = timeLimit(world, countsTimeoutMs)
    const {posts} = await appview.query(getPosts, {uris: [formatAtUri(did, collection, rkey)]}, {signal: limit.signal})
    if (posts.length === 0) return undefined
    const [{likeCount = 0, repostCount = 0, replyCount = 0, quoteCount = 0}] = posts
    return html`<a href="/profile/${did}/post/${rkey}">${count(likeCount, 'like')}, ${count(repostCount, 'repost')}, ${count(replyCount, 'reply', 'replies')}, ${count(quoteCount, 'quote')}</a>`
  } catch (error) {
    if (error instanceof UpstreamError) return undefined
    throw error
  }
}

const pictureTypes = /^image\/(?:png|jpeg|webp|gif|avif)$/

function jsonTab({home, value, name, proof}: Shown): Html {
  const blobs = blobsIn(value)
  if (value === null && proof.ok && proof.value.verdict.ok && proof.value.verdict.cid === null) {
    return failure('Record not found', 'That is proven: the signed repository has no record at this key.')
  }
  return html`${
    blobs.length > 0 &&
    card(
      'Blobs',
      html`<ul class="x-blobs">
          ${blobs.map(
            ({cid, mimeType, size}) =>
              html`<li>
                <a href="${blobPath(home.did, cid)}">
                  ${
                    pictureTypes.test(mimeType)
                      ? html`<img src="${blobPath(home.did, cid)}" alt="" loading="lazy" />`
                      : html`<span class="x-noimg">${mimeType}</span>`
                  }
                  <span class="x-mono x-clip">${cid}</span>
                  <span class="x-soft">${mimeType}${size !== undefined && `, ${sizeText(size)}`}</span>
                </a>
              </li>`,
          )}
        </ul>`,
    )
  }
    ${card('Value', valueView(value, home.did), undefined)}
    <p>
      <a
        href="${safeHref(`${home.pds}/xrpc/com.atproto.repo.getRecord?repo=${home.did}&collection=${name.collection}&rkey=${name.rkey}`)}"
        rel="noopener noreferrer"
        >View on its PDS</a
      >
    </p>`
}

function cborTab({proof}: Shown): Html {
  if (!proof.ok) return failure('The bytes could not be loaded', proof.detail)
  const {verdict} = proof.value
  if (!verdict.ok) return failure('The proof is not valid', `${verdict.reason}: ${verdict.detail}`)
  if (!verdict.bytes) return failure('Record not found', 'The repository has no record at this key.')
  return card('DAG-CBOR', cborView(verdict.bytes), `${sizeText(verdict.bytes.length)}, hashed to the CID`)
}

function lexiconTab({name, value}: Shown): Html {
  const schema = registry.record(name.collection)
  if (!schema) {
    return failure(
      'Unknown lexicon',
      `This server does not know the lexicon of ${name.collection}, so it cannot check the record.`,
    )
  }
  const checked = registry.validateRecord(name.collection, name.rkey, value, 'optimistic')
  const rules = facts([
    ['record key', schema.key],
    ['required', schema.record.required.join(', ') || 'nothing'],
    ['fields', Object.keys(schema.record.properties).join(', ')],
  ])
  const verdict = checked.ok
    ? html`<p>${mark(true, 'valid')} The record is valid ${name.collection}.</p>`
    : html`<p>${mark(false, checked.fault.reason)} First fault, at <code>${checked.fault.path || 'the record itself'}</code>: ${checked.fault.detail}</p>`
  return card(`Against ${name.collection}`, html`${verdict} ${rules}`)
}

const proofTab = ({home, name, proof, cid}: Shown): Html =>
  proof.ok
    ? proofView(proof.value, {did: home.did, path: `${name.collection}/${name.rkey}`, cid})
    : failure('The proof could not be loaded', proof.detail)

const count = (n: number | undefined, noun: string, many = `${noun}s`): string => `${n ?? 0} ${n === 1 ? noun : many}`
