/** Accounts and starter packs that are worth a look, as the viewer may see them, for all the methods that suggest some. */
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import type {StarterPackView} from '#lex/gen/app/bsky/graph/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Caller} from '../callers.ts'
import type {Hydrator} from '../hydration/hydration.ts'
import {shownProfiles} from './profile-page.ts'
import type {Suggestions} from '../store/skeletons/suggestions.ts'
import {starterPackView, type StarterPackDeps} from './starter-pack-page.ts'

export interface SuggestedUserDeps {
  readonly suggestions: Pick<Suggestions, 'accounts'>
  readonly hydrator: Pick<Hydrator, 'hydrate' | 'actorId'>
}

/** Without those that the viewer follows, blocks or mutes. */
export async function suggestedUsers(
  {suggestions, hydrator}: SuggestedUserDeps,
  limit: number,
  caller: Caller | undefined,
): Promise<Plain<ProfileView>[]> {
  const viewer = caller && (await hydrator.actorId(caller.did))
  const ids = await suggestions.accounts(viewer, 0, limit)
  const read = await hydrator.hydrate(caller?.did, {actors: ids})
  return shownProfiles(read, ids).filter(({viewer: state}) => !state?.muted)
}

export type SuggestedPackDeps = StarterPackDeps & {readonly suggestions: Pick<Suggestions, 'starterPacks'>}

export async function suggestedPacks(
  deps: SuggestedPackDeps,
  limit: number,
  caller: Caller | undefined,
): Promise<Plain<StarterPackView>[]> {
  const ids = await deps.suggestions.starterPacks(undefined, 0, limit)
  const views = await Promise.all(ids.map(id => starterPackView(deps, id, caller?.did)))
  return views.flatMap(view => view ?? [])
}
