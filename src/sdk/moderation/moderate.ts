/**
 * What is to be done about an account, a post, a notification, a feed, a list or a status before somebody is shown it:
 * `moderatePost(post, opts).ui('contentList')`. The rules are those of the social app, so that people find here what they
 * have set there.
 */
import type {Label} from '#lex/gen/com/atproto/label/defs.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {accountCauses, labelCauses, type ModeratedAccount, type ModerationOpts, standingCauses} from './causes.ts'
import {type ModerationCause, ModerationDecision, mutedWordCause, plainCause} from './decision.ts'
import {matchMutedWords, type MutedWordMatch} from './muted-words.ts'
import {type ModeratedPost, postTexts, quotedIn} from './post-texts.ts'

interface Labelled {
  readonly labels?: readonly Label[]
}

const decided = (did: string, {userDid}: ModerationOpts, causes: readonly ModerationCause[]): ModerationDecision =>
  new ModerationDecision(did, did === userDid, causes)

/** An account, by any view of its profile. */
export const moderateProfile = (account: ModeratedAccount, opts: ModerationOpts): ModerationDecision =>
  decided(account.did, opts, accountCauses(account, opts))

/** A post: by itself, by what it quotes, and by its author. */
export function moderatePost(
  post: ModeratedPost & {readonly author: ModeratedAccount},
  opts: ModerationOpts,
): ModerationDecision {
  const {author, labels, uri} = post
  const {userDid, prefs} = opts
  const words = author.did === userDid ? [] : mutedWordsIn(post, opts)
  return decided(author.did, opts, [
    ...labelCauses('content', author.did, labels, opts),
    ...(isHidden(uri, post.embed, prefs.hiddenPosts) ? [plainCause('hidden')] : []),
    ...(words.length > 0 ? [mutedWordCause(words)] : []),
    ...quotedCauses(post.embed, opts).map(cause => ({...cause, downgraded: true})),
    ...accountCauses(author, opts),
  ])
}

export const moderateNotification = (
  {author, labels}: Labelled & {readonly author: ModeratedAccount},
  opts: ModerationOpts,
): ModerationDecision => ofOne(author, labels, opts)

export const moderateFeedGenerator = (
  {creator, labels}: Labelled & {readonly creator: ModeratedAccount},
  opts: ModerationOpts,
): ModerationDecision => ofOne(creator, labels, opts)

/** A list; of one whose view does not tell of its creator, by its labels alone. */
export function moderateUserList(
  {uri, creator, labels}: Labelled & {readonly uri: AtUri; readonly creator?: ModeratedAccount},
  opts: ModerationOpts,
): ModerationDecision {
  if (creator) return ofOne(creator, labels, opts)
  const did = parseAtUri(uri).authority
  return decided(did, opts, labelCauses('content', did, labels, opts))
}

/** What an account says that it is about just now. */
export const moderateStatus = (
  account: ModeratedAccount & {readonly status?: Labelled},
  opts: ModerationOpts,
): ModerationDecision => ofOne(account, account.status?.labels, opts)

/** Something that an account has made. */
const ofOne = (
  account: ModeratedAccount,
  labels: readonly Label[] | undefined,
  opts: ModerationOpts,
): ModerationDecision =>
  decided(account.did, opts, [...labelCauses('content', account.did, labels, opts), ...accountCauses(account, opts)])

/** Those in the first text that has some. */
function mutedWordsIn(post: ModeratedPost, {prefs, nowMs}: ModerationOpts): readonly MutedWordMatch[] {
  if (prefs.mutedWords.length === 0) return []
  for (const text of postTexts(post)) {
    const matches = matchMutedWords(prefs.mutedWords, text, nowMs)
    if (matches.length > 0) return matches
  }
  return []
}

/** What is quoted is an answer of an AppView, whose members are as its lexicon says. */
function quotedCauses(embed: unknown, opts: ModerationOpts): ModerationCause[] {
  const quoted = quotedIn(embed)
  if (!quoted) return []
  const {author, labels} = quoted.view as {author: ModeratedAccount; labels?: readonly Label[]}
  if (quoted.kind === 'blocked') return standingCauses(author)
  return [...labelCauses('content', author.did, labels, opts), ...accountCauses(author, opts)]
}

function isHidden(uri: string, embed: unknown, hidden: readonly string[]): boolean {
  const quoted = quotedIn(embed)
  return hidden.includes(uri) || (quoted?.kind === 'post' && hidden.includes(String(quoted.view.uri)))
}
