/** The first page of the server, for people; machines get a plain line (`site.ts`). */
import {html, type Html} from '#pages/html.ts'
import {signInPath} from './sign-in/next.ts'
import {signUpPath} from './sign-up/paths.ts'
import type {SiteParts} from './site-parts.ts'
import {get, type Route} from './visit.ts'
import {links} from './pieces.ts'

type Needs = Pick<
  SiteParts,
  'publicUrl' | 'handleDomains' | 'inviteRequired' | 'privacyPolicyUrl' | 'termsOfServiceUrl' | 'contactEmail'
>

export function homePage(parts: Needs): Route {
  const {host} = new URL(parts.publicUrl)
  return get('/', async visit => {
    const response = await visit.page({
      title: 'Welcome',
      at: '/',
      shape: 'alone',
      main: html`<section class="entry card">
        <h1>${host}</h1>
        <p>A home for accounts of the AT Protocol network: what people here write, and whom they follow, is kept here, and theirs to take elsewhere.</p>
        ${visit.session ? html`<a class="button" href="/account">Your account</a>` : welcome(parts)}
        ${linksOf(parts)}
      </section>`,
    })
    response.headers.set('vary', 'accept')
    return response
  })
}

const welcome = ({inviteRequired, handleDomains}: Needs): Html =>
  html`<a class="button" href="${signInPath}">Sign in</a>
    <a class="button quiet" href="${signUpPath}">Create an account</a>
    <p class="hint">
      ${handleDomains.length > 0 && html`Handles here end in ${handleDomains.join(' or ')}.`}
      ${inviteRequired && 'New accounts need an invite code.'}
    </p>`

function linksOf({privacyPolicyUrl, termsOfServiceUrl, contactEmail}: Needs): Html {
  const all = {Terms: termsOfServiceUrl, Privacy: privacyPolicyUrl, 'AT Protocol': 'https://atproto.com'}
  return html`<p class="small">
    ${links(all, ' · ')}
    ${contactEmail !== undefined && html` · <a href="mailto:${contactEmail}">Contact</a>`}
  </p>`
}
