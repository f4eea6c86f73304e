/** On to the app that has asked, with the answer. */
import {html} from '#pages/html.ts'
import type {RedirectTarget} from '../../oauth/authorizations.ts'
import {entryCard, hidden} from '../pieces.ts'
import type {Visit} from '../visit.ts'
import {authorizePath} from './paths.ts'

/**
 * Where forms may lead on pages from which the answer goes to the app, as sources of a content policy: browsers hold the
 * redirect after a form to it, and every further one that the app makes. So it is all of HTTPS for a site, and the
 * scheme alone for an app on a phone.
 */
export function formsToApp(redirectOrigin: string): readonly string[] {
  if (!redirectOrigin.startsWith('http:')) return [redirectOrigin.startsWith('https:') ? 'https:' : redirectOrigin]
  // A content policy has no form for addresses in brackets.
  return [redirectOrigin.includes('[') ? 'http:' : redirectOrigin]
}

/** Sends the browser to the app. In the mode `form_post` that takes a page, whose form a script sends at once. */
export function goOn(visit: Visit, {mode, url, parameters}: RedirectTarget) {
  if (mode !== 'form_post') {
    return new Response(null, {
      status: 303,
      headers: [
        ['location', url],
        ['cache-control', 'no-store'],
        ['referrer-policy', 'no-referrer'],
      ],
    })
  }
  const {origin, host} = new URL(url)
  return visit.page(
    {
      title: 'Go on',
      at: authorizePath,
      shape: 'alone',
      islands: ['authorize/islands/send-on.ts'],
      main: entryCard(
        'Go on to the app',
        `At ${host}.`,
        html`<form class="stack" method="post" action="${url}" data-send-on>
          ${parameters.map(([name, value]) => hidden(name, value))}<button>Go on</button>
        </form>`,
      ),
    },
    {formsTo: [origin]},
  )
}
