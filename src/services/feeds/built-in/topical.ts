/** Posts about something: by words, expressions, hashtags, languages and the sites that they link to. */
import {RE2JS} from 're2js'
import {defineFeed, type Feed} from '#sdk/feed/feed.ts'
import type {PostFacts} from '../post-facts.ts'

export type TopicalOptions = Pick<Feed, 'name' | 'title' | 'description' | 'avatar'> & {
  /** Any of these, as words of their own, in any case: in the text, or in what pictures are said to show. */
  readonly words?: readonly string[]
  /** Or any of these, as RE2 has them (https://github.com/google/re2/wiki/Syntax). */
  readonly expressions?: readonly string[]
  /** Or any of these, without `#`. */
  readonly hashtags?: readonly string[]
  /** Or a link to any of these sites, or to one below it. */
  readonly sites?: readonly string[]
  /** And in one of these languages, where given; `pt` is `pt-BR`, too. */
  readonly languages?: readonly string[]
  readonly withReplies?: boolean
}

// RE2 knows no word but of ASCII letters.
const alone = (word: string): string => `(?:^|[^\\pL\\pN_])${RE2JS.quote(word.normalize('NFC'))}(?:[^\\pL\\pN_]|$)`

/** Throws `RE2JSSyntaxException` for an expression that is none. */
export function topical(options: TopicalOptions): Feed<PostFacts> {
  const {words = [], expressions = [], hashtags = [], sites = [], languages, withReplies = false, ...about} = options
  const patterns = [...words.map(alone), ...expressions].map(text => RE2JS.compile(text, RE2JS.CASE_INSENSITIVE))
  const tags = new Set(hashtags.map(tag => tag.replace(/^#/, '').toLowerCase()))
  const isOf = (domain: string): boolean => sites.some(site => domain === site || domain.endsWith(`.${site}`))
  const isIn = (lang: string): boolean => languages!.some(wanted => lang === wanted || lang.startsWith(`${wanted}-`))
  return defineFeed<PostFacts>({
    ...about,
    takes(_, {places: [text, alt], hashtags: own, domains, langs, isReply}) {
      if (isReply && !withReplies) return false
      if (languages && !langs.some(isIn)) return false
      return (
        own.some(tag => tags.has(tag)) ||
        domains.some(isOf) ||
        patterns.some(pattern => pattern.matcher(text).find() || pattern.matcher(alt).find())
      )
    },
    skeleton: request => request.posts.newest({from: 'taken'}, request),
  })
}
