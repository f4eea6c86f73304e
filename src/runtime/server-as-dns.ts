/** Handles where there is no DNS: on a laptop, in a test. Servers that know them are asked in its place. */
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import type {TxtResolver} from '#sdk/handle-lookup.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

/** Gives the record that DNS would have for a handle of one of the servers, which are asked in turn. */
export function serversAsDns(services: readonly string[], world: Pick<World, 'fetch'>): TxtResolver {
  const clients = services.map(service => new Client({service, fetch: world.fetch}))
  return async (name, signal) => {
    const faults: unknown[] = []
    for (const client of clients) {
      try {
        const {did} = await client.query(resolveHandle, {handle: name.replace(/^_atproto\./, '')}, {signal})
        return [`did=${did}`]
      } catch (error) {
        if (!(error instanceof UpstreamError && error.status === 400)) faults.push(error)
      }
    }
    // It may be one of those that did not answer: then nobody can say that there is none.
    if (faults.length > 0) throw faults[0]
    return []
  }
}
