/** What an app asks for, in words, and who it is as far as that can be known; to agree or not. */
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import type {AuthorizationView} from '../../oauth/authorizations.ts'
import {hidden, nameOf, links} from '../pieces.ts'
import {plainText} from '../plain-text.ts'
import type {Visit} from '../visit.ts'
import {appName} from './app-name.ts'
import {formsToApp} from './go-on.ts'
import {authorizePath, pathOfRequest} from './paths.ts'
import type {Candidate} from './step.ts'
import {setList, wishList} from './wishes.ts'

export interface Consent {
  asked: AuthorizationView
  account: Candidate
}

export function consentPage(visit: Visit, {asked, account}: Consent): Promise<Response> {
  const {clientId, requestUri, scope, sets} = asked
  const name = nameOf(account)
  return visit.page(
    {
      title: 'Give access',
      at: authorizePath,
      shape: 'alone',
      main: html`<section class="entry card">
        <h1>Give access?</h1>
        <p>${appName(asked)} wants to use your account <b>${name}</b>.</p>
        ${whoAsks(asked)}
        <h2>It could</h2>
        ${wishList(scope)} ${setList(sets)}
        <form class="stack" method="post" action="${authorizePath}">
          ${formToken(visit.token)} ${hidden('client_id', clientId)} ${hidden('request_uri', requestUri)}
          ${hidden('account', account.did)}
          <div class="choices">
            <button class="quiet" name="decision" value="reject">Refuse</button>
            <button name="decision" value="accept">Allow</button>
          </div>
        </form>
        <p class="small soft">
          You can end its access at any time under Account, Apps.
          <a href="${pathOfRequest({requestUri, clientId, account: undefined})}&amp;choose=1">Not ${name}?</a>
        </p>
      </section>`,
    },
    {formsTo: formsToApp(asked.redirectOrigin)},
  )
}

/** Who asks: the host is known, all else is what it says of itself. */
function whoAsks(asked: AuthorizationView): Html {
  const {client} = asked
  if (client.isLoopback) {
    return html`<p class="notice warn">
      It runs on this computer, and could be any program there. Allow it only if you have started it yourself.
    </p>`
  }
  return html`${
    !client.isTrusted &&
    html`<p class="notice">
      ${client.name !== undefined && html`It calls itself “${plainText(client.name)}”. `}Whoever runs this server does not vouch for it: allow it only if you know its
      address, <span class="mono">${asked.clientId}</span>.
    </p>`
  }
    ${linksOf(client)}`
}

/** They lead to a stranger's pages, which learn nothing of this one. */
const outward = html`target="_blank" rel="noopener noreferrer nofollow"`

function linksOf({uri, tosUri, policyUri}: AuthorizationView['client']): Html | undefined {
  const shown = links({Website: uri, Terms: tosUri, Privacy: policyUri}, ' · ', outward)
  return shown.length === 0 ? undefined : html`<p class="small">${shown}</p>`
}
