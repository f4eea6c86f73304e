/** Forms for second factors: to show one, and to add and remove them. */
import {renderSVG} from 'uqr'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {html, trusted, type Html} from '#pages/html.ts'
import {timeTag} from '#pages/time.ts'
import type {FactorList, Proof} from '../../factors/factors.ts'
import type {PasskeyCreation, PasskeyRequest} from '../../factors/passkeys.ts'
import type {TotpSetUp} from '../../factors/totp.ts'
import {formTo, hidden, passwordOwner, section, textField, passwordField, codeField} from '../pieces.ts'
import {passkeyForm} from '../sign-in/passkey-form.ts'
import {pathOf} from './own-account.ts'
import {sendCodeButton, codeLabels} from '../sign-in/second-factor.ts'
import {passkeyNameLengthMax} from '../../factors/factors.ts'

/** What the page shows once, after a form. */
export interface Shown {
  setUp: TotpSetUp
  codes: readonly string[]
}

export interface FactorView {
  did: Did
  /** What a browser keeps the password by. */
  name: string
  token: string
  list: FactorList
  isEmailConfirmed: boolean
}

const actPath = (did: Did, act: string): string => pathOf(did, `security/${act}`)
const since = (ms: number): Html => timeTag(datetimeOf(ms), ms, 'whole')

/** What guards the account now, and the forms by which its owner shows that he is. */
export function proofForms(view: FactorView, options: PasskeyRequest | undefined): Html {
  const {did, token, list} = view
  return section(
    'Second factor',
    html`${summary(list)}
      <p class="soft small">To change this, show first that it is you.</p>
      ${list.proofs.map(kind => proofForm(kind, view, options))}
      ${list.proofs.includes('email') && formTo(actPath(did, 'send-code'), token, sendCodeButton, 'bare')}`,
  )
}

function proofForm(kind: Proof['kind'], {did, name, token}: FactorView, options: PasskeyRequest | undefined): Html {
  const path = actPath(did, 'prove')
  const button = html`<button class="quiet">Change second factors</button>`
  if (kind === 'passkey') {
    const inside = html`${hidden('kind', kind)}<button class="quiet">Use a passkey</button>`
    return passkeyForm({path, token, kind: 'get', options: options ?? {}, inside})
  }
  if (kind === 'password') {
    return formTo(path, token, html`${hidden('kind', kind)}${passwordOwner(name)}${passwordField()}${button}`)
  }
  const code = codeField({label: codeLabels[kind], focus: false})
  return formTo(path, token, html`${hidden('kind', kind)}${code}${button}`)
}

function summary({totp, passkeys, email, recoveryCodesLeft}: FactorList): Html {
  const has = [
    passkeys.length > 0 && `${passkeys.length === 1 ? 'A passkey' : `${passkeys.length} passkeys`}`,
    totp && 'An authenticator app',
    email && 'Codes by email',
    recoveryCodesLeft > 0 && `${recoveryCodesLeft} recovery codes`,
  ].filter(text => typeof text === 'string')
  return has.length === 0
    ? html`<p>Your account is guarded by its password alone. A second factor keeps others out who have learnt it.</p>`
    : html`<ul class="plain">${has.map(text => html`<li>${text}</li>`)}</ul>`
}

/** All forms to change them. */
export const factorForms = (view: FactorView, {setUp, codes}: Partial<Shown>, creation: PasskeyCreation): Html =>
  html`${passkeySection(view, creation)} ${totpSection(view, setUp)} ${emailSection(view)} ${codesSection(view, codes)}`

