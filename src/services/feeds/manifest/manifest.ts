/**
 * The words in which a feed without code is spoken of, beside its lexicon `network.wholesky.feed.manifest`: what its
 * parts are called, which of its conditions can be told from the post alone, and where people come from.
 */
import type {Author, Input, Keep, Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'

export type Block = Manifest['blocks'][number]
export type Condition = Keep['when']
type People = Author['from']

const prefix = 'network.wholesky.feed.manifest#'
/** `words` of `network.wholesky.feed.manifest#words`. */
export const nameOf = ({$type}: {readonly $type: string}): string => $type.slice(prefix.length)
/** Accounts that are not named in the manifest but found in the network. They come and go. */
export interface PeopleSource {
  readonly kind: 'list' | 'starterPack' | 'followers' | 'follows'
  /** The AT URI of the list or the pack, or whose followers and follows they are. */
  readonly of: string
}

/** What a source is known by: the same for everyone who names it. */
export const sourceKey = ({kind, of}: PeopleSource): string => `${kind} ${of}`

/** The people of an input or a condition, if they are found in the network. */
export function sourceOf(from: People | Input['from']): PeopleSource | undefined {
  switch (from.$type) {
    case 'network.wholesky.feed.manifest#list':
      return {kind: 'list', of: from.uri}
    case 'network.wholesky.feed.manifest#starterPack':
      return {kind: 'starterPack', of: from.uri}
    case 'network.wholesky.feed.manifest#followers':
      return {kind: 'followers', of: from.did}
    case 'network.wholesky.feed.manifest#follows':
      return {kind: 'follows', of: from.did}
    default:
      return undefined
  }
}

/** The conditions within a condition. */
export function within(condition: Condition): readonly Condition[] {
  switch (condition.$type) {
    case 'network.wholesky.feed.manifest#all':
    case 'network.wholesky.feed.manifest#any':
      return condition.of
    case 'network.wholesky.feed.manifest#not':
      return [condition.of]
    default:
      return []
  }
}

/** Whether the post alone tells whether it meets a condition: then that is found once, as it comes, and kept. */
export function isLasting(condition: Condition): boolean {
  switch (condition.$type) {
    case 'network.wholesky.feed.manifest#labels':
    case 'network.wholesky.feed.manifest#counts':
      return false
    case 'network.wholesky.feed.manifest#author':
      return sourceOf(condition.from) === undefined
    default:
      return within(condition).every(isLasting)
  }
}

/** How many answers are kept of a post for one condition: one for each largest part that lasts. */
export function lastingParts(condition: Condition): number {
  if (isLasting(condition)) return 1
  const inside = within(condition)
  const changing = inside.filter(part => !isLasting(part))
  return (changing.length < inside.length ? 1 : 0) + changing.reduce((sum, part) => sum + lastingParts(part), 0)
}
