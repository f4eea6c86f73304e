/** The accounts that this browser is signed in to. */
import {html, type Html} from '#pages/html.ts'
import type {DeviceAccount} from '../../store/devices/device-store.ts'
import {entryCard, formTo, hidden, nameOf} from '../pieces.ts'
import {signInFor} from '../sign-in/next.ts'
import type {SiteParts} from '../site-parts.ts'
import {get, type Route} from '../visit.ts'
import {pathOf} from './own-account.ts'

function choice({did, handle}: DeviceAccount, isFresh: boolean, token: string): Html {
  const name = nameOf({did, handle})
  const path = isFresh ? pathOf(did) : signInFor(pathOf(did), {as: handle ?? did})
  return html`<li>
    <a href="${path}"><b>${name}</b>${!isFresh && html` <span class="soft small">sign in again</span>`}</a>
    ${formTo('/account/sign-out', token, html`${hidden('did', did)}<button class="quiet small-button" aria-label="Sign out ${name}">Sign out</button>`, 'bare')}
  </li>`
}

export const accountsPage = ({devices}: Pick<SiteParts, 'devices'>): Route =>
  get('/account', visit => {
    const accounts = visit.session?.accounts ?? []
    const [first, second] = accounts
    if (!first) return visit.redirect(signInFor('/account'))
    const isOnly = !second && !visit.url.searchParams.has('all')
    if (isOnly && devices.isFresh(first)) return visit.redirect(pathOf(first.did))
    return visit.page({
      title: 'Accounts',
      at: '/account',
      shape: 'alone',
      main: entryCard(
        'Accounts',
        'This browser is signed in to these.',
        html`<ul class="things">
            ${accounts.map(account => choice(account, devices.isFresh(account), visit.token))}
          </ul>
          <p><a class="button quiet" href="${signInFor('/account')}">Sign in to another account</a></p>`,
      ),
    })
  })
