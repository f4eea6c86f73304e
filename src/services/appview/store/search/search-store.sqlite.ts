/** Search in SQLite: words by FTS5, what is popular by the counts. */
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {SearchStore} from './search-store.ts'
import {Search} from './search.ts'
import {Suggestions} from './suggestions.ts'

export function sqliteSearchStore(sql: Sql, world: Pick<World, 'now'>): SearchStore {
  const words = new Search(sql, world)
  const popular = new Suggestions(sql, world)
  return {
    latestPosts: (query, options) => words.latestPosts(query, options),
    topPosts: (query, options) => words.topPosts(query, options),
    actors: (text, inAbout, options) => words.actors(text, inAbout, options),
    popularAccounts: (viewer, offset, limit) => popular.accounts(viewer, offset, limit),
    accountsLike: (actor, viewer, limit) => popular.likeActor(actor, viewer, limit),
    popularFeeds: (text, offset, limit) => popular.feeds(text, offset, limit),
    popularStarterPacks: (text, offset, limit) => popular.starterPacks(text, offset, limit),
  }
}
