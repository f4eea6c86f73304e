/** The social app: everything under which a person reads and writes. */
import type {World} from '#std/world.ts'
import type {Client} from '#xrpc/client.ts'
import type {Route} from '../visit.ts'
import type {Sessions} from '../sessions/sessions.ts'
import type {Attempts} from '#pages/attempts.ts'
import {actRoutes} from './acts.ts'
import {composeRoutes} from './compose/compose.ts'
import {editProfileRoutes} from './account/edit-profile.ts'
import {notificationRoutes} from './notifications.ts'
import {profileRoutes} from './profile.ts'
import {bookmarkRoutes} from './bookmarks.ts'
import {searchRoutes} from './search.ts'
import {settingsRoutes} from './account/settings.ts'
import {signInRoutes} from './account/sign-in.ts'
import {signUpRoutes} from './account/sign-up.ts'
import {threadRoutes} from './thread.ts'
import {timelineRoutes} from './timeline.ts'

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

export const appRoutes = (parts: AppParts): Route[] => [
  ...timelineRoutes(parts),
  ...composeRoutes(parts),
  ...actRoutes(parts),
  ...threadRoutes(parts),
  ...profileRoutes(parts),
  ...notificationRoutes(parts),
  ...bookmarkRoutes(parts),
  ...searchRoutes(parts),
  ...editProfileRoutes(parts),
  ...settingsRoutes(parts),
  ...signInRoutes(parts),
  ...signUpRoutes(parts),
]
