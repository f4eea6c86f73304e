/** A search by filters, as the second version of it is asked: what the index of words knows, and what posts must be. */
import type {Params} from '#lex/gen/app/bsky/feed/searchPostsV2.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import type {JsonOf} from '../hydration/record-json.ts'
import {byFact, domainFact, languageFact, mentionFact, tagFact, urlFact} from './facts.ts'
import {foundQuery} from './found-query.ts'
import type {FoundQuery} from '../store/search/search-store.ts'

/** Values of one filter; the lexicon says no bound. */
const valuesMax = 50

const lists = [
  'authors',
  'mentions',
  'domains',
  'urls',
  'embeddedAtUris',
  'hashtags',
  'excludeAuthors',
  'excludeMentions',
  'excludeDomains',
  'excludeUrls',
  'excludeEmbeddedAtUris',
  'excludeHashtags',
  'languages',
  'excludeLanguages',
] as const
const others = ['hasMedia', 'hasVideo', 'replyParentUri', 'threadRootUri', 'following', 'repliesOnly'] as const

/** Why it is no search; `undefined` for one. */
export function queryFault(params: Params): string | undefined {
  const long = lists.find(name => (params[name]?.length ?? 0) > valuesMax)
  if (long) return `${long}: more than ${valuesMax}`
  if (params.repliesOnly && params.excludeReplies) return 'repliesOnly and excludeReplies exclude each other'
  const isAsked = params.query?.trim() || others.some(name => params[name]) || lists.some(name => params[name]?.length)
  return isAsked ? undefined : 'a query or at least one filter is required'
}

export async function filteredQuery(
  hydrator: Pick<HydrationStore, 'actorId' | 'hydrate'>,
  params: Params,
  viewer: string | undefined,
): Promise<FoundQuery> {
  const {query = '', since, until} = params
  const base = await foundQuery(hydrator, {q: query, since, until}, viewer)
  const idsOf = async (names: readonly string[] = []): Promise<number[]> =>
    (await Promise.all(names.map(name => hydrator.actorId(name)))).flatMap(id => id ?? [])
  const mentionsOf = async (names: readonly string[] = []): Promise<string[]> => {
    const ids = await idsOf(names)
    const {actors} = await hydrator.hydrate(undefined, {actors: ids})
    return ids.flatMap(id => mentionFact(actors.get(id)?.did ?? 'nobody'))
  }
  const {authors, mentions, domains, urls, hashtags, languages} = params
  const groups: (readonly string[] | undefined)[] = [
    authors && (await idsOf(authors)).map(byFact),
    mentions && (await mentionsOf(mentions)),
    domains?.map(domainFact),
    urls?.map(urlFact),
    hashtags?.map(tagFact),
    languages?.map(languageFact),
  ]
  const excludedFacts = [
    ...(await idsOf(params.excludeAuthors)).map(byFact),
    ...(await mentionsOf(params.excludeMentions)),
    ...(params.excludeDomains ?? []).map(domainFact),
    ...(params.excludeUrls ?? []).map(urlFact),
    ...(params.excludeHashtags ?? []).map(tagFact),
    ...(params.excludeLanguages ?? []).map(languageFact),
  ]
  return {...base, anyOf: groups.flatMap(group => (group ? [group] : [])), excludedFacts}
}

const mediaTypes = new Set(['app.bsky.embed.images', 'app.bsky.embed.gallery', 'app.bsky.embed.video'])

/** Whether a post that the words have found is what the other filters ask for. */
export function isWanted(read: Hydration, core: RecordCore, params: Params): boolean {
  const {reply, embed} = core.record as unknown as JsonOf<Post>
  const {embeddedAtUris, excludeEmbeddedAtUris = [], replyParentUri, threadRootUri} = params
  const media =
    embed?.$type === 'app.bsky.embed.recordWithMedia' ? String((embed.media as {$type: string}).$type) : embed?.$type
  if (params.hasMedia && !mediaTypes.has(media ?? '')) return false
  if (params.hasVideo && media !== 'app.bsky.embed.video') return false
  if (params.excludeReplies && reply) return false
  if (params.repliesOnly && !reply) return false
  if (replyParentUri !== undefined && reply?.parent.uri !== replyParentUri) return false
  if (threadRootUri !== undefined && reply?.root.uri !== threadRootUri && core.uri !== threadRootUri) return false
  if (params.following && read.relations.get(core.actor)?.following === undefined) return false
  const embedded = core.embedded
  if (embeddedAtUris && !embeddedAtUris.some(uri => uri === embedded)) return false
  return !excludeEmbeddedAtUris.some(uri => uri === embedded)
}
