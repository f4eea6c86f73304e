/** The form that writes a post: alone on a page, above the timeline, or under what it answers. */
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {Session} from '../../sessions/sessions.ts'
import {avatar} from '../views/person.ts'

export const picturesMax = 4
export const graphemesMax = 300

export interface Draft {
  text?: string
  language?: string
  /** The AT-URI of the post that is answered, or quoted. */
  reply?: string
  quote?: string
}

interface Options extends Draft {
  place: 'page' | 'timeline' | 'thread'
  viewer: Session
  token: string
}

const languages: readonly (readonly [string, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['es', 'Español'],
  ['fr', 'Français'],
  ['it', 'Italiano'],
  ['ja', '日本語'],
  ['ko', '한국어'],
  ['nl', 'Nederlands'],
  ['pl', 'Polski'],
  ['pt', 'Português'],
  ['tr', 'Türkçe'],
  ['uk', 'Українська'],
  ['zh', '中文'],
]

/** One picture and its words. Without a script all of them stand open; with one they appear as pictures are chosen. */
const slot = (n: number): Html =>
  html`<div class="slot" data-slot>
    <label class="small">Picture ${n}<input type="file" name="picture" accept="image/jpeg,image/png,image/webp,image/gif" /></label>
    <label class="small"><span class="unseen">Description of picture ${n}</span><input name="alt" maxlength="2000" placeholder="Describe the picture" autocomplete="off" /></label>
  </div>`

const asks = {page: 'What’s up?', timeline: 'What’s up?', thread: 'Write your reply'} as const

export function composer({place, viewer, token, text = '', language = 'en', reply, quote}: Options): Html {
  const ask = reply ? 'Write your reply' : asks[place]
  const person = {did: viewer.did, handle: viewer.handle, displayName: viewer.sight.name, avatar: viewer.sight.avatar}
  return html`<form class="composer ${place}" method="post" action="/compose" enctype="multipart/form-data" data-composer data-graphemes-max="${graphemesMax}">
    ${formToken(token)}
    ${reply && html`<input type="hidden" name="reply" value="${reply}" />`}
    ${quote && html`<input type="hidden" name="quote" value="${quote}" />`}
    <span class="face">${avatar(person as Parameters<typeof avatar>[0])}</span>
    <div class="composer-body">
      <textarea name="text" rows="${place === 'page' ? 5 : 2}" placeholder="${ask}" aria-label="${ask}" dir="auto" ${place === 'page' && html`autofocus`}>${text}</textarea>
      <details class="slots" data-slots>
        <summary>${icon('picture')}<span> Pictures</span></summary>
        ${Array.from({length: picturesMax}, (_, i) => slot(i + 1))}
      </details>
      <div class="composer-foot">
        <label class="language"><span class="unseen">Language</span><select name="language">${languages.map(([code, name]) => html`<option value="${code}" ${code === language && html`selected`}>${name}</option>`)}</select></label>
        <output class="counter" data-counter aria-live="off"></output>
        <button>${reply ? 'Reply' : 'Post'}</button>
      </div>
    </div>
  </form>`
}
