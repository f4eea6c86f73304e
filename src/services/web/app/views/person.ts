/** People: their picture, their name, and a row of a list. */
import type {ProfileView, ProfileViewBasic} from '#lex/gen/app/bsky/actor/defs.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import {followForm} from './act-forms.ts'
import type {Sight} from './sight.ts'

type Person = Pick<ProfileViewBasic, 'did' | 'handle' | 'displayName' | 'avatar'>

/** Where a person's page is: by handle where there is one that holds. */
export const profilePath = ({did, handle}: Pick<Person, 'did' | 'handle'>): string =>
  `/profile/${handle === invalidHandle ? did : handle}`

export const nameOf = ({displayName, handle}: Pick<Person, 'displayName' | 'handle'>): string =>
  displayName?.trim() || handle

export const handleText = (handle: string): string => (handle === invalidHandle ? '⚠ no valid handle' : `@${handle}`)

const sizes = {tiny: 24, small: 36, normal: 44, large: 92} as const

/** A colour of twelve, the same for the same person everywhere. */
function tint(did: string): number {
  let sum = 0
  for (let i = 0; i < did.length; i++) sum = (sum * 31 + did.charCodeAt(i)) >>> 0
  return sum % 12
}

/** Decoration beside a name: it needs no description of its own. The letter shows until, and unless, the picture does. */
export function avatar(person: Person, size: keyof typeof sizes = 'normal'): Html {
  const px = sizes[size]
  const [letter = '?'] = nameOf(person)
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .toUpperCase()
  const picture = person.avatar && safeHref(person.avatar)
  return html`<span class="avatar ${size} tint-${tint(person.did)}" aria-hidden="true">${letter}${
    picture &&
    html`<img src="${picture}" alt="" width="${px}" height="${px}" loading="lazy" decoding="async" data-portrait />`
  }</span>`
}

/** A person in a list, with what can be done about them. */
export const personRow = (person: ProfileView, sight: Sight): Html =>
  html`<article class="person">
    <a class="person-face" href="${profilePath(person)}" tabindex="-1" aria-hidden="true">${avatar(person)}</a>
    <div class="person-text">
      <a class="person-name" href="${profilePath(person)}">
        <b>${nameOf(person)}</b>
        <span class="soft">${handleText(person.handle)}</span>
      </a>
      ${person.viewer?.followedBy && html`<span class="tag">Follows you</span>`}
      ${person.description && html`<p class="person-about">${person.description}</p>`}
    </div>
    ${followForm(person, sight)}
  </article>`

/** A person in the margin: name and button only, and the button short. */
export const personLine = (person: Person & Pick<ProfileView, 'viewer'>, sight: Sight): Html =>
  html`<article class="person line">
    <a class="person-face" href="${profilePath(person)}" tabindex="-1" aria-hidden="true">${avatar(person, 'small')}</a>
    <a class="person-name person-text" href="${profilePath(person)}">
      <b>${nameOf(person)}</b>
      <span class="soft">${handleText(person.handle)}</span>
    </a>
    ${followForm({...person, viewer: person.viewer && {...person.viewer, followedBy: undefined}}, sight)}
  </article>`
