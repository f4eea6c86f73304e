/** Posts about something: by words, expressions, hashtags, languages and the sites that they link to. */
import {RE2JS} from 're2js'
import {defineFeed, type Feed} from '#sdk/feed/feed.ts'
import {type Leaf, Leaves} from '../plan/leaves.ts'
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

/** Throws `RE2JSSyntaxException` for an expression that is none. */
export function topical(options: TopicalOptions): Feed<PostFacts> {
  const {words = [], expressions = [], hashtags = [], sites = [], languages, withReplies = false, ...about} = options
  const patterns = expressions.map(text => RE2JS.compile(text.normalize('NFC'), RE2JS.CASE_INSENSITIVE))
  // What is asked of a post is made plain as its facts are, and as for feeds without code.
  const leaves = new Leaves()
  const lang = leaves.anyOf('lang', languages ?? [])
  const wanted = [
    leaves.words({words, in: ['text', 'alt'], whole: true, matchCase: false}),
    leaves.anyOf('tag', hashtags),
    leaves.anyOf('domain', sites),
  ]
  return defineFeed<PostFacts>({
    ...about,
    takes(_, facts) {
      const [text, alt] = facts.places
      if (facts.isReply && !withReplies) return false
      const found = new Set<Leaf>()
      leaves.announce(facts, undefined, leaf => void found.add(leaf))
      if (languages && !found.has(lang)) return false
      return (
        wanted.some(leaf => found.has(leaf)) ||
        patterns.some(pattern => pattern.matcher(text).find() || pattern.matcher(alt).find())
      )
    },
    skeleton: request => request.posts.newest({from: 'taken'}, request),
  })
}
