// Generated from lexicons/app/bsky/embed/getEmbedExternalView.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedExternal from './external.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

export type Params = {
  /**
   * The canonical web URL the embed represents (typically the URL the user pasted into the composer). Used as the
   * returned view's `uri`. May be used for validation in the future.
   */
  url: Uri
  /**
   * AT-URIs of any Atmosphere records that can be resolved and used to construct #externalView views. Example: a
   * site.standard.document and optionally its associated site.standard.publication.
   */
  uris: AtUri[]
}
export type Output = {
  /**
   * Hydrated view of the embed. Present only when the resolved records back the requested URL and supply enough
   * information to populate the required `viewExternal` fields. Omitted alongside the rest of the response when no
   * records resolved or validation failed.
   */
  view?: embedExternal.View
  /**
   * StrongRefs (URI+CID) of the Atmosphere records that backed this view, suitable for embedding into a post's
   * external.associatedRefs.
   */
  associatedRefs?: repoStrongRef.StrongRef[]
  associatedRecords?: lex.Unknown[]
}
export type ErrorName = never
/**
 * Resolve one or more AT-URIs into the data needed to render an enhanced external embed. Returns `associatedRefs`
 * (strongRefs to embed into a post's external.associatedRefs), the raw `associatedRecords`, and a hydrated `view`. The
 * response is empty (`{}`) when no records were resolvable, or when validation determined the resolved records don't
 * actually back the requested URL; clients should fall back to their own link-card rendering in that case and skip
 * writing strongRefs to the post.
 */
export const getEmbedExternalView: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.embed.getEmbedExternalView',
  {
    params: lex.params({
      url: lex.string({format: 'uri'}),
      uris: lex.array(lex.string({format: 'at-uri'}), {maxLength: 4}),
    }, ['url', 'uris']),
    output: lex.body('application/json', lex.object({
      view: lex.ref(() => embedExternal.view),
      associatedRefs: lex.array(lex.ref(() => repoStrongRef.main)),
      associatedRecords: lex.array(lex.unknown()),
    })),
  },
)

export {getEmbedExternalView as main}
