/** Who may reply in a thread, by the gate that its author has put up: a pure rule, which looks things up where it must. */
import type {Threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import {linkTo, type RecordLink} from './record-indexer.ts'

/** What the rule asks of the index; accounts are numbers. */
export interface GateLookups {
  /** Whether the first post of the thread mentions this account. */
  isMentioned(account: number): boolean
  isFollowing(account: number, subject: number): boolean
  isOnList(list: RecordLink, account: number): boolean
}

/**
 * Says who must not reply in the thread of `owner`; `undefined` when everybody may. The owner always may. A rule that is
 * not known lets nobody in.
 */
export function refusalOf(
  gate: Pick<Threadgate, 'allow'> | undefined,
  owner: number,
  {isMentioned, isFollowing, isOnList}: GateLookups,
): ((replier: number) => boolean) | undefined {
  const rules = gate?.allow
  if (!rules) return undefined
  return replier =>
    replier !== owner &&
    !rules.some(rule => {
      switch (rule.$type) {
        case 'app.bsky.feed.threadgate#mentionRule':
          return isMentioned(replier)
        case 'app.bsky.feed.threadgate#followerRule':
          return isFollowing(replier, owner)
        case 'app.bsky.feed.threadgate#followingRule':
          return isFollowing(owner, replier)
        case 'app.bsky.feed.threadgate#listRule': {
          const list = linkTo(rule.list)
          return list !== undefined && isOnList(list, replier)
        }
        default:
          return false
      }
    })
}
