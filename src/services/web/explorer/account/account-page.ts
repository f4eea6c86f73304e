/** An account: who it is and who says so, where its data is, what it holds, and how its identity came to be. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {mapConcurrent} from '#std/waiting/async.ts'
import {formatDidKey} from '#atp/crypto/key.ts'
import {handleOf, type DidDocument} from '#atp/identity/did-document.ts'
import {didMethod} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Identity} from '#sdk/identity.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import type {Visit} from '../../visit.ts'
import {wholeTimeOf} from '#pages/time.ts'
import {card, countText, explorerPage, facts, failure, mark} from '../explorer-frame.ts'
import {historyOf, type PlcChange, type PlcStep} from './plc-history.ts'
import type {Home, RepoReader, Told} from '../repo-reader.ts'
import {accountPath, collectionPath, serverPath} from '../target.ts'
import {valueView} from '../record/value-view.ts'

/** Collections whose records are counted, and up to how many. */
const countedMax = 16
const pageSize = 100
/** Collections that are shown. */
const shownMax = 1_000

export const accountTabs = (did: string): readonly (readonly [string, string])[] => [
  ['Collections', accountPath(did)],
  ['Identity', `${accountPath(did)}/-/identity`],
  ['History', `${accountPath(did)}/-/history`],
  ['Repository', `${accountPath(did)}/-/repo`],
  ['Blobs', `${accountPath(did)}/-/blobs`],
]

export const nameOf = ({handle, did}: Identity): string => (handle === 'handle.invalid' ? did : `@${handle}`)

const heading = (identity: Identity, status: Html | undefined): Html =>
  html`<header class="x-title">
    <h1>${nameOf(identity)}</h1>
    <p class="x-mono x-soft">${identity.did}</p>
    <p class="x-row">
      ${
        identity.handle === 'handle.invalid'
          ? mark(false, 'handle not confirmed')
          : mark(true, 'handle confirmed both ways')
      }
      ${status}
      ${identity.pds && html`<a class="x-mark" href="${serverPath(new URL(identity.pds).host)}">${new URL(identity.pds).host}</a>`}
      ${identity.handle !== 'handle.invalid' && html`<a class="x-mark" href="/profile/${identity.did}">open in the app</a>`}
    </p>
  </header>`

export async function accountPage(visit: Visit, reader: RepoReader, identity: Identity): Promise<Response> {
  const {did, pds} = identity
  const tabs = {current: accountPath(did), all: accountTabs(did)}
  const page = (status: Html | undefined, inner: Html): Promise<Response> =>
    explorerPage(visit, {
      title: nameOf(identity),
      crumbs: [[nameOf(identity), '']],
      tabs,
      main: html`${heading(identity, status)} ${inner}`,
    })
  if (pds === undefined) return page(undefined, failure('No PDS', 'The DID document names no PDS.'))
  const home: Home = {...identity, pds}
  const [described, status, head] = await Promise.all([
    reader.describe(home),
    reader.status(home),
    reader.latestCommit(home),
  ])
  const state = status.ok
    ? mark(status.value.active, status.value.active ? 'active' : (status.value.status ?? 'not active'))
    : undefined
  if (!described.ok) return page(state, failure('The PDS did not answer', described.detail))
  const {length} = described.value.collections
  const collections = described.value.collections.slice(0, shownMax)
  const counts = await countRecords(reader, home, collections)
  return page(
    state,
    html`<div class="x-columns">
      ${card('Collections', collectionList(did, collections, counts), `${countText(length, 'collection')}${length > shownMax ? `, ${shownMax} of them here` : ''}`)}
      ${card(
        'Repository',
        html`${head.ok ? headFacts(head.value) : html`<p>${head.detail}</p>`}
          <p class="x-row">
            <a class="button quiet" href="${accountPath(did)}/-/repo">Repository and verification</a>
            <a class="button quiet" href="${safeHref(`${pds}/xrpc/com.atproto.sync.getRepo?did=${did}`)}" rel="noopener noreferrer">Download CAR</a>
            <a class="button quiet" href="/live?did=${did}">Open in the stream</a>
          </p>`,
      )}
    </div>`,
  )
}

const headFacts = ({cid, rev}: {cid: string; rev: string}): Html =>
  facts([
    ['revision', html`<code>${rev}</code>`],
    ['created', isTid(rev) ? wholeTimeOf(tidMicros(rev) / 1000) : undefined],
    ['head commit', html`<code>${cid}</code>`],
  ])

interface Count {
  count: number
  more: boolean
}

/** By paging no further than once: what a server lists at most is what is known. */
async function countRecords(reader: RepoReader, home: Home, nsids: readonly string[]): Promise<Map<string, Count>> {
  const counted = await mapConcurrent(
    nsids.slice(0, countedMax),
    4,
    async (nsid): Promise<[string, Count | undefined]> => {
      const page = await reader.records(home, nsid, {limit: pageSize})
      if (!page.ok) return [nsid, undefined]
      const {records, cursor} = page.value
      return [nsid, {count: records.length, more: cursor !== undefined && records.length >= pageSize}]
    },
  )
  return new Map(counted.filter((entry): entry is [string, Count] => entry[1] !== undefined))
}

