/** Pieces that the pages of this site are put together from. */
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'

/** A card in the middle of an otherwise empty page. */
export const entryCard = (title: string, hint: Html | string | undefined, inside: Html): Html =>
  html`<section class="entry card">
    <h1>${title}</h1>
    ${hint !== undefined && html`<p class="soft">${hint}</p>`} ${inside}
  </section>`

/** What went wrong, read aloud as the page comes. */
export const fault = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="notice bad" role="alert">${text}</p>`

/** What has been done. */
export const done = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="notice good" role="status">${text}</p>`

/** A form that goes to a path of ours. */
export const formTo = (path: string, token: string, inside: Html, look: 'stack' | 'row' | 'bare' = 'stack'): Html =>
  html`<form class="${look}" method="post" action="${path}">${formToken(token)}${inside}</form>`

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`

export interface FieldInit {
  name: string
  label: string
  value?: string
  type?: 'text' | 'email' | 'password'
  hint?: Html | string
  /** As HTML names what a browser may fill in. */
  autocomplete?: string
  lengthMax?: number
  optional?: boolean
  focus?: boolean
}

/** A line to fill in. The hint is read with it. */
export const textField = ({
  name,
  label,
  value = '',
  type = 'text',
  hint,
  autocomplete = 'off',
  lengthMax = 300,
  optional = false,
  focus = false,
}: FieldInit): Html =>
  html`<label class="field"
    >${label}
    <input name="${name}" type="${type}" value="${value}" ${!optional && html`required`} maxlength="${lengthMax}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" ${focus && html`autofocus`} ${hint !== undefined && html`aria-describedby="hint-${name}"`} />
    ${hint !== undefined && html`<span class="hint" id="hint-${name}">${hint}</span>`}
  </label>`

/** A code that came by mail. */
export const codeField = (name = 'code', label = 'Code from the e-mail'): Html =>
  textField({name, label, autocomplete: 'one-time-code', lengthMax: 50, focus: true})

/** Whose password a form asks for, for what keeps passwords. */
export const passwordOwner = (name: string): Html =>
  html`<input type="text" name="username" value="${name}" autocomplete="username" hidden />`

/** A part of a page under its own heading. */
export const section = (title: string, inside: Html): Html =>
  html`<section class="card"><h2>${title}</h2>${inside}</section>`
