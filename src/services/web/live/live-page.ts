/** The event stream as a page: filters in its address, the last events in it, and an island that goes on from there. */
import {toHex} from '#std/bytes.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {Malformed} from '#std/malformed.ts'
import type {Value} from '#atp/data/value.ts'
import {html, type Html} from '#pages/html.ts'
import type {Visit} from '../visit.ts'
import {summaryOf} from '../explorer/record/collection-page.ts'
import {accountPath, recordPath} from '../explorer/target.ts'
import type {Message} from '#pages/live-events.ts'
import {filterOf, recordJson, type LiveEvent, type LiveStream} from './live-stream.ts'

/** Characters of a record that go to a viewer for each event. */
const recordMax = 6_000
/** Events in one message, and how often there is one: no eye follows more. */
const perMessageMax = 40
const messageEveryMs = 150

/** What the island gets of one event. */
export interface ShownEvent {
  n: number
  action: string
  did: string
  collection: string
  rkey: string
  timeMs: number
  lagMs: number | undefined
  says: string
  path: string
  /** The record as JSON text, or its bytes in hex; cut at a bound. */
  body: string
  /** Of bytes: whether they hash to the CID that the event names. */
  isTrue: boolean | undefined
}

export type Form = 'json' | 'cbor'

const formOf = (params: URLSearchParams): Form => (params.get('form') === 'cbor' ? 'cbor' : 'json')

const shown = {json: new WeakMap<LiveEvent, ShownEvent>(), cbor: new WeakMap<LiveEvent, ShownEvent>()}

/** Made once for all viewers. */
function shownEvent(event: LiveEvent, form: Form): ShownEvent {
  let known = shown[form].get(event)
  if (!known) shown[form].set(event, (known = toShown(event, form)))
  return known
}

function toShown(event: LiveEvent, form: Form): ShownEvent {
  const {n, action, did, collection, rkey, timeMs, lagMs, kind, record} = event
  const path = kind === 'commit' && action !== 'delete' ? recordPath(did, collection, rkey) : accountPath(did)
  const says = event.isLarge ? 'too large to be shown here' : record === undefined ? '' : summaryOf(record)
  const {body, isTrue} = record === undefined ? {body: '', isTrue: undefined} : bodyOf(event, record, form)
  return {n, action, did, collection, rkey, timeMs, lagMs, says, path, body, isTrue}
}

function bodyOf(event: LiveEvent, record: Value, form: Form): {body: string; isTrue: boolean | undefined} {
  if (form === 'json') return {body: cut(JSON.stringify(recordJson(event), undefined, 2)), isTrue: undefined}
  try {
    const bytes = encodeCbor(record)
    return {body: cut(toHex(bytes)), isTrue: String(cidOf(codecs.cbor, bytes)) === event.cid}
  } catch (error) {
    if (error instanceof Malformed) return {body: error.message, isTrue: false}
    throw error
  }
}

const cut = (text: string): string => (text.length > recordMax ? `${text.slice(0, recordMax)}…` : text)

/** The messages of one viewer. */
export async function* liveMessages(
  live: LiveStream,
  params: URLSearchParams,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Message, void> {
  const form = formOf(params)
  for await (const {events, dropped} of live.watch(filterOf(params), signal)) {
    const skipped = dropped + Math.max(0, events.length - perMessageMax)
    yield {event: 'events', data: {events: events.slice(-perMessageMax).map(event => shownEvent(event, form)), skipped}}
    await pause(messageEveryMs, signal).catch(() => {})
  }
}

const commonCollections = [
  'app.bsky.feed.post',
  'app.bsky.feed.like',
  'app.bsky.feed.repost',
  'app.bsky.graph.follow',
  'app.bsky.actor.profile',
  'app.bsky.*',
]

export function livePage(visit: Visit, live: LiveStream): Promise<Response> {
  const params = visit.url.searchParams
  const filter = filterOf(params)
  const form = formOf(params)
  const recent = live.recent(filter).map(event => shownEvent(event, form))
  const query = new URLSearchParams({
    collection: filter.collections.join(','),
    did: filter.did,
    action: filter.action,
    text: filter.text,
    form,
  })
  const {state} = live.pulse()
  return visit.page({
    title: 'Stream',
    at: '/live',
    shape: 'wide',
    styles: ['explorer/explorer.css', 'live/live.css'],
    islands: ['live/islands/live.ts'],
    main: html`<div class="x">
      <header class="x-title">
        <h1>Stream</h1>
        <p class="x-soft">Every event that the relay has verified, through Jetstream.</p>
      </header>
      <form class="live-filter" action="/live">
        <label>Collection
          <input name="collection" value="${filter.collections.join(', ')}" list="collections" placeholder="all" autocapitalize="off" spellcheck="false" /></label>
        <datalist id="collections">${commonCollections.map(nsid => html`<option value="${nsid}"></option>`)}</datalist>
        <label>Account <input name="did" value="${filter.did}" placeholder="did:… or handle" autocapitalize="off" spellcheck="false" /></label>
        <label>Action
          <select name="action">
            ${['', 'create', 'update', 'delete', 'identity', 'account'].map(
              action =>
                html`<option value="${action}" ${action === filter.action && html`selected`}>${action || 'all'}</option>`,
            )}
          </select></label>
        <label>Text <input name="text" value="${filter.text}" maxlength="100" placeholder="anywhere in the record" /></label>
        <label>Format
          <select name="form">
            <option value="json">JSON</option>
            <option value="cbor" ${form === 'cbor' && html`selected`}>CBOR</option>
          </select></label>
        <button>Filter</button>
      </form>
      <div class="live-bar">
        <span class="live-state" data-live-state role="status">${state === 'open' ? 'Connected to Jetstream.' : 'Not connected to Jetstream right now.'}</span>
        <span class="live-rate"><b data-live-rate>0</b> events/s</span>
        <button type="button" class="quiet" data-live-pause hidden>Pause</button>
        <a class="button quiet" href="/live?${query.toString()}" data-live-reload>Refresh</a>
      </div>
      <noscript><p class="x-soft">Without JavaScript this page shows the latest events. Refresh to see newer ones.</p></noscript>
      <ol class="live-list" data-live="/live/events?${query.toString()}" data-live-top="${recent[0]?.n ?? 0}">${recent.map(eventRow)}</ol>
      ${recent.length === 0 && html`<p class="live-quiet" data-live-quiet>No events yet. New ones appear here.</p>`}
    </div>`,
  })
}

const eventRow = (event: ShownEvent): Html =>
  html`<li class="live-event live-${event.action}">
    <details>
      <summary>
        <span class="live-action">${event.action}</span>
        <span class="live-collection">${event.collection || 'the account'}</span>
        <span class="live-says">${event.says}</span>
        <time>${new Date(event.timeMs).toISOString().slice(11, 19)}</time>
      </summary>
      <p><a href="${event.path}">Open in the explorer</a> <span class="x-mono x-soft">${event.did}${event.rkey && `/${event.rkey}`}</span></p>
      ${event.isTrue !== undefined && html`<p class="x-soft">${event.isTrue ? 'These bytes match its CID.' : 'These bytes do not match its CID.'}</p>`}
      ${event.body && html`<pre class="x-code">${event.body}</pre>`}
    </details>
  </li>`
