/**
 * The buttons that change something about a post or a person. Each is a form of its own that works by itself; an
 * island sends it and puts the answer, which is the same form in its new state, in its place.
 */
import type {ProfileViewBasic} from '#lex/gen/app/bsky/actor/defs.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {Sight} from './sight.ts'

const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1})

/** A number where there is little room: `1.2K`. */
export const shortCount = (count: number): string => (count < 1000 ? String(count) : compact.format(count))

const hidden = (fields: Readonly<Record<string, string | number | undefined>>): Html[] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)

export interface MarkState {
  uri: string
  cid: string
  count: number
  /** The AT-URI of the viewer's own like or repost. */
  record: string | undefined
  back: string
  token: string
}

const marks = {
  like: {icon: 'like', off: 'Like', on: 'Unlike'},
  repost: {icon: 'repost', off: 'Repost', on: 'Undo repost'},
} as const

/** Like or repost, with the count. */
export function markForm(kind: 'like' | 'repost', {uri, cid, count, record, back, token}: MarkState): Html {
  const mark = marks[kind]
  const label = record ? mark.on : mark.off
  return html`<form class="act" method="post" action="/act/${kind}" data-act>
    ${formToken(token)}${hidden({uri, cid, count, record, back})}
    <button class="${kind}" aria-pressed="${record ? 'true' : 'false'}" title="${label}" aria-label="${label}, ${count}">
      ${icon(mark.icon)}<span class="count">${count > 0 && shortCount(count)}</span>
    </button>
  </form>`
}

type Subject = Pick<ProfileViewBasic, 'did' | 'handle' | 'viewer'>

/** Follow or unfollow; nothing for oneself, and for who is not signed in the way to sign in. */
export function followForm({did, handle, viewer}: Subject, sight: Sight): Html | undefined {
  if (did === sight.viewer || viewer?.blocking || viewer?.blockedBy) return undefined
  const following = viewer?.following
  const followed = following ? 'Following' : viewer?.followedBy ? 'Follow back' : 'Follow'
  return html`<form class="follow" method="post" action="/act/follow" data-act>
    ${formToken(sight.token)}${hidden({did, record: following, handle, followedBy: viewer?.followedBy && 'yes', back: sight.path})}
    <button class="${following ? 'quiet' : ''}" aria-label="${followed} @${handle}">${followed}</button>
  </form>`
}

/** A line of a menu that is a form, and comes back to the page it stands on. */
export const menuForm = (
  {path, token}: Pick<Sight, 'path' | 'token'>,
  action: string,
  fields: Readonly<Record<string, string | undefined>>,
  label: string,
  name: Parameters<typeof icon>[0],
  danger = false,
): Html =>
  html`<form method="post" action="${action}">
    ${formToken(token)}${hidden({...fields, back: path})}<button class="menu-item ${danger && 'danger'}">${icon(name)}${label}</button>
  </form>`
