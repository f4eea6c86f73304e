/** Handles where there is no DNS: on a laptop, in a test. A server that knows them is asked in its place. */
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import type {TxtResolver} from '#sdk/handle-lookup.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

/** Gives the record that DNS would have for a handle of that server. */
export function serverAsDns(service: string, world: Pick<World, 'fetch'>): TxtResolver {
  const client = new Client({service, fetch: world.fetch})
  return async (name, signal) => {
    try {
      const {did} = await client.query(resolveHandle, {handle: name.replace(/^_atproto\./, '')}, {signal})
      return [`did=${did}`]
    } catch (error) {
      if (error instanceof UpstreamError && error.status === 400) return []
      throw error
    }
  }
}
