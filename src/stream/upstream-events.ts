/**
 * The verified events of any relay or PDS, by its WebSocket: for a view that runs alone. It checks what comes for itself,
 * and passes on what a relay would (`#atp/sync/pass-on.ts`). With `unverified` it believes the server, in what an event
 * says and in that it carries on. Of a commit that nobody can check, since its account's key is not to be had, a `#sync`
 * tells that something was missed.
 */
import type {ChainFault} from '#atp/sync/chain.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {passOn, type SignedEvent, syncOf} from '#atp/sync/pass-on.ts'
import {Malformed} from '#std/malformed.ts'
import {
  type Checked,
  checkedStream,
  type CheckedStreamOptions,
  type DropReason,
  RecentChains,
} from '#sdk/checked-stream.ts'
import {type Cursor, type EventBatch, type StreamEvent, streamEvent, type VerifiedEvents} from './verified-events.ts'

export interface UpstreamOptions extends Pick<
  CheckedStreamOptions,
  'world' | 'identities' | 'revFutureMaxMs' | 'wants' | 'onConnection'
> {
  /** Repos whose place is remembered by each reader. */
  readonly reposMax?: number
  /** Told what is dropped, and of a commit that does not carry on and is passed on as a `#sync`. */
  readonly onDrop?: (reason: DropReason | ChainFault, detail: string) => void
}

/** The events of the server at `url`. Each reader has a connection of its own. */
export function upstreamEvents(url: string, options: UpstreamOptions): VerifiedEvents {
  return {name: url, bounds: () => undefined, follow: (after, signal) => follow(url, options, after, signal)}
}

async function* follow(
  service: string,
  options: UpstreamOptions,
  after: Cursor | 'live',
  signal: AbortSignal,
): AsyncGenerator<EventBatch, void> {
  const placer = new Placer(options)
  const cursor = after === 'live' ? undefined : after
  let last = cursor
  let events: StreamEvent[] = []
  let frames: Uint8Array[] = []
  for await (const some of checkedStream({...options, service, cursor, signal})) {
    for (const checked of some) {
      last = seqOf(checked) ?? last
      const placed = placer.place(checked)
      if (!placed) continue
      events.push(placed.event)
      frames.push(placed.frame)
    }
    // What a server tells before the first event of a live stream has no place to go on from: it comes with that event.
    if (last === undefined) continue
    const read = events
    yield {last, frames, events: () => read}
    events = []
    frames = []
  }
}

function seqOf(checked: Checked): Cursor | undefined {
  switch (checked.kind) {
    case 'info':
      return undefined
    case 'dropped':
      return checked.seq
    case 'proven':
      return checked.verified.event.seq
    default:
      return checked.event.seq
  }
}

interface Placed {
  readonly event: StreamEvent
  readonly frame: Uint8Array
}

class Placer {
  readonly #options: UpstreamOptions
  readonly #chains: RecentChains

  constructor(options: UpstreamOptions) {
    this.#options = options
    this.#chains = new RecentChains(options.reposMax)
  }

  place(checked: Checked): Placed | undefined {
    switch (checked.kind) {
      case 'dropped':
        return undefined
      case 'info':
        return {event: checked.event, frame: encodeEvent(checked.event)}
      case 'told':
        return {event: checked.event, frame: checked.frame}
      case 'believed': {
        const {event, carried, frame} = checked
        return {event: streamEvent(event, event.seq, carried), frame}
      }
      case 'proven':
        return this.#passOn(checked)
      case 'unchecked':
        return this.#missed(checked.event)
    }
  }

  /** Something was missed, if the event says the truth: whoever has the repository fetched will know. */
  #missed(event: SignedEvent): Placed | undefined {
    try {
      const sync = event.t === '#sync' ? event : syncOf(event)
      return sync && {event: streamEvent(sync, sync.seq), frame: encodeEvent(sync)}
    } catch (error) {
      if (error instanceof Malformed) return undefined
      throw error
    }
  }

  #passOn({verified, frame}: Checked & {kind: 'proven'}): Placed | undefined {
    const {event, data} = verified
    const complete = 'complete' in verified ? verified.complete : true
    const {out, fault} = passOn(this.#chains.get(event.did), event, {data, complete})
    if (fault) this.#options.onDrop?.(fault, `${event.did} ${event.rev}`)
    if (!out) return undefined
    this.#chains.set(event.did, {rev: event.rev, data: data.detached()})
    const carried = 'blocks' in verified ? verified.blocks : undefined
    return {event: streamEvent(out, out.seq, carried), frame: out === event ? frame : encodeEvent(out)}
  }
}
