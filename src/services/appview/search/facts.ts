/** What a post is found by, beside its words: who wrote it, whom and what it names, where its links lead. */
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import {folded} from './words.ts'

/** Accounts mentioned, tags and links of one post that can be searched for, of each. */
const factsMax = 50
/** Characters of a fact; longer links are not found by their URL. */
const factLengthMax = 500
/** Labels of a host name by which it is found: `a.b.example.com` by itself, `b.example.com` and `example.com`. */
const domainsMax = 5

/** What stands in a post to be read: its text, what its pictures show, and the card of a link. */
export function textsOf({text, embed}: Post): string[] {
  const media = embed?.$type === 'app.bsky.embed.recordWithMedia' ? embed.media : embed
  switch (media?.$type) {
    case 'app.bsky.embed.images':
      return [text, ...media.images.map(({alt}) => alt)]
    case 'app.bsky.embed.video':
      return [text, media.alt ?? '']
    case 'app.bsky.embed.external':
      return [text, media.external.title, media.external.description]
    default:
      return [text]
  }
}

export function factsOf(actor: number, {facets = [], tags = [], langs = [], embed}: Post): string[] {
  const facts = new Set([anyPost, byFact(actor)])
  const links: string[] = []
  for (const language of langs) for (const fact of languageFacts(language)) facts.add(fact)
  for (const tag of tags) facts.add(tagFact(tag))
  for (const {features} of facets) {
    for (const feature of features) {
      if (facts.size > factsMax) break
      if (feature.$type === 'app.bsky.richtext.facet#tag') facts.add(tagFact(feature.tag))
      else if (feature.$type === 'app.bsky.richtext.facet#mention') facts.add(mentionFact(feature.did))
      else if (feature.$type === 'app.bsky.richtext.facet#link') links.push(feature.uri)
    }
  }
  const media = embed?.$type === 'app.bsky.embed.recordWithMedia' ? embed.media : embed
  if (media?.$type === 'app.bsky.embed.external') links.push(media.external.uri)
  for (const link of links.slice(0, factsMax)) {
    const url = URL.parse(link)
    if (!url?.hostname) continue
    facts.add(urlFact(link))
    const labels = url.hostname.split('.')
    for (let at = Math.max(labels.length - domainsMax, 0); at < Math.max(labels.length - 1, 1); at++) {
      facts.add(domainFact(labels.slice(at).join('.')))
    }
  }
  return [...facts].filter(fact => fact.length <= factLengthMax)
}

/** Every post has it. */
export const anyPost = ':post'
export const byFact = (actor: number): string => `by:${actor}`
export const tagFact = (tag: string): string => fact('#', tag.replace(/^[#＃]/, ''))
export const mentionFact = (did: string): string => fact('@', did)
/** A language is found by its whole tag and by its first part alone. */
export const languageFact = (tag: string): string => fact('lang:', tag)
const languageFacts = (tag: string): string[] => [languageFact(tag), languageFact(tag.split('-')[0])]
export const domainFact = (host: string): string => fact('domain:', host.replace(/^www\./i, ''))

/** A link without what makes no difference to where it leads. */
export function urlFact(text: string): string {
  const url = URL.parse(text)
  if (!url) return fact('url:', text)
  return fact('url:', `${url.host.replace(/^www\./, '')}${url.pathname.replace(/\/$/, '')}${url.search}`)
}

/** Facts become phrases of the query language, in which quotes and control characters would end them. */
const fact = (kind: string, text: string): string =>
  kind +
  folded(text)
    .replace(/["\p{Cc}\s]+/gu, ' ')
    .trim()
