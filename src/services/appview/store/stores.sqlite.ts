/** All stores of an AppView on one database of SQLite, which has the tables of `schema.ts`. */
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {ImageUrls} from '../views/image-urls.ts'
import {SqliteHydrationStore} from './hydration/hydration-store.sqlite.ts'
import {SqliteIndexStore} from './index/index-store.sqlite.ts'
import {Memory} from './memory.ts'
import {SqlitePrivateStore} from './private/private-store.sqlite.ts'
import {sqliteSearchStore} from './search/search-store.sqlite.ts'
import {sqliteSkeletonStore} from './skeletons/skeleton-store.sqlite.ts'
import type {AppViewStores} from './stores.ts'

interface Options {
  readonly world: Pick<World, 'now'>
  readonly images: ImageUrls
  /** Whether the database has other writers than these stores: see `memory.ts` for what that costs. */
  readonly othersWrite?: boolean
}

export function sqliteAppViewStores(sql: Sql, {world, images, othersWrite}: Options): AppViewStores {
  const memory = new Memory({now: world.now, othersWrite})
  return {
    index: new SqliteIndexStore(sql, world, memory.changed),
    skeletons: sqliteSkeletonStore(sql, world, memory),
    hydration: new SqliteHydrationStore(sql, images, world, memory),
    search: sqliteSearchStore(sql, world),
    private: new SqlitePrivateStore(sql, world, memory.changed),
  }
}
