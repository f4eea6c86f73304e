/** Of lists: how long they are, and whether the viewer mutes or blocks by them. */
import type {SqlReader} from '#engines/sql/sql.ts'
import {textOf} from '../../hydration/record-json.ts'
import type {ListState} from '../../hydration/relation.ts'

/** Entries that are counted: of a longer list it is said that it has as many. */
const countedMax = 20_000

const statesSql = `
  SELECT j.value, (SELECT count(*) FROM (SELECT 1 FROM list_item i WHERE i.list = j.value LIMIT ${countedMax})),
    EXISTS (SELECT 1 FROM list_mute m WHERE m.actor = ?2 AND m.list = j.value),
    (SELECT r.rkey FROM list_block b JOIN record r ON r.id = b.record WHERE b.actor = ?2 AND b.list = j.value)
  FROM json_each(?1) j`

export function listStates(
  tx: SqlReader,
  viewer: {readonly id: number; readonly did: string} | undefined,
  lists: readonly number[],
): Map<number, ListState> {
  const rows = tx.arrays<[number, number, number, string | null]>(statesSql, JSON.stringify(lists), viewer?.id ?? 0)
  return new Map(
    rows.map(([id, size, isMuted, rkey]) => {
      const blocking =
        rkey === null ? undefined : textOf('at://', viewer?.did ?? '', '/app.bsky.graph.listblock/', rkey)
      return [id, {size, isMuted: isMuted === 1, blocking}]
    }),
  )
}
