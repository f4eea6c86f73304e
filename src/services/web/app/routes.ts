/** The social app: everything under which a person reads and writes. */
import type {World} from '#std/world.ts'
import type {Client} from '#xrpc/client.ts'
import {get, type Route} from '../routes.ts'
import type {Sessions} from '../sessions.ts'
import {settingsRoutes} from './settings.ts'

/** What the pages of the app are made of. */
export interface AppParts {
  /** Calls the PDS without a session. */
  pds: Client
  /** Calls the AppView without a session. */
  appview: Client
  sessions: Sessions
  world: Pick<World, 'now' | 'sleep'>
  /** Whether cookies go over HTTPS only. */
  secure: boolean
}

export const appRoutes = (parts: AppParts): Route[] => [
  get('/', visit => visit.redirect(visit.session ? '/timeline' : '/sign-in')),
  ...settingsRoutes(parts),
]
