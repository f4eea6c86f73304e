/**
 * The one subscription that all pages share: follows Jetstream and hands each event to whoever watches. It keeps the
 * last events and the figures of the last minute, so that a page has something to show before it has a script.
 */
import {Channel} from '#std/waiting/async.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {valueToJson, type JsonValue} from '#atp/data/json.ts'
import {isMap, type Value} from '#atp/data/value.ts'
import {tidMicros} from '#atp/syntax/tid.ts'
import {Jetstream, type JetstreamEvent} from '#sdk/jetstream.ts'

/** One event as pages know it. */
export interface LiveEvent {
  /** Counts up from the start of this program. */
  n: number
  kind: 'commit' | 'identity' | 'account'
  /** `create`, `update`, `delete`; `identity`; `active`, or the status of an account that is not. */
  action: string
  did: string
  collection: string
  rkey: string
  cid: string
  /** Milliseconds since 1970: when Jetstream saw it. */
  timeMs: number
  /** From the commit at its PDS to here, by the clocks of both; undefined where the event does not say, or is old. */
  lagMs: number | undefined
  record: Value | undefined
  /** Whether there was a record that is too large to be held and shown. */
  isLarge: boolean
}

export interface LiveFilter {
  /** NSIDs, or all under one: `app.bsky.feed.*`. */
  collections: readonly string[]
  did: string
  action: string
  /** In lower case. */
  text: string
}

export interface Pulse {
  /** Events of each of the last 60 whole seconds, oldest first. */
  perSecond: number[]
  /** Of the commits of the last ten seconds with a time: the middle one. */
  lagMs: number | undefined
  /** All since a minute before the start of this program. */
  total: number
  state: 'open' | 'lost' | 'starting'
}

const keptMax = 60
const waitingMax = 256
const watchersMax = 1_000
const secondsKept = 61
const lagsMax = 512
/** A clock that is further off says nothing of the way. */
const lagSaneMs = 60_000
const freshMs = 5_000
/**
 * Of a record, about in bytes as text. Each is held for a while and made into text for whoever watches: sixty of half a
 * million numbers held a gigabyte, and each page of them stopped everything for two seconds.
 */
const recordSizeMax = 32 * 1024
/** What a value costs beside its characters or bytes. */
const valueSize = 8

interface Watcher {
  filter: LiveFilter | undefined
  channel: Channel<LiveEvent>
  dropped: number
}

/** Follows `jetstreamUrl` for as long as `run` runs. */
export class LiveStream {
  readonly #world: World
  readonly #jetstreamUrl: string
  readonly #log: Log
  readonly #watchers = new Set<Watcher>()
  readonly #recent: LiveEvent[] = []
  /** By second since 1970. */
  readonly #seconds = new Map<number, number>()
  readonly #lags: {atMs: number; lagMs: number}[] = []
  #total = 0
  #state: Pulse['state'] = 'starting'

  constructor(world: World, jetstreamUrl: string, log: Log) {
    this.#world = world
    this.#jetstreamUrl = jetstreamUrl
    this.#log = log
  }

