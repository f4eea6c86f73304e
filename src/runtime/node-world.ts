/** The outside as a program on Node reaches it: pooled, bounded and, where strangers name the URL, guarded. */
import {realWorld} from '#std/world.ts'
import type {World} from '#std/world.ts'
import type {OutboundOptions} from './strangers/outbound.ts'
import {Outbound} from './strangers/outbound.ts'
import {subscribe} from './websocket/client.ts'

export interface NodeWorld extends World, AsyncDisposable {
  /** Closes the connections that are kept for the next request. */
  close(): Promise<void>
}

/** `options.guard` makes this the world for URLs that strangers name. */
export function nodeWorld(options: OutboundOptions): NodeWorld {
  const outbound = new Outbound(options)
  return {
    ...realWorld,
    fetch: request => outbound.fetch(request),
    subscribe: (request, signal, outgoing) => subscribe(request, signal, outgoing, options),
    close: () => outbound.close(),
    [Symbol.asyncDispose]: () => outbound.close(),
  }
}
