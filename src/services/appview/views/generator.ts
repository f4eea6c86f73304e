/** Feeds and labelers, as clients see them. */
import type {GeneratorView} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Generator} from '#lex/gen/app/bsky/feed/generator.ts'
import type {LabelerView} from '#lex/gen/app/bsky/labeler/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {blobCid, type JsonOf} from '../hydration/record-json.ts'
import {isBlocked, isShown} from '../rules.ts'
import {profileView} from './profile.ts'

/** `undefined` when the feed is gone. */
export function generatorView(read: Hydration, id: number): Plain<GeneratorView> | undefined {
  const core = read.records.get(id)
  const creator = core && profileView(read, core.actor)
  if (core?.collection !== 'app.bsky.feed.generator' || !creator || !read.fits(core)) return undefined
  const feed = core.record as unknown as JsonOf<Generator>
  return {
    uri: core.uri,
    cid: core.cid,
    did: feed.did,
    creator,
    displayName: feed.displayName,
    description: feed.description,
    descriptionFacets: feed.descriptionFacets,
    avatar: feed.avatar && read.images.image('avatar', core.did, blobCid(feed.avatar)),
    likeCount: core.likes,
    acceptsInteractions: feed.acceptsInteractions,
    labels: core.labels,
    viewer: read.viewer && {like: read.marks.get(id)?.like},
    contentMode: feed.contentMode,
    indexedAt: core.indexedAt,
  }
}

/** `undefined` when the labeler is gone. */
export function labelerView(read: Hydration, id: number): Plain<LabelerView> | undefined {
  const core = read.records.get(id)
  const creator = core && profileView(read, core.actor)
  if (core?.collection !== 'app.bsky.labeler.service' || !creator) return undefined
  return {
    uri: core.uri,
    cid: core.cid,
    creator,
    likeCount: core.likes,
    viewer: read.viewer && {like: read.marks.get(id)?.like},
    indexedAt: core.indexedAt,
    labels: core.labels,
  }
}

/** Views of those of the feeds that are there, whose owners are shown and stand in no block with the viewer. */
export const shownGenerators = (read: Hydration, ids: readonly number[]): Plain<GeneratorView>[] =>
  ids.flatMap(id => {
    const owner = read.records.get(id)?.actor
    if (owner === undefined || !isShown(read, owner) || isBlocked(read, owner)) return []
    return generatorView(read, id) ?? []
  })
