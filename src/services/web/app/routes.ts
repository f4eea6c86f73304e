/** The social app: everything under which a person reads and writes. */
import type {Route} from '../visit.ts'
import type {AppParts} from './app-parts.ts'
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
