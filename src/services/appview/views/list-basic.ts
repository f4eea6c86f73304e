/** Lists of accounts as clients see them where they are only named. */
import type {ListViewBasic} from '#lex/gen/app/bsky/graph/defs.ts'
import type {List} from '#lex/gen/app/bsky/graph/list.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {blobCid, type JsonOf} from '../hydration/record-json.ts'

export function listViewBasic(read: Hydration, id: number): Plain<ListViewBasic> | undefined {
  const core = read.records.get(id)
  if (core?.collection !== 'app.bsky.graph.list') return undefined
  const list = core.record as unknown as JsonOf<List>
  return {
    uri: core.uri,
    cid: core.cid,
    name: list.name,
    purpose: list.purpose,
    avatar: list.avatar && read.images.image('avatar', core.did, blobCid(list.avatar)),
    listItemCount: read.lists.get(id)?.size,
    labels: core.labels,
    indexedAt: core.indexedAt,
    viewer: read.viewer && listViewerState(read, id),
  }
}

function listViewerState(read: Hydration, id: number): Plain<ListViewBasic>['viewer'] {
  const state = read.lists.get(id)
  return {muted: state?.isMuted ?? false, blocked: state?.blocking}
}
