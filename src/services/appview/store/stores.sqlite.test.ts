/** The stores of an AppView keep to their contracts on SQLite. */
import {openSqlite} from '#engines/sql/sqlite.ts'
import type {OpenAppViewStores} from '../../../../test/appview-stores.ts'
import {imageUrls} from '../views/image-urls.ts'
import {testHydrationStore} from './hydration/hydration-store.contract.ts'
import {testIndexStore} from './index/index-store.contract.ts'
import {testPrivateStore} from './private/private-store.contract.ts'
import {appviewMigrations} from './schema.ts'
import {testSearchStore} from './search/search-store.contract.ts'
import {testSkeletonStore} from './skeletons/skeleton-store.contract.ts'
import {sqliteAppViewStores} from './stores.sqlite.ts'

const open: OpenAppViewStores = async (context, world) => {
  const sql = openSqlite(undefined, {migrations: appviewMigrations})
  context.after(() => sql.close())
  const options = {world, images: imageUrls('https://appview.test')}
  return {stores: sqliteAppViewStores(sql, options), beside: sqliteAppViewStores(sql, {...options, othersWrite: true})}
}

const contracts = [testIndexStore, testSkeletonStore, testHydrationStore, testSearchStore, testPrivateStore]
for (const contract of contracts) contract('SQLite', open)
