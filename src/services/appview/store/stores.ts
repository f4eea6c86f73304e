/** All that an AppView keeps, by what is asked of it. */
import type {HydrationStore} from './hydration-store.ts'
import type {IndexStore} from './index-store.ts'
import type {PrivateStore} from './private-store.ts'
import type {SearchStore} from './search-store.ts'
import type {SkeletonStore} from './skeleton-store.ts'

export interface AppViewStores {
  readonly index: IndexStore
  readonly skeletons: SkeletonStore
  readonly hydration: HydrationStore
  readonly search: SearchStore
  readonly private: PrivateStore
}
