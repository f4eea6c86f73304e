/** All that an AppView keeps, by what is asked of it. */
import type {HydrationStore} from './hydration/hydration-store.ts'
import type {IndexStore} from './index/index-store.ts'
import type {PrivateStore} from './private/private-store.ts'
import type {SearchStore} from './search/search-store.ts'
import type {SkeletonStore} from './skeletons/skeleton-store.ts'

export interface AppViewStores {
  readonly index: IndexStore
  readonly skeletons: SkeletonStore
  readonly hydration: HydrationStore
  readonly search: SearchStore
  readonly private: PrivateStore
}
