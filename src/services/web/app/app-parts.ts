/** What the pages of the social app are handed. */
import type {World} from '#std/world.ts'
import type {Attempts} from '#pages/attempts.ts'
import type {Client} from '#xrpc/client.ts'
import type {Sessions} from '../sessions/sessions.ts'

/** What the pages of the app are made of. */
export interface AppParts {
  /** Calls the PDS without a session. */
  pds: Client
  /** Calls the AppView without a session. */
  appview: Client
  sessions: Sessions
  world: Pick<World, 'now' | 'sleep'>
  attempts: Attempts<'sign-in' | 'sign-up'>
  /** Whether cookies go over HTTPS only. */
  secure: boolean
}
