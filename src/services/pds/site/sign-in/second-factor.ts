/** The second step of signing in: what the account asks for beside its password. */
import {html, type Html} from '#pages/html.ts'
import type {FactorKind} from '../../factors/factor-checks.ts'
import type {PasskeyRequest} from '../../factors/passkeys.ts'
import {formTo, hidden, codeField} from '../pieces.ts'
import {passkeyForm} from './passkey-form.ts'

export const factorPath = '/account/sign-in/factor'
export const sendCodePath = '/account/sign-in/send-code'

/** What each code is called that somebody types. */
export const codeLabels = {
  totp: 'Code from your authenticator app',
  email: 'Code from the email',
  recovery: 'Recovery code',
} as const
export const sendCodeButton = html`<button class="quiet small-button">Send a code to my email address</button>`

export interface SecondStep {
  needs: readonly FactorKind[]
  ticket: string
  next: string
  /** For the passkeys of the account, if it has any. */
  options: PasskeyRequest | undefined
}

/** One form for each factor, the surest first; the paper codes last, folded away. */
export function secondStepForms({needs, ticket, next, options}: SecondStep, token: string): Html {
  const kept = (kind: FactorKind): Html =>
    html`${hidden('ticket', ticket)}${hidden('next', next)}${hidden('kind', kind)}`
  const codeForm = (kind: keyof typeof codeLabels, quiet: boolean): Html =>
    formTo(
      factorPath,
      token,
      html`${kept(kind)}
        ${codeField({label: codeLabels[kind], focus: !quiet})}
        <button class="${quiet && 'quiet'}">Sign in</button>`,
    )
  const forms: Readonly<Record<FactorKind, () => Html | undefined>> = {
    passkey: () =>
      options &&
      html`${passkeyForm({path: factorPath, token, kind: 'get', options, inside: html`${kept('passkey')}<button>Use a passkey</button>`})}
        ${needs.length === 1 && html`<noscript><p class="notice">A passkey needs a script to run on this page.</p></noscript>`}`,
    totp: () => codeForm('totp', needs.includes('passkey')),
    email: () =>
      html`${codeForm('email', needs[0] !== 'email')}
      ${formTo(sendCodePath, token, html`${hidden('ticket', ticket)}${hidden('next', next)}${sendCodeButton}`, 'bare')}`,
    recovery: () =>
      html`<details>
        <summary>Use a recovery code</summary>
        ${codeForm('recovery', true)}
      </details>`,
  }
  return html`${needs.map(kind => forms[kind]())}`
}