const passkeySection = ({did, token, list: {passkeys, hasPassword}}: FactorView, creation: PasskeyCreation): Html =>
  section(
    'Passkeys',
    html`<p class="soft small">Kept by your phone, computer or security key. One can be all that you need to sign in.</p>
      ${
        passkeys.length > 0 &&
        html`<ul class="things">
          ${passkeys.map(
            ({id, name, createdMs, lastUsedMs}) =>
              html`<li>
                <span><b>${name}</b><br /><span class="soft small">${lastUsedMs === null ? html`since ${since(createdMs)}` : html`last used ${since(lastUsedMs)}`}</span></span>
                ${formTo(actPath(did, 'remove-passkey'), token, html`${hidden('id', id)}<button class="quiet small-button" aria-label="Remove ${name}">Remove</button>`, 'bare')}
              </li>`,
          )}
        </ul>`
      }
      ${passkeyForm({
        path: actPath(did, 'add-passkey'),
        token,
        kind: 'create',
        options: creation,
        inside: html`${textField({name: 'name', label: 'Name of the new passkey', lengthMax: passkeyNameLengthMax, hint: 'Such as the device that keeps it.'})}<button class="quiet">Add a passkey</button>`,
      })}
      ${
        hasPassword &&
        passkeys.length > 0 &&
        formTo(
          actPath(did, 'drop-password'),
          token,
          html`<p class="soft small">With two passkeys, or one and recovery codes, you need no password. Apps that ask for one then take app passwords.</p>
            <button class="quiet danger">Sign in with passkeys only</button>`,
        )
      }
      <noscript><p class="notice">To add a passkey, a script has to run on this page.</p></noscript>`,
  )

function totpSection({did, token, list: {totp}}: FactorView, setUp: TotpSetUp | undefined): Html {
  const title = 'Authenticator app'
  if (totp) {
    return section(
      title,
      html`<p>In use since ${since(totp.sinceMs)}.</p>
        ${formTo(actPath(did, 'remove-totp'), token, html`<button class="quiet danger">Remove it</button>`)}`,
    )
  }
  if (setUp) {
    return section(
      title,
      html`<p>Scan this with the app, or enter the key by hand. Then enter the code that it shows.</p>
        <div class="qr" role="img" aria-label="The key as a picture for the app">${trusted(renderSVG(setUp.uri, {border: 2}))}</div>
        <p>Key: <code class="mono secret">${setUp.secret}</code></p>
        ${formTo(
          actPath(did, 'confirm-totp'),
          token,
          html`${hidden('uri', setUp.uri)}${hidden('secret', setUp.secret)}
          ${codeField({label: 'Code from the app'})}<button>Confirm</button>`,
        )}`,
    )
  }
  return section(
    title,
    html`<p class="soft small">An app that shows six digits which change every half minute.</p>
      ${formTo(actPath(did, 'begin-totp'), token, html`<button class="quiet">Set up an app</button>`)}`,
  )
}

const emailSection = ({did, token, list: {email}, isEmailConfirmed}: FactorView): Html =>
  section(
    'Codes by email',
    isEmailConfirmed
      ? html`<p class="soft small">
            ${email ? html`Asked for at each sign-in since ${since(email.sinceMs)}.` : 'A code goes to your address at each sign-in.'}
          </p>
          ${formTo(actPath(did, 'email-codes'), token, html`${hidden('on', email ? 'no' : 'yes')}<button class="quiet ${email && 'danger'}">${email ? 'Turn off' : 'Turn on'}</button>`)}`
      : html`<p class="soft small">Confirm your email address first.</p>`,
  )

function codesSection({did, token, list}: FactorView, codes: readonly string[] | undefined): Html | undefined {
  const {totp, passkeys, email, recoveryCodesLeft} = list
  if (!totp && passkeys.length === 0 && !email) return undefined
  return section(
    'Recovery codes',
    html`<p class="soft small">For the day that your second factor is gone. Each is good once. ${recoveryCodesLeft} left.</p>
      ${
        codes &&
        html`<div class="notice good" role="status">
          <p>Write these down now: they are not shown again, and those before are void.</p>
          <ul class="codes mono">${codes.map(code => html`<li>${code}</li>`)}</ul>
        </div>`
      }
      ${formTo(actPath(did, 'renew-codes'), token, html`<button class="quiet">Make new codes</button>`)}`,
  )
}
