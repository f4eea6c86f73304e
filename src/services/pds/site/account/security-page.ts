/**
 * How the account is guarded: its password, and what is asked for beside it. Whoever changes a factor shows first that
 * he is the owner; for ten minutes after that the page has the forms to change them.
 */
import type {RegistrationResponseJSON} from '@simplewebauthn/server'
import {toBase64Url, fromBase64Url} from '#std/encoding/base64.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import {cookieOf, hostCookie, setCookie, type CookieKind} from '#pages/cookies.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import type {Proof} from '../../factors/factors.ts'
import {Refusal} from '../../refusal.ts'
import {askerOf, signInBrowser} from '../browser-cookie.ts'
import {
  appPasswordsIn,
  endAppPasswords,
  formTo,
  passwordOwner,
  section,
  passwordField,
  newPasswordField,
} from '../pieces.ts'
import {answerOf, passkeyOf} from '../sign-in/answers.ts'
import {passkeyIsland} from '../sign-in/passkey-form.ts'
import type {SiteParts} from '../site-parts.ts'
import type {Route} from '../visit.ts'
import {factorForms, proofForms, type Shown} from './factor-forms.ts'
import {ownPage, pathOf, type OwnNeeds} from './own-account.ts'
import {passLifeMs} from '../../factors/factors.ts'

type Needs = OwnNeeds & Pick<SiteParts, 'accounts' | 'devices' | 'factors' | 'limits' | 'logins' | 'secure'>

/** As `beginTotp` writes it, and no longer than a picture can hold. */
const setUpShape = /^otpauth:\/\/totp\/[!-~]{1,2000}$/

/** Holds the pass of `Factors.prove`, for as long as that is good. */
const passKind = (secure: boolean): CookieKind => hostCookie({name: 'wholesky-pass', ageS: passLifeMs / 1_000}, secure)

export function securityPage(parts: Needs): Route[] {
  const {accounts, devices, factors, limits, logins, secure} = parts
  const kind = passKind(secure)
  const passOf = (request: Request): string => {
    const bytes = fromBase64Url(cookieOf(request, kind) ?? '')
    return (bytes && fromUtf8(bytes)) ?? ''
  }

  return ownPage<Shown>(
    parts,
    {
      page: 'security',
      title: 'Security',
      islands: [passkeyIsland],
      async show({token, request}, {did, handle, emailConfirmedMs}, shown) {
        const pass = passOf(request)
        const list = await factors.list(did)
        const isProven = await factors.isPass(did, pass)
        const view = {did, name: handle ?? did, token, list, isEmailConfirmed: emailConfirmedMs !== null}
        return html`${
          isProven
            ? factorForms(view, shown, await factors.passkeyCreation(did, pass))
            : proofForms(view, list.passkeys.length > 0 ? await factors.passkeyOptions(did) : undefined)
        }
        ${section(
          'Password',
          list.hasPassword || isProven
            ? passwordForm(pathOf(did, 'security/password'), token, handle ?? did, {
                hasPassword: list.hasPassword,
                hasAppPasswords: (await logins.appPasswords(did)).length > 0,
              })
            : html`<p class="soft small">Your account has none. To set one, show first that it is you, as above.</p>`,
        )}`
      },
    },
    {
      async password({form, request, redirect}, {did, passwordHash, sessionEpoch}) {
        if (passwordHash === null) {
          if (!(await factors.isPass(did, passOf(request)))) {
            throw new Refusal('proof-needed', 'Confirm that it is you first.')
          }
        } else {
          const guess = await limits.takeLogin(did, did, request)
          if (!(await logins.isOwner(did, field(form, 'current'), askerOf(request)))) {
            throw new Refusal('wrong-login', 'The current password is wrong.')
          }
          await guess.right()
        }
        await accounts.changePassword(did, field(form, 'password'), {appPasswords: appPasswordsIn(form)})
        // It ends whatever was signed in, this browser too, and whoever has changed it goes on here: unless somebody else
        // has ended all access at the same moment.
        const cookie = await signInBrowser(devices, did, request, secure, sessionEpoch + 1)
        return redirect(`${pathOf(did, 'security')}?done=password`, [cookie])
      },
      async prove({form, request, redirect}, {did}) {
        const pass = await factors.prove(did, proofOf(form), askerOf(request))
        const cookie = setCookie(kind, toBase64Url(toUtf8(pass)), secure)
        return redirect(pathOf(did, 'security'), [cookie])
      },
      async 'send-code'(_visit, {did}) {
        await factors.sendCode(did)
        return 'code-sent'
      },
      'begin-totp': async ({request}, {did}) => ({setUp: await factors.beginTotp(did, passOf(request))}),
      async 'confirm-totp'({form, request}, {did}) {
        try {
          await factors.confirmTotp(did, passOf(request), field(form, 'code'))
        } catch (error) {
          const setUp = {uri: field(form, 'uri'), secret: field(form, 'secret')}
          const isWrong = error instanceof Refusal && error.reason === 'wrong-factor'
          if (!isWrong || !setUpShape.test(setUp.uri)) throw error
          return {setUp, problem: error.message}
        }
        return 'totp'
      },
      async 'remove-totp'({request}, {did}) {
        await factors.removeTotp(did, passOf(request))
        return 'no-totp'
      },
      async 'add-passkey'({form, request}, {did}) {
        const made = passkeyOf(form) as unknown as RegistrationResponseJSON
        await factors.addPasskey(did, passOf(request), field(form, 'name'), made)
        return 'passkey'
      },
      async 'remove-passkey'({form, request}, {did}) {
        await factors.removePasskey(did, passOf(request), field(form, 'id'))
        return 'no-passkey'
      },
      async 'drop-password'({request, redirect}, {did, sessionEpoch}) {
        await factors.dropPassword(did, passOf(request))
        // As with another password: whoever has done it goes on here.
        const cookie = await signInBrowser(devices, did, request, secure, sessionEpoch + 1)
        return redirect(`${pathOf(did, 'security')}?done=no-password`, [cookie])
      },
      'renew-codes': async ({request}, {did}) => ({codes: await factors.renewRecoveryCodes(did, passOf(request))}),
      async 'email-codes'({form, request}, {did}) {
        const isOn = field(form, 'on') === 'yes'
        await factors.setEmail(did, passOf(request), isOn)
        return isOn ? 'email-codes' : 'no-email-codes'
      },
    },
  )
}

/** What shows that it is the owner. */
function proofOf(form: FormData): Proof {
  return field(form, 'kind') === 'password' ? {kind: 'password', password: field(form, 'password')} : answerOf(form)
}

const passwordForm = (
  path: string,
  token: string,
  name: string,
  {hasPassword, hasAppPasswords}: {hasPassword: boolean; hasAppPasswords: boolean},
): Html =>
  formTo(
    path,
    token,
    html`${passwordOwner(name)}
      ${hasPassword && passwordField('current', 'Current password')}
      ${newPasswordField('New password', ' Every other browser and app is signed out.')}
      ${hasAppPasswords && endAppPasswords(false)}
      <button class="quiet">${hasPassword ? 'Change' : 'Set a'} password</button>`,
  )
