/** A form that asks the browser for a passkey. It shows only where a script runs and the browser knows passkeys. */
import {html, type Html} from '#pages/html.ts'
import {formToken} from '#pages/form-token.ts'

export const passkeyIsland = 'sign-in/islands/passkey.ts'

export interface PasskeyForm {
  /** Where it goes, with what the browser gives as `response`. */
  path: string
  token: string
  kind: 'get' | 'create'
  /** What the browser is asked, or where that is to be had. */
  options: object | string
  /** The rest of the form, with its button. */
  inside: Html
}

export const passkeyForm = ({path, token, kind, options, inside}: PasskeyForm): Html =>
  html`<form
    class="stack"
    method="post"
    action="${path}"
    hidden
    data-passkey="${kind}"
    ${typeof options === 'string' ? html`data-options-path="${options}"` : html`data-options="${JSON.stringify(options)}"`}
  >
    ${formToken(token)}<input type="hidden" name="response" /><p class="notice bad" role="alert" hidden></p>
    ${inside}
  </form>`
