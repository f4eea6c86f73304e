/** How the account is guarded: its password, and what is asked for beside it. */
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {newPasswordLengthMax, newPasswordLengthMin} from '../../accounts/passwords.ts'
import {signInBrowser} from '../browser-cookie.ts'
import {formTo, section, textField} from '../pieces.ts'
import type {SiteParts} from '../site-parts.ts'
import type {Route} from '../visit.ts'
import {Refusal} from '../../refusal.ts'
import {ownPage, pathOf, type OwnNeeds} from './own-account.ts'

type Needs = OwnNeeds & Pick<SiteParts, 'accounts' | 'devices' | 'limits' | 'logins' | 'secure'>

export function securityPage(parts: Needs): Route[] {
  const {accounts, devices, limits, logins, secure} = parts
  return ownPage(
    parts,
    {
      page: 'security',
      title: 'Security',
      show: ({token}, {did, handle}) =>
        section('Password', passwordForm(pathOf(did, 'security/password'), token, handle ?? did)),
    },
    {
      async password({form, request, redirect}, {did}) {
        const guess = await limits.takeLogin(did, did, request)
        if (!(await logins.isOwner(did, field(form, 'current')))) {
          throw new Refusal('wrong-login', 'The current password is wrong.')
        }
        await guess.right()
        await accounts.changePassword(did, field(form, 'password'))
        // It ends whatever was signed in, this browser too, and whoever has changed it goes on here.
        const cookie = await signInBrowser(devices, did, request, secure)
        return redirect(`${pathOf(did, 'security')}?done=password`, [cookie])
      },
    },
  )
}

const passwordForm = (path: string, token: string, name: string): Html =>
  formTo(
    path,
    token,
    html`<input type="text" name="username" value="${name}" autocomplete="username" hidden />
      ${textField({name: 'current', label: 'Current password', type: 'password', autocomplete: 'current-password', lengthMax: 512})}
      ${textField({name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', lengthMax: newPasswordLengthMax, hint: `At least ${newPasswordLengthMin} characters. Every other browser and app is signed out.`})}
      <button class="quiet">Change password</button>`,
  )
