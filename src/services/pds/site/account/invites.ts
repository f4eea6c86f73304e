/** The invite codes of an account: those that others can still come by, and who came by them. */
import {html, type Html} from '#pages/html.ts'
import {isOpen} from '../../accounts/invites.ts'
import type {Account} from '../../store/accounts/account-store.ts'
import {section} from '../pieces.ts'
import type {SiteParts} from '../site-parts.ts'
import {signUpPath} from '../sign-up/paths.ts'

type Needs = Pick<SiteParts, 'invites' | 'publicUrl'>

/** Nothing where the account has none. Codes that it has earned meanwhile are made. */
export async function invitesSection({invites, publicUrl}: Needs, account: Account): Promise<Html | undefined> {
  const all = await invites.listOf(account, true)
  if (all.length === 0) return undefined
  const open = all.filter(isOpen)
  const used = all.reduce((count, {usedBy}) => count + usedBy.length, 0)
  return section(
    'Invite codes',
    html`<p class="soft small">
        ${open.length === 0 ? 'All of yours are used up.' : 'For people you want here. Give each a link, or the code.'}
        ${used > 0 && `${used} ${used === 1 ? 'account was' : 'accounts were'} made with yours.`}
      </p>
      <ul class="things">
        ${open.map(
          ({code, uses, usedBy}) =>
            html`<li>
              <a class="mono" href="${publicUrl}${signUpPath}?invite=${encodeURIComponent(code)}">${code}</a>
              <span class="soft small">good for ${uses - usedBy.length} more</span>
            </li>`,
        )}
      </ul>`,
  )
}
