/** Pages of accounts. */
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {isBlocked, isShown} from '../rules.ts'
import {profileView} from '../views/profile.ts'

/** Those of the accounts that the viewer may see, in their order. */
export const shownProfiles = (read: Hydration, ids: readonly number[]): Plain<ProfileView>[] =>
  ids.flatMap(id => (isShown(read, id) && !isBlocked(read, id) ? (profileView(read, id) ?? []) : []))
