/** Who is mentioned in a text. */
import type {Did} from '#atp/syntax/did.ts'
import type {Facet} from '#lex/gen/app/bsky/richtext/facet.ts'

/** More than a text of 300 graphemes can sensibly hold: facets may overlap, so nothing else bounds them. */
const mentionsMax = 50

export function mentionsOf(facets: readonly Facet[] = []): Did[] {
  const dids = new Set<Did>()
  for (const {features} of facets) {
    for (const feature of features) {
      if (feature.$type === 'app.bsky.richtext.facet#mention') dids.add(feature.did)
    }
  }
  return [...dids].slice(0, mentionsMax)
}
