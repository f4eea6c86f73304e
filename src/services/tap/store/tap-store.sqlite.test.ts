/** The Tap's rows as a view, as one whose repositories are fetched, and what they make of what comes. */
import {resyncNowMs, resyncStoreContract} from '#stream/resync-store.contract.ts'
import {viewContract} from '#stream/view.contract.ts'
import {openTapStores} from '../../../../test/tap-stores.ts'
import {tapStoreContract} from './tap-store.contract.ts'

viewContract('a Tap', () => {
  const tap = openTapStores(Date.parse('2026-01-02T03:04:05Z'))
  return {...tap, reopened: tap.open}
})

resyncStoreContract('a Tap, fetching repositories', () => {
  const tap = openTapStores(resyncNowMs)
  return {
    ...tap,
    view: tap.store,
    reopened() {
      const store = tap.open()
      return {store, view: store}
    },
  }
})

tapStoreContract('a Tap in SQLite', openTapStores)
