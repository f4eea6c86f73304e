/** Pieces that the pages of this site are put together from. */
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html, safeHref} from '#pages/html.ts'
import {newPasswordLengthMax, newPasswordLengthMin, passwordLengthMax} from '../accounts/passwords.ts'

/** Longer than any code. */
const codeLengthMax = 60

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

/** The sentence for what was just done, by the name that stands for it in an address; nothing for any other text. */
export const doneText = (texts: Readonly<Record<string, string>>, name: string | null): string | undefined =>
  name !== null && Object.hasOwn(texts, name) ? texts[name] : undefined

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

interface CodeFieldInit {
  label?: string
  focus?: boolean
}

/** A code that is to be typed: from a mail, unless it is said from where. */
export const codeField = ({label = 'Code from the email', focus = true}: CodeFieldInit = {}): Html =>
  textField({name: 'code', label, autocomplete: 'one-time-code', lengthMax: codeLengthMax, focus})

/** The password that the account has. */
export const passwordField = (name = 'password', label = 'Password'): Html =>
  textField({name, label, type: 'password', autocomplete: 'current-password', lengthMax: passwordLengthMax})

/** A password that the account is to have. */
export const newPasswordField = (label = 'New password', more = ''): Html =>
  textField({
    name: 'password',
    label,
    type: 'password',
    autocomplete: 'new-password',
    lengthMax: newPasswordLengthMax,
    hint: `At least ${newPasswordLengthMin} characters.${more}`,
  })

/** Whether app passwords are to end with the password that was: `isOn` is what the form suggests. */
export const endAppPasswords = (isOn: boolean): Html =>
  html`<label class="check"><input type="checkbox" name="end-app-passwords" value="yes" ${isOn && html`checked`} /> End all app passwords too: apps that use one need a new one</label>`

/** What was chosen there. */
export const appPasswordsIn = (form: FormData): 'kept' | 'ended' =>
  field(form, 'end-app-passwords') === 'yes' ? 'ended' : 'kept'

/** Whose password a form asks for, for what keeps passwords. */
export const passwordOwner = (name: string): Html =>
  html`<input type="text" name="username" value="${name}" autocomplete="username" hidden />`

/** A part of a page under its own heading. */
export const section = (title: string, inside: Html): Html =>
  html`<section class="card"><h2>${title}</h2>${inside}</section>`

interface Named {
  did: string
  handle: string | null
}

/** What to call an account. */
export const nameOf = ({handle, did}: Named): string => (handle === null ? did : `@${handle}`)

/** The same where its DID stands beside it, or in the address. */
export const handleText = ({handle}: Pick<Named, 'handle'>): string => (handle === null ? 'No handle' : `@${handle}`)

/**
 * Links by their labels, with `between` between them; those that lead nowhere are left out. `look` are more attributes
 * of each.
 */
export const links = (urls: Readonly<Record<string, string | undefined>>, between: string, look?: Html): Html[] =>
  Object.entries(urls)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([label, url], i) => html`${i > 0 && between}<a href="${safeHref(url)}" ${look}>${label}</a>`)
