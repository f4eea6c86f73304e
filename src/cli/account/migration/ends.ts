/**
 * The two servers of a move, each called in the name of the account. The account's document leads to only one of them at
 * a time, and clients go where it leads: here both are held to their own addresses, whatever it says.
 */
import {UpstreamError} from '#xrpc/errors.ts'
import type {Client} from '#xrpc/client.ts'
import type {World} from '#std/world.ts'
import {PasswordSession, type SessionState} from '#sdk/session.ts'
import type {Shell} from '../../shell/shell.ts'
import {keepState, type MoveState} from './state.ts'

export interface Ends {
  readonly old: Client
  readonly fresh: Client
}

/** The session at the new server, which goes on in the file of the move. */
export function freshSession(session: SessionState, state: MoveState, shell: Shell): PasswordSession {
  const {world, env} = shell.io
  return new PasswordSession(session, {
    world,
    onChange(next) {
      state.session = next && {...next, pds: undefined}
      keepState(env, state)
    },
  })
}

/** Calls `service` with the marks of `session`, wherever the account's document leads. */
export const pinned = (session: PasswordSession, service: string): Client => session.client.with({service})

/** Whether the same call may well succeed a little later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.status >= 500 || error.status === 429)

/** The longest wait for a server that says when it takes more: most count by five minutes. */
const patienceMs = 310_000

const firstWaitMs = 250

/**
 * How long to wait after a call that failed, in milliseconds: as its server says, else twice as long each time. Undefined
 * when it is longer than anybody sits there for.
 */
export function waitMs(error: unknown, world: Pick<World, 'now'>, tries: number): number | undefined {
  const headers = error instanceof UpstreamError ? error.headers : {}
  const after = Number(headers['retry-after'])
  const reset = Number(headers['ratelimit-reset'])
  const said = after > 0 ? after * 1000 : reset > 0 ? reset * 1000 - world.now() : undefined
  if (said === undefined) return firstWaitMs * 2 ** tries
  return said <= patienceMs ? Math.max(said, firstWaitMs) : undefined
}