  async run(signal: AbortSignal): Promise<void> {
    const stream = new Jetstream({
      world: this.#world,
      service: this.#jetstreamUrl,
      signal,
      // So that the last minute is known from the start.
      cursor: Math.floor((this.#world.now() - secondsKept * 1_000) * 1_000),
      onConnection: ({state}) => {
        if (state !== this.#state) this.#log.info('jetstream', {state})
        this.#state = state
      },
    })
    for await (const event of stream) this.publish(event)
  }

  /** Hands an event to those who watch. Never waits: a viewer that is full misses it, and is told how many. */
  publish(event: JetstreamEvent): void {
    const nowMs = this.#world.now()
    const live = liveEventOf(event, ++this.#total, nowMs)
    this.#recent.unshift(live)
    if (this.#recent.length > keptMax) this.#recent.pop()
    const second = Math.floor(live.timeMs / 1000)
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1)
    if (this.#seconds.size > secondsKept) this.#seconds.delete(this.#seconds.keys().next().value as number)
    if (live.lagMs !== undefined) {
      this.#lags.push({atMs: nowMs, lagMs: live.lagMs})
      if (this.#lags.length > lagsMax) this.#lags.shift()
    }
    for (const watcher of this.#watchers) {
      const {filter, channel} = watcher
      if (filter && !matches(filter, live)) continue
      if (!channel.offer(live)) watcher.dropped++
    }
  }

  /** The last events, newest first. */
  recent(filter?: LiveFilter): LiveEvent[] {
    return filter ? this.#recent.filter(event => matches(filter, event)) : [...this.#recent]
  }

  pulse(): Pulse {
    const nowMs = this.#world.now()
    const second = Math.floor(nowMs / 1000)
    const lags = this.#lags.filter(({atMs}) => nowMs - atMs <= 10_000).map(({lagMs}) => lagMs)
    return {
      perSecond: Array.from({length: 60}, (_, i) => this.#seconds.get(second - 60 + i) ?? 0),
      lagMs: lags.toSorted((a, b) => a - b)[lags.length >> 1],
      total: this.#total,
      state: this.#state,
    }
  }

  /** Events from now on, all that wait at once, with how many were left out since the last. */
  async *watch(
    filter: LiveFilter | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<{events: LiveEvent[]; dropped: number}, void> {
    if (this.#watchers.size >= watchersMax) return
    const watcher: Watcher = {filter, channel: new Channel(waitingMax), dropped: 0}
    this.#watchers.add(watcher)
    try {
      while (!signal.aborted) {
        const events = await watcher.channel.nextAll(signal).catch(() => undefined)
        if (!events) return
        const {dropped} = watcher
        watcher.dropped = 0
        yield {events, dropped}
      }
    } finally {
      this.#watchers.delete(watcher)
    }
  }

  get watcherCount(): number {
    return this.#watchers.size
  }
}

function liveEventOf(event: JetstreamEvent, n: number, nowMs: number): LiveEvent {
  // What is told again says nothing of the way here.
  const isFresh = nowMs - event.timeMicros / 1000 < freshMs
  const base = {n, did: event.did, timeMs: event.timeMicros / 1000, collection: '', rkey: '', cid: '', isLarge: false}
  if (event.kind === 'commit') {
    const {operation, collection, rkey, cid = '', record, rev} = event
    const lagMs = nowMs - tidMicros(rev) / 1000
    const isSane = isFresh && lagMs >= 0 && lagMs < lagSaneMs
    const isLarge = record !== undefined && sizeLeft(record, recordSizeMax) < 0
    return {
      ...base,
      kind: 'commit',
      action: operation,
      collection,
      rkey,
      cid,
      record: isLarge ? undefined : record,
      isLarge,
      lagMs: isSane ? lagMs : undefined,
    }
  }
  const action = event.kind === 'identity' ? 'identity' : event.active ? 'active' : (event.status ?? 'not active')
  return {...base, kind: event.kind, action, lagMs: undefined, record: undefined}
}

/** What is left of `size` after a value; below 0 as soon as nothing is. */
function sizeLeft(value: Value, size: number): number {
  let left = size - valueSize
  if (typeof value === 'string' || value instanceof Uint8Array) return left - value.length
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = sizeLeft(value[i], left)
  } else if (isMap(value)) {
    for (const name in value) {
      if (left < 0) break
      left = sizeLeft(value[name], left - name.length)
    }
  }
  return left
}

export function recordJson({record}: LiveEvent): JsonValue {
  return record === undefined ? null : valueToJson(record)
}

const wordsMade = new WeakMap<LiveEvent, string>()

/** What a text is looked for in, made when it is first asked for. */
function wordsOf(event: LiveEvent): string {
  let words = wordsMade.get(event)
  if (words === undefined) {
    words = `${event.did} ${event.collection}/${event.rkey} ${JSON.stringify(recordJson(event))}`.toLowerCase()
    wordsMade.set(event, words)
  }
  return words
}

const isIn = (collection: string, wanted: string): boolean =>
  wanted.endsWith('.*') ? collection.startsWith(wanted.slice(0, -1)) : collection === wanted

function matches({collections, did, action, text}: LiveFilter, event: LiveEvent): boolean {
  if (did !== '' && event.did !== did) return false
  if (collections.length > 0 && !collections.some(wanted => isIn(event.collection, wanted))) return false
  if (action !== '' && event.action !== action && event.kind !== action) return false
  return text === '' || wordsOf(event).includes(text)
}

const collectionsMax = 20

/** Reads a filter from a page's address. What is not in form filters nothing. */
export function filterOf(params: URLSearchParams): LiveFilter {
  const collections = (params.get('collection') ?? '')
    .split(/[\s,]+/)
    .filter(nsid => /^[a-zA-Z][\w.-]{0,316}(\.\*)?$/.test(nsid))
    .slice(0, collectionsMax)
  return {
    collections,
    did: (params.get('did') ?? '').trim().slice(0, 2_048),
    action: (params.get('action') ?? '').trim().slice(0, 40),
    text: (params.get('text') ?? '').trim().slice(0, 100).toLowerCase(),
  }
}
