// Generated from lexicons/app/bsky/feed/describeFeedGenerator.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  did: Did
  feeds: Feed[]
  links?: Links
}
export type ErrorName = never
/**
 * Get information about a feed generator, including policies and offered feed URIs. Does not require auth; implemented
 * by Feed Generator services (not App View).
 */
export const describeFeedGenerator: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.feed.describeFeedGenerator',
  {
    output: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      feeds: lex.array(lex.ref(() => feed)),
      links: lex.ref(() => links),
    }, ['did', 'feeds'])),
  },
)

export type Feed = {
  $type?: 'app.bsky.feed.describeFeedGenerator#feed'
  uri: AtUri
}
export const feed: lex.ObjectSchema<Feed> = lex.typed('app.bsky.feed.describeFeedGenerator#feed', {
  uri: lex.string({format: 'at-uri'}),
}, ['uri'])

export type Links = {
  $type?: 'app.bsky.feed.describeFeedGenerator#links'
  privacyPolicy?: string
  termsOfService?: string
}
export const links: lex.ObjectSchema<Links> = lex.typed('app.bsky.feed.describeFeedGenerator#links', {
  privacyPolicy: lex.string(),
  termsOfService: lex.string(),
})

export {describeFeedGenerator as main}
