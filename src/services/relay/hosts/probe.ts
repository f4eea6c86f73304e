/** Whether a server that somebody named is one to follow. */
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {originOf} from './hostname.ts'

const probeMs = 5_000
/** Bytes in which a server may describe itself. They are parsed while nobody else is served. */
const describedSizeMax = 256 * 1024

/** What a server was found to be; `error` says why it does not answer. */
export type Probe = {readonly found: 'server' | 'relay'} | {readonly found: 'unreachable'; readonly error: unknown}

/** Asks a server what it is. Rejects for nothing that it does. */
export async function probe(hostname: string, world: Pick<World, 'fetch' | 'now' | 'sleep'>): Promise<Probe> {
  const client = new Client({
    service: originOf(hostname),
    fetch: request => world.fetch(request),
    answerSizeMax: describedSizeMax,
  })
  try {
    const {headers} = await withDeadline(world, probeMs, undefined, signal =>
      client.queryAnswer(describeServer, {}, {signal}),
    )
    // Two relays that follow each other would pass their events round for ever.
    return {found: headers.get('server')?.includes('atproto-relay') ? 'relay' : 'server'}
  } catch (error) {
    return {found: 'unreachable', error}
  }
}
