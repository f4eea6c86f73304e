/** A search as a client asks it, in its query and in parameters beside it, with the accounts that it names found. */
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import {domainFact, languageFact, mentionFact, tagFact, urlFact} from './facts.ts'
import {parsePostQuery, timeOf} from './post-query.ts'
import type {FoundQuery} from '../store/search/search-store.ts'

interface SearchParams {
  readonly q: string
  readonly since?: string
  readonly until?: string
  readonly author?: string
  readonly mentions?: string
  readonly lang?: string
  readonly domain?: string
  readonly url?: string
  readonly tag?: readonly string[]
}

/** Of who is not known nothing is found. */
export async function foundQuery(
  hydrator: Pick<HydrationStore, 'actorId' | 'hydrate'>,
  params: SearchParams,
  viewer: string | undefined,
): Promise<FoundQuery> {
  const query = parsePostQuery(params.q)
  const {since, until, author, mentions, lang, domain, url, tag = []} = params
  const find = async (name: string): Promise<number | undefined> =>
    name === 'me' ? (viewer && (await hydrator.actorId(viewer))) || undefined : hydrator.actorId(name)
  const from = author === undefined ? query.from : [...query.from, author]
  const found = await Promise.all(from.map(find))
  const mentioned = await Promise.all(
    (mentions === undefined ? query.mentions : [...query.mentions, mentions]).map(find),
  )
  const read = await hydrator.hydrate(undefined, {actors: mentioned.flatMap(id => id ?? [])})
  const facts = [
    ...query.facts,
    ...tag.map(tagFact),
    ...mentioned.map(id => mentionFact(read.actors.get(id ?? 0)?.did ?? 'nobody')),
    ...(lang === undefined ? [] : [languageFact(lang)]),
    ...(domain === undefined ? [] : [domainFact(domain)]),
    ...(url === undefined ? [] : [urlFact(url)]),
  ]
  return {
    ...query,
    facts,
    authors: from.length === 0 ? undefined : found.flatMap(id => id ?? []),
    sinceMs: Math.max(query.sinceMs, (since && timeOf(since)) || -Infinity),
    untilMs: Math.min(query.untilMs, (until && timeOf(until)) || Infinity),
  }
}
