/** The feeds that need nothing more than a name to be offered. Those that are made of something stand in a file of yours. */
import {ConfigError} from '#std/config.ts'
import type {Feed} from '#sdk/feed/feed.ts'
import {friendsLike} from './friends-like.ts'
import {hotClassic} from './hot-classic.ts'
import {mutuals} from './mutuals.ts'
import {whatsHot} from './whats-hot.ts'
import {withFriends} from './with-friends.ts'

const all: readonly Feed[] = [whatsHot, hotClassic, withFriends, friendsLike, mutuals]

/** The built-in feeds of these names. Throws `ConfigError` for one that is none. */
export function builtIn(names: readonly string[]): readonly Feed[] {
  const known = new Map(all.map(feed => [feed.name, feed]))
  const strange = names.filter(name => !known.has(name))
  if (strange.length === 0) return names.flatMap(name => known.get(name) ?? [])
  const faults = strange.map(
    name => `FEEDS_BUILT_IN has the item "${name}". Expected of: ${[...known.keys()].join(', ')}.`,
  )
  throw new ConfigError('feeds', faults)
}
