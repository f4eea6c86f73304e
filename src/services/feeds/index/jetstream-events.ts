/**
 * A Jetstream as a view reads it. What it says is believed, for nothing in it can be verified; its cursor is a time in
 * microseconds.
 */
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {parseCid} from '#atp/data/cid.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {Jetstream, type JetstreamEvent, type JetstreamOptions} from '#sdk/jetstream.ts'
import {Malformed} from '#std/malformed.ts'
import type {Cursor, EventBatch, StreamEvent, VerifiedEvents} from '#stream/verified-events.ts'

export interface JetstreamEventsOptions extends Pick<
  JetstreamOptions,
  'world' | 'wantedCollections' | 'onDrop' | 'onConnection'
> {
  /** Milliseconds: how far back a reader begins that has no place yet. */
  readonly windowMs: number
}

/** The events of the Jetstream at `url`. Each reader has a connection of its own. */
export function jetstreamEvents(url: string, options: JetstreamEventsOptions): VerifiedEvents {
  return {name: url, bounds: () => undefined, follow: (after, signal) => follow(url, options, after, signal)}
}

async function* follow(
  service: string,
  {windowMs, ...options}: JetstreamEventsOptions,
  after: Cursor | 'live',
  signal: AbortSignal,
): AsyncGenerator<EventBatch, void> {
  const oldest = (options.world.now() - windowMs) * 1000
  const cursor = after === 'live' ? undefined : after === 0 ? oldest : after
  for await (const event of new Jetstream({...options, service, cursor, signal})) {
    const read = eventOf(event)
    if (read) yield {last: event.timeMicros, frames: [], events: () => [read]}
  }
}

function eventOf(event: JetstreamEvent): StreamEvent | undefined {
  const {did, timeMicros: seq} = event
  switch (event.kind) {
    case 'account': {
      const {active, status, time} = event
      return {t: '#account', seq, did, time, active, ...(status !== undefined && {status})}
    }
    case 'identity':
      return undefined
    case 'commit': {
      const {operation: action, collection, rkey, record, cid: text, rev} = event
      try {
        const cid = text === undefined ? null : parseCid(text)
        const bytes = record && encodeCbor(record)
        const time = datetimeOf(Math.floor(seq / 1000))
        const ops = [{action, path: `${collection}/${rkey}`, cid}]
        return {t: '#commit', seq, did, time, rev, since: null, ops, carried: {get: () => bytes}}
      } catch (error) {
        if (error instanceof Malformed) return undefined
        throw error
      }
    }
  }
}
