/** What a scope lets an app do, in words: what belongs together under one heading, the gravest first. */
import {parseScope} from '#atp/scope/scope.ts'
import {wordsOf} from '#atp/scope/words.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {AuthorizationView} from '../../oauth/authorizations.ts'

/** The list, which ends with what any app learns, for the page on which somebody decides or looks back. */
export const wishList = (scope: string): Html =>
  html`<ul class="wishes">
    ${wordsOf(parseScope(scope).scopes).map(
      ({title, lines, isGrave}) =>
        html`<li class="${isGrave && 'grave'}">
          ${icon(isGrave ? 'shield' : 'check')}
          <div>
            <b>${title}</b>${isGrave && html` <span class="pill bad">could cost you your account</span>`}
            <ul>${lines.map(line => html`<li>${line}</li>`)}</ul>
          </div>
        </li>`,
    )}
    <li>
      ${icon('person')}
      <div><b>Who you are</b><ul><li>See your handle and your DID</li></ul></div>
    </li>
  </ul>`

/** Where some of it comes from: sets that somebody has published, in the words of whoever did. */
export const setList = (sets: AuthorizationView['sets']): Html | undefined =>
  sets.length === 0
    ? undefined
    : html`<details>
        <summary>Where this comes from</summary>
        <ul class="small">
          ${sets.map(
            ({nsid, authority, title, detail}) =>
              html`<li>
                <span class="mono">${nsid}</span>, published by <b>${authority}</b>${title !== undefined && html`: “${title}”`}
                ${detail !== undefined && html`<br /><span class="soft">“${detail}”</span>`}
              </li>`,
          )}
        </ul>
      </details>`
