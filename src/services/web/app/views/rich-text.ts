/** Text with its facets as links. What a facet links to was written by a stranger. */
import type {Facet} from '#lex/gen/app/bsky/richtext/facet.ts'
import {richText, segments, type Segment} from '#sdk/richtext.ts'
import {html, safeHref, type Html} from '#pages/html.ts'

function segmentTag({text, facet}: Segment): Html {
  for (const feature of facet?.features ?? []) {
    switch (feature.$type) {
      case 'app.bsky.richtext.facet#link':
        return html`<a href="${safeHref(feature.uri)}" rel="nofollow noopener ugc" target="_blank">${text}</a>`
      case 'app.bsky.richtext.facet#mention':
        return html`<a href="/profile/${feature.did}">${text}</a>`
      case 'app.bsky.richtext.facet#tag':
        return html`<a href="/search?${new URLSearchParams({q: `#${feature.tag}`}).toString()}">${text}</a>`
    }
  }
  return html`${text}`
}

/** To stand in an element that keeps line breaks. */
export const richTextOf = (text: string, facets: readonly Facet[] = []): Html =>
  html`${segments(richText(text, facets)).map(segmentTag)}`
