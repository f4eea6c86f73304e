/** Skeletons from SQLite: see `schema.ts` for the tables. */
import type {Sql} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {Memory} from '../memory.ts'
import type {SkeletonStore} from './skeleton-store.ts'
import {Feeds} from './feeds.ts'
import {Graph} from './graph.ts'
import {Notifications} from './notifications.ts'
import {Threads} from './threads.ts'

export function sqliteSkeletonStore(sql: Sql, world: Pick<World, 'now'>, memory: Memory): SkeletonStore {
  const feeds = new Feeds(sql, world, memory)
  const graph = new Graph(sql)
  const notifications = new Notifications(sql)
  const threads = new Threads(sql)
  return {
    timeline: (viewer, after, limit) => feeds.timeline(viewer, after, limit),
    listFeed: (list, after, limit) => feeds.listFeed(list, after, limit),
    authorFeed: (actor, filter, after, limit) => feeds.author(actor, filter, after, limit),
    liked: (actor, after, limit) => feeds.liked(actor, after, limit),
    page: (what, of, after, limit) => graph.page(what, of, after, limit),
    knownFollowers: (viewer, subject, limit) => graph.knownFollowers(viewer, subject, limit),
    memberships: (lists, subject) => graph.memberships(lists, subject),
    relations: (actor, others) => graph.relations(actor, others),
    notifications: (recipient, reasons, after, limit) => notifications.page(recipient, reasons, after, limit),
    above: (post, height) => threads.above(post, height),
    below: (post, root, author, depth) => threads.below(post, root, author, depth),
    chain: (root, author) => threads.chain(root, author),
    likedBy: (actor, posts) => threads.likedBy(actor, posts),
  }
}