function collectionList(did: string, nsids: readonly Nsid[], counts: ReadonlyMap<string, Count>): Html {
  if (nsids.length === 0) return html`<p class="x-soft">No records yet.</p>`
  const groups = Map.groupBy(nsids.toSorted(), nsid => nsid.split('.').slice(0, 2).join('.'))
  return html`${[...groups].map(
    ([authority, members]) =>
      html`<h3 class="x-group">${authority.split('.').toReversed().join('.')}</h3>
        <ul class="x-list">
          ${members.map(nsid => {
            const count = counts.get(nsid)
            return html`<li>
              <a href="${collectionPath(did, nsid)}"
                ><span class="x-soft">${nsid.slice(0, nsid.lastIndexOf('.') + 1)}</span>${nsid.slice(nsid.lastIndexOf('.') + 1)}</a
              >
              ${count && html`<span class="x-count">${count.count}${count.more && '+'}</span>`}
            </li>`
          })}
        </ul>`,
  )}`
}

export async function identityPage(visit: Visit, reader: RepoReader, identity: Identity): Promise<Response> {
  const {did, document, key, handle} = identity
  const claimed = handleOf(document)
  const back = claimed && (await reader.identities.handleDid(claimed))
  const way = claimed
    ? html`<ol class="x-steps-small">
        <li>${mark(true, 'DID → handle')} The document of <code>${did}</code> names <b>${claimed}</b>.</li>
        <li>
          ${
            back?.ok
              ? html`${mark(back.value === did, 'handle → DID')} ${claimed} resolves to <code>${back.value}</code>${back.value === did ? ', the same account.' : ', another account.'}`
              : html`${mark(false, 'handle → DID')} ${back?.detail}`
          }
        </li>
      </ol>`
    : html`<p>The document names no handle.</p>`
  return explorerPage(visit, {
    title: `Identity of ${nameOf(identity)}`,
    crumbs: [[nameOf(identity), '']],
    tabs: {current: `${accountPath(did)}/-/identity`, all: accountTabs(did)},
    main: html`${heading(identity, undefined)}
      <div class="x-columns">
        ${card(handle === 'handle.invalid' ? 'The handle is not confirmed' : 'The handle is confirmed', way)}
        ${card('Keys', keyFacts(document, key && formatDidKey(key)))} ${card('Servers', serviceFacts(document))}
        ${card('Also known as', html`<ul class="x-plain">${(document.alsoKnownAs ?? []).map(alias => html`<li><code>${alias}</code></li>`)}</ul>`)}
      </div>
      ${card('The document', valueView(JSON.parse(JSON.stringify(document)), did), didMethod(did) === 'plc' ? 'from the PLC directory' : 'from its own host')}`,
  })
}

const keyFacts = (document: DidDocument, signing: string | undefined): Html =>
  html`${facts(
    (document.verificationMethod ?? []).map(({id, type, publicKeyMultibase}) => [
      id.slice(id.indexOf('#')),
      html`<code>${publicKeyMultibase}</code> <span class="x-soft">${type}, ${curveOf(publicKeyMultibase)}</span>`,
    ]),
  )}
  <p>${signing ? html`${mark(true, 'signs the repository')} <code>${signing}</code>` : mark(false, 'no key that signs a repository')}</p>`

const curveOf = (multibase: string): string =>
  multibase.startsWith('zQ3s') ? 'secp256k1' : multibase.startsWith('zDn') ? 'P-256' : 'another curve'

const serviceFacts = (document: DidDocument): Html =>
  facts(
    (document.service ?? []).map(({id, type, serviceEndpoint}) => [
      id.slice(id.indexOf('#')),
      html`<a href="${safeHref(serviceEndpoint)}" rel="noopener noreferrer">${serviceEndpoint}</a> <span class="x-soft">${type}</span>`,
    ]),
  )

export async function historyPage(visit: Visit, reader: RepoReader, identity: Identity): Promise<Response> {
  const {did} = identity
  const log: Told<unknown> | undefined = didMethod(did) === 'plc' ? await reader.auditLog(did) : undefined
  const inner = !log
    ? failure('No history', 'A did:web is whatever its host says today. Earlier versions are not recorded.')
    : log.ok
      ? historyView(identity, await historyOf(did, log.value, nextTurn))
      : failure('No history', log.detail)
  return explorerPage(visit, {
    title: `History of ${nameOf(identity)}`,
    crumbs: [[nameOf(identity), '']],
    tabs: {current: `${accountPath(did)}/-/history`, all: accountTabs(did)},
    main: html`${heading(identity, undefined)} ${inner}`,
  })
}

function historyView({did}: Identity, history: Awaited<ReturnType<typeof historyOf>>): Html {
  if (!history.ok) return failure('The log is not valid', history.detail)
  const {steps} = history
  return card(
    'Operations',
    html`<p>
        ${mark(true, 'verified')} ${countText(steps.length, 'operation')} checked here: each is signed by a key that the one
        before allows, and ${did.slice(0, 20)}… is the hash of the first.
      </p>
      <ol class="x-history" reversed>${steps.map(stepView)}</ol>`,
    'newest first',
  )
}

const stepView = ({entry, changes}: PlcStep): Html =>
  html`<li class="${entry.nullified && 'x-struck'}">
    <p>
      <time datetime="${datetimeOf(entry.takenMs)}">${wholeTimeOf(entry.takenMs)}</time>
      ${entry.nullified && mark(false, 'nullified')}
      <span class="x-mono x-soft x-clip">${entry.cid}</span>
    </p>
    <ul class="x-plain">
      ${changes.map(changeView)}
    </ul>
  </li>`

function changeView({what, before, after}: PlcChange): Html {
  if (what === 'created') return html`<li>Created.</li>`
  if (what === 'ended') return html`<li>${after}</li>`
  if (what === 'nothing') return html`<li class="x-soft">Signed again, nothing changed.</li>`
  return html`<li>
    <b>${what}</b> ${before !== '' && html`<del class="x-mono">${before}</del> → `}<ins class="x-mono">${after || 'none'}</ins>
  </li>`
}
