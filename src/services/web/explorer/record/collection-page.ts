/** A collection: its records, newest first, each with the one line that tells a person what it is. */
import {isMap, type Value, type ValueMap} from '#atp/data/value.ts'
import {isTid, tidMicros} from '#atp/syntax/tid.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {html, type Html} from '#pages/html.ts'
import type {Visit} from '../../visit.ts'
import {timeTag, wholeTimeOf} from '#pages/time.ts'
import {nameOf} from '../account/account-page.ts'
import {card, explorerPage, failurePage} from '../explorer-frame.ts'
import type {Home, RepoReader} from '../repo-reader.ts'
import {accountPath, atUriPath, collectionPath, recordPath} from '../target.ts'

const pageSize = 50
const summaryMax = 280
const namesMax = 50

export async function collectionPage(
  visit: Visit,
  reader: RepoReader,
  home: Home,
  collection: string,
  nowMs: number,
): Promise<Response> {
  const cursor = visit.url.searchParams.get('cursor')?.slice(0, 1_000) ?? undefined
  const listed = await reader.records(home, collection, {cursor, limit: pageSize})
  if (!listed.ok) return failurePage(visit, 'The collection could not be loaded', listed)
  const {cursor: next} = listed.value
  const records = listed.value.records.slice(0, pageSize)
  const path = collectionPath(home.did, collection)
  const rows = records.map(({uri, value}) => {
    const {rkey = ''} = parseAtUri(uri)
    return html`<li>
      <a class="x-record" href="${recordPath(home.did, collection, rkey)}">
        <span class="x-record-key">${rkey}</span>
        <span class="x-record-text">${summaryOf(value as Value)}</span>
        <span class="x-soft">${whenOf(rkey, value as Value, nowMs)}</span>
      </a>
    </li>`
  })
  const isLast = next === undefined || records.length < pageSize
  return explorerPage(visit, {
    title: `${collection} of ${nameOf(home)}`,
    crumbs: [
      [nameOf(home), accountPath(home.did)],
      [collection, ''],
    ],
    main: html`<header class="x-title">
        <h1>${collection}</h1>
        <p class="x-row">
          <a class="x-mark" href="/live?did=${home.did}&amp;collection=${collection}">open in the stream</a>
        </p>
      </header>
      ${card(
        cursor === undefined ? 'Records' : 'Older records',
        rows.length > 0
          ? html`<ul class="x-records">${rows}</ul>`
          : html`<p class="x-soft">${cursor === undefined ? 'No records.' : 'No more records.'}</p>`,
        'newest first',
      )}
      <p class="x-row">
        ${cursor !== undefined && html`<a class="button quiet" href="${path}">Newest</a>`}
        ${!isLast && html`<a class="button quiet" href="${path}?cursor=${encodeURIComponent(next)}" rel="next">Older</a>`}
      </p>`,
  })
}

function whenOf(rkey: string, value: Value, nowMs: number): Html | string {
  const createdAt = isMap(value) && typeof value.createdAt === 'string' ? value.createdAt : undefined
  if (createdAt !== undefined) return timeTag(createdAt, nowMs)
  return isTid(rkey) ? wholeTimeOf(tidMicros(rkey) / 1000) : ''
}

const textOf = (map: ValueMap, name: string): string | undefined => {
  const value = map[name]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** What a record is about, by the members that lexicons of all kinds have. Plain text: callers escape it. */
export function summaryOf(value: Value): string {
  if (!isMap(value)) return ''
  const {subject} = value
  const about = typeof subject === 'string' ? subject : isMap(subject) ? textOf(subject, 'uri') : undefined
  const words = ['text', 'title', 'name', 'displayName', 'description', 'status', 'value']
  const said = words.map(name => textOf(value, name)).find(text => text !== undefined)
  const text =
    said ??
    about ??
    Object.keys(value)
      .slice(0, namesMax)
      .filter(name => name !== '$type')
      .join(', ')
  return text.length > summaryMax ? `${text.slice(0, summaryMax)}…` : text
}

/** The page of what a like, a repost or a follow is about. */
export function subjectPath(value: Value): string | undefined {
  if (!isMap(value)) return undefined
  const {subject} = value
  const uri = typeof subject === 'string' ? subject : isMap(subject) ? textOf(subject, 'uri') : undefined
  return uri === undefined ? undefined : atUriPath(uri.startsWith('did:') ? `at://${uri}` : uri)
}
