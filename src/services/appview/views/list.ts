/** Lists of accounts as clients see them. */
import type {List} from '#lex/gen/app/bsky/graph/list.ts'
import type {ListView} from '#lex/gen/app/bsky/graph/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {JsonOf} from '../hydration/record-json.ts'
import {listViewBasic} from './list-basic.ts'
import {profileView} from './profile.ts'

/** `undefined` when the list is gone, or its owner is not to be seen. */
export function listView(read: Hydration, id: number): Plain<ListView> | undefined {
  const core = read.records.get(id)
  const basic = listViewBasic(read, id)
  const creator = core && profileView(read, core.actor)
  if (!core || !basic || !creator || !read.fits(core)) return undefined
  const {description, descriptionFacets} = core.record as unknown as JsonOf<List>
  return {...basic, $type: undefined, indexedAt: core.indexedAt, creator, description, descriptionFacets}
}
