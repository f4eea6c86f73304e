/** Accounts and starter packs that are worth a look, as the viewer may see them, for all the methods that suggest some. */
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import type {StarterPackView} from '#lex/gen/app/bsky/graph/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Caller} from '../callers.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import {shownProfiles} from './profile-page.ts'
import type {SearchStore} from '../store/search/search-store.ts'
import {starterPackView, type StarterPackDeps} from './starter-pack-page.ts'

export interface SuggestedUserDeps {
  readonly search: Pick<SearchStore, 'popularAccounts'>
  readonly hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>
}

/** Without those that the viewer follows, blocks or mutes. */
export async function suggestedUsers(
  {search, hydrator}: SuggestedUserDeps,
  limit: number,
  caller: Caller | undefined,
): Promise<Plain<ProfileView>[]> {
  const viewer = caller && (await hydrator.actorId(caller.did))
  const ids = await search.popularAccounts(viewer, 0, limit)
  const read = await hydrator.hydrate(caller?.did, {actors: ids})
  return shownProfiles(read, ids).filter(({viewer: state}) => !state?.muted)
}

export type SuggestedPackDeps = StarterPackDeps & {readonly search: Pick<SearchStore, 'popularStarterPacks'>}

export async function suggestedPacks(
  deps: SuggestedPackDeps,
  limit: number,
  caller: Caller | undefined,
): Promise<Plain<StarterPackView>[]> {
  const ids = await deps.search.popularStarterPacks(undefined, 0, limit)
  const views = await Promise.all(ids.map(id => starterPackView(deps, id, caller?.did)))
  return views.flatMap(view => view ?? [])
}
