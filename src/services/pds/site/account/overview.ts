/** The account at a glance: who it is, its handle and its email address. */
import {confirmEmail} from '#lex/gen/com/atproto/server/confirmEmail.ts'
import {requestEmailConfirmation} from '#lex/gen/com/atproto/server/requestEmailConfirmation.ts'
import {requestEmailUpdate} from '#lex/gen/com/atproto/server/requestEmailUpdate.ts'
import {updateEmail} from '#lex/gen/com/atproto/server/updateEmail.ts'
import {updateHandle} from '#lex/gen/com/atproto/identity/updateHandle.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {wholeTimeOf} from '#pages/time.ts'
import type {Account} from '../../store/accounts/account-store.ts'
import type {SiteParts} from '../site-parts.ts'
import {codeField, formTo, hidden, section, textField, handleText} from '../pieces.ts'
import type {Route} from '../visit.ts'
import {invitesSection} from './invites.ts'
import {ownPage, pathOf, type OwnNeeds} from './own-account.ts'

interface More {
  /** An address that waits for the code which has gone to the old one. */
  newEmail: string
}

type Needs = OwnNeeds & Pick<SiteParts, 'accounts' | 'emails' | 'invites' | 'limits' | 'handleDomains' | 'publicUrl'>

export function overviewPage(parts: Needs): Route[] {
  const {accounts, emails, limits, handleDomains} = parts
  return ownPage<More>(
    parts,
    {
      page: '',
      title: 'Account',
      show: async ({token}, account, {newEmail}) =>
        html`${standing(account)} ${facts(account)}
        ${handleForm(account, token, handleDomains)}
        ${emailForms(account, token, newEmail)} ${await invitesSection(parts, account)}`,
    },
    {
      async handle({form}, {did}) {
        await limits.takeCall(did, updateHandle.nsid)
        await accounts.changeHandle(did, field(form, 'handle').trim().replace(/^@/, ''))
        return 'handle'
      },
      async 'send-confirmation'(_visit, {did}) {
        await limits.takeCall(did, requestEmailConfirmation.nsid)
        await emails.sendCode(did, 'confirm_email')
        return 'confirm-sent'
      },
      async confirm({form}, {did, email}) {
        await limits.takeCall(did, confirmEmail.nsid)
        await emails.confirm(did, email ?? '', field(form, 'code'))
        return 'confirmed'
      },
      async email({form}, {did}) {
        const [email, code] = [field(form, 'email').trim(), field(form, 'code').trim()]
        if (code === '') {
          await limits.takeCall(did, requestEmailUpdate.nsid)
          if (await emails.requestChange(did)) return {newEmail: email}
        }
        await limits.takeCall(did, updateEmail.nsid)
        await emails.change(did, email, code === '' ? undefined : code)
        return 'email'
      },
    },
    ['handle', 'email'],
  )
}

const standing = ({did, deactivatedMs, deleteAfterMs}: Account): Html | undefined =>
  deactivatedMs === null
    ? undefined
    : html`<p class="notice bad">
        Your account is deactivated: nobody sees it.
        ${deleteAfterMs !== null && html`It will be deleted on ${wholeTimeOf(deleteAfterMs)}.`}
        <a href="${pathOf(did, 'data')}">Activate it</a>
      </p>`

const facts = ({did, handle, createdMs}: Account): Html =>
  section(
    handleText({handle}),
    html`<dl class="facts">
      <dt>DID</dt><dd class="mono">${did}</dd>
      <dt>Since</dt><dd>${wholeTimeOf(createdMs)}</dd>
    </dl>`,
  )

const handleForm = ({did, handle}: Account, token: string, domains: readonly string[]): Html =>
  section(
    'Handle',
    html`<p class="soft small">Your name on the network: one that ends in ${domains.join(' or ')}, or a domain of your own.</p>
      ${formTo(pathOf(did, 'handle'), token, html`${textField({name: 'handle', label: 'New handle', value: handle ?? '', lengthMax: 260})}<button class="quiet">Change handle</button>`)}
      <details>
        <summary>How to use a domain of your own</summary>
        <p class="small">Add this record to the DNS of the domain, then enter the domain above.</p>
        <dl class="facts small">
          <dt>Name</dt><dd class="mono">_atproto.your-domain.example</dd>
          <dt>Type</dt><dd class="mono">TXT</dd>
          <dt>Value</dt><dd class="mono">did=${did}</dd>
        </dl>
        <p class="small">Or let the domain answer at <span class="mono">/.well-known/atproto-did</span> with the DID alone.</p>
      </details>`,
  )

const emailForms = ({did, email, emailConfirmedMs}: Account, token: string, newEmail: string | undefined): Html => {
  const isConfirmed = emailConfirmedMs !== null
  return section(
    'Email',
    html`<p>
        ${email ?? 'None'} ${email !== null && (isConfirmed ? html`<span class="pill good">confirmed</span>` : html`<span class="pill warn">not confirmed</span>`)}
      </p>
      ${
        email !== null &&
        !isConfirmed &&
        html`${formTo(pathOf(did, 'confirm'), token, html`${codeField({focus: false})}<button class="quiet">Confirm</button>`)}
        ${formTo(pathOf(did, 'send-confirmation'), token, html`<button class="quiet small-button">Send me a code</button>`, 'bare')}`
      }
      ${
        newEmail === undefined
          ? html`<details>
              <summary>Change the address</summary>
              ${formTo(
                pathOf(did, 'email'),
                token,
                html`${textField({name: 'email', label: 'New address', type: 'email', autocomplete: 'email', hint: isConfirmed ? 'A code goes to the old address first.' : undefined})}
                  <button class="quiet">Change address</button>`,
              )}
            </details>`
          : html`<p class="notice" role="status">A code went to ${email}. Enter it to change the address to ${newEmail}.</p>
              ${formTo(pathOf(did, 'email'), token, html`${hidden('email', newEmail)}${codeField()}<button>Change address</button>`)}`
      }`,
  )
}
