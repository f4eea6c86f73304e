/** Pages of accounts, lists and feeds that one thing after another gives, each as the viewer may see it. */
import type {GeneratorView} from '#lex/gen/app/bsky/feed/defs.ts'
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import type {ListView} from '#lex/gen/app/bsky/graph/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {Position} from '../store/position.ts'
import {filledPage} from './paging.ts'
import {isShown} from '../rules.ts'
import {generatorView} from '../views/generator.ts'
import {listView} from '../views/list.ts'
import {profileView} from '../views/profile.ts'

interface Deps {
  readonly hydrator: Pick<HydrationStore, 'hydrate'>
}
interface PageParams {
  readonly cursor?: string
  readonly limit: number
}
interface Listed<View> {
  readonly items: Plain<View>[]
  readonly cursor: string | undefined
}
type RowsAfter<Row> = (after: Position, limit: number) => Promise<readonly Row[]>

/** Accounts that the viewer has put somewhere, blocked ones too; `of` gives an account's number. */
export const accountPage = <Row extends Position>(
  {hydrator}: Deps,
  params: PageParams,
  viewer: string,
  rowsAfter: RowsAfter<Row>,
  of: (row: Row) => number,
): Promise<Listed<ProfileView>> =>
  filledPage(params, rowsAfter, async rows => {
    const ids = rows.map(of)
    const read = await hydrator.hydrate(viewer, {actors: ids})
    return ids.flatMap(id => (isShown(read, id) ? (profileView(read, id) ?? []) : []))
  })

/** Lists whose owners are shown; `of` gives a list's number. */
export const listsPage = <Row extends Position>(
  {hydrator}: Deps,
  params: PageParams,
  viewer: string | undefined,
  rowsAfter: RowsAfter<Row>,
  of: (row: Row) => number,
): Promise<Listed<ListView>> =>
  filledPage(params, rowsAfter, async rows => {
    const ids = rows.map(of)
    const read = await hydrator.hydrate(viewer, {records: ids})
    return ids.flatMap(id => (isOwnerShown(read, id) ? (listView(read, id) ?? []) : []))
  })

/** Feeds by their numbers, in their order. */
export async function generatorViews(
  {hydrator}: Deps,
  ids: readonly number[],
  viewer: string | undefined,
): Promise<Plain<GeneratorView>[]> {
  const read = await hydrator.hydrate(viewer, {records: ids})
  return ids.flatMap(id => (isOwnerShown(read, id) ? (generatorView(read, id) ?? []) : []))
}

/** Whether a record is there and its author shown. */
export function isOwnerShown(read: Hydration, id: number): boolean {
  const core = read.records.get(id)
  return core !== undefined && isShown(read, core.actor)
}

/** Where to go on in what is counted and not timed. */
export const offsetOf = (cursor: string | undefined): number =>
  cursor !== undefined && /^\d{1,6}$/.test(cursor) ? Number(cursor) : 0

/** The cursor after a page that begins at this place. */
export const offsetAfter = (offset: number, count: number, limit: number): string | undefined =>
  count < limit ? undefined : String(offset + count)

/** The number of an account that a call names. */
export async function knownActor(hydrator: Pick<HydrationStore, 'actorId'>, actor: string): Promise<number> {
  const id = await hydrator.actorId(actor)
  if (id === undefined) throw new XrpcError('InvalidRequest', 'Actor not found')
  return id
}
