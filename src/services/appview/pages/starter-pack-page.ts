/** Starter packs with what is in them. */
import type {StarterPackView} from '#lex/gen/app/bsky/graph/defs.ts'
import type {Starterpack} from '#lex/gen/app/bsky/graph/starterpack.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {JsonOf} from '../hydration/record-json.ts'
import {isOwnerShown} from './list-page.ts'
import {isBlocked, isShown} from '../rules.ts'
import type {SkeletonStore} from '../store/skeletons/skeleton-store.ts'
import {generatorView} from '../views/generator.ts'
import {listViewBasic} from '../views/list-basic.ts'
import {profileView} from '../views/profile.ts'
import {starterPackViewBasic} from '../views/starter-pack.ts'

/** Members that are looked at, and shown: those with the most followers. */
const membersMax = 50
const sampleMax = 12

export interface StarterPackDeps {
  readonly skeletons: Pick<SkeletonStore, 'page'>
  readonly hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>
}

/** `undefined` when it is gone or its creator is not shown. */
export async function starterPackView(
  {skeletons, hydrator}: StarterPackDeps,
  id: number,
  viewer: string | undefined,
): Promise<Plain<StarterPackView> | undefined> {
  const first = await hydrator.hydrate(viewer, {records: [id]})
  const core = first.records.get(id)
  if (core?.collection !== 'app.bsky.graph.starterpack' || !isOwnerShown(first, id)) return undefined
  const pack = core.record as unknown as JsonOf<Starterpack>
  const feedUris = (pack.feeds ?? []).map(({uri}) => uri)
  const ids = await hydrator.recordIds([pack.list, ...feedUris])
  const list = ids.get(pack.list)
  const newest = {ms: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER}
  const items = list === undefined ? [] : await skeletons.page('items', list, newest, membersMax)
  const read = await hydrator.hydrate(viewer, {
    records: [id, ...ids.values(), ...items.map(item => item.id)],
    actors: items.map(({subject}) => subject),
  })
  const basic = starterPackViewBasic(read, id)
  if (!basic) return undefined
  const followers = (actor: number): number => read.actors.get(actor)?.followers ?? 0
  const sample = items
    .filter(({subject}) => isShown(read, subject) && !isBlocked(read, subject))
    .toSorted((a, b) => followers(b.subject) - followers(a.subject))
    .slice(0, sampleMax)
  return {
    ...basic,
    $type: undefined,
    list: list === undefined ? undefined : listViewBasic(read, list),
    listItemsSample: sample.flatMap(({id: item, subject}) => {
      const uri = read.records.get(item)?.uri
      const view = profileView(read, subject)
      return uri && view ? [{uri, subject: view}] : []
    }),
    feeds: feedUris.flatMap(uri => generatorView(read, ids.get(uri) ?? 0) ?? []),
  }
}
