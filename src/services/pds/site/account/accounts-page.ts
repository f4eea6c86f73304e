/** The accounts that this browser is signed in to. */
import {html, type Html} from '#pages/html.ts'
import type {DeviceAccount} from '../../store/devices/device-store.ts'
import {entryCard} from '../pieces.ts'
import {signInFor} from '../sign-in/next.ts'
import type {SiteParts} from '../site-parts.ts'
import {get, type Route} from '../visit.ts'
import {pathOf} from './own-account.ts'

const choice = ({did, handle}: DeviceAccount, isFresh: boolean): Html =>
  html`<li><a class="button quiet" href="${isFresh ? pathOf(did) : signInFor(pathOf(did), {as: handle ?? did})}">${handle === null ? did : `@${handle}`}${!isFresh && html`<span class="soft small">sign in again</span>`}</a></li>`

export const accountsPage = ({devices}: Pick<SiteParts, 'devices'>): Route =>
  get('/account', visit => {
    const accounts = visit.session?.accounts ?? []
    const [first, second] = accounts
    if (!first) return visit.redirect(signInFor('/account'))
    if (!second && !visit.url.searchParams.has('all') && devices.isFresh(first))
      return visit.redirect(pathOf(first.did))
    return visit.page({
      title: 'Accounts',
      at: '/account',
      shape: 'alone',
      main: entryCard(
        'Accounts',
        'This browser is signed in to these.',
        html`<ul class="accounts">${accounts.map(account => choice(account, devices.isFresh(account)))}</ul>
          <p class="small"><a href="${signInFor('/account')}">Sign in to another account</a></p>`,
      ),
    })
  })
