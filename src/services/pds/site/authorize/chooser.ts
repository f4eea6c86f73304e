/** Which of the accounts that the browser is signed in to is to be used with an app. */
import {html} from '#pages/html.ts'
import type {AuthorizationView} from '../../oauth/authorizations.ts'
import {entryCard, nameOf} from '../pieces.ts'
import {signInFor} from '../sign-in/next.ts'
import type {Visit} from '../visit.ts'
import {appName} from './app-name.ts'
import {formsToApp} from './go-on.ts'
import {authorizePath, pathOfRequest, type Named} from './paths.ts'
import type {Candidate} from './step.ts'

export const chooserPage = (
  visit: Visit,
  asked: AuthorizationView,
  named: Named,
  candidates: readonly Candidate[],
): Promise<Response> =>
  visit.page(
    {
      title: 'Choose an account',
      at: authorizePath,
      shape: 'alone',
      main: entryCard(
        'Choose an account',
        html`To use with ${appName(asked)}.`,
        html`<ul class="accounts">
            ${candidates.map(
              ({did, handle, isFresh}) =>
                html`<li>
                  <a class="button quiet" href="${pathOfRequest({...named, account: did})}"
                    >${nameOf({did, handle})}${!isFresh && html` <span class="soft small">sign in again</span>`}</a
                  >
                </li>`,
            )}
          </ul>
          <p class="small"><a href="${signInFor(pathOfRequest({...named, account: undefined}))}">Another account</a></p>`,
      ),
    },
    {formsTo: formsToApp(asked.redirectOrigin)},
  )
