/**
 * Where somebody decides on what an app asks for (spec: OAuth, "Authorization Interface"). The page signs in or makes an
 * account where it must, shows in words what is asked, and sends the browser back to the app with the answer.
 */
import {field} from '#pages/form.ts'
import type {Did} from '#atp/syntax/did.ts'
import {problemPage, type Problem} from '#pages/problem.ts'
import type {Device} from '../../store/devices/device-store.ts'
import type {AuthorizationView} from '../../oauth/authorizations.ts'
import {pathOf} from '../account/own-account.ts'
import {signInFor} from '../sign-in/next.ts'
import type {SiteParts} from '../site-parts.ts'
import {signUpFor} from '../sign-up/paths.ts'
import {refusedPage} from '../problems.ts'
import {get, post, type FormVisit, type Route, type Visit} from '../visit.ts'
import {chooserPage} from './chooser.ts'
import {consentPage} from './consent.ts'
import {goOn} from './go-on.ts'
import {authorizePath, namedIn, pathOfRequest, type Named} from './paths.ts'
import {requesterOf} from './requester.ts'
import {stepOf, type Candidate, type Step} from './step.ts'

type Needs = Pick<SiteParts, 'accountStore' | 'authorizations' | 'devices' | 'world' | 'secure'>

export function authorizeRoutes(parts: Needs): Route[] {
  const {accountStore, authorizations, devices, world, secure} = parts

  const candidatesOf = (device: Device | undefined): Candidate[] =>
    (device?.accounts ?? []).map(account => ({...account, isFresh: devices.isFresh(account)}))
  const step = (visit: Visit, asked: AuthorizationView, picked: string | undefined): Step =>
    stepOf({asked, candidates: candidatesOf(visit.session), picked})
  const isGranted = async ({scope, clientId, mustConsent}: AuthorizationView, {did}: Candidate): Promise<boolean> => {
    if (mustConsent) return false
    const granted = new Set((await authorizations.granted(did, clientId))?.split(' '))
    return scope.split(' ').every(one => granted.has(one))
  }

  const agree = ({session}: Visit, uri: string, hash: string, {did, sessionEpoch}: Candidate, scope: string) =>
    authorizations.accept(uri, hash, did, session?.id ?? '', scope, sessionEpoch)

  const show = async (visit: Visit, named: Named, hash: string): Promise<Response> => {
    const asked = await authorizations.open(named.requestUri, named.clientId, hash)
    const {requestUri} = named
    if (visit.url.searchParams.has('choose')) {
      return chooserPage(visit, asked, named, candidatesOf(visit.session))
    }
    const next = step(visit, asked, named.account)
    switch (next.do) {
      case 'reject':
        return goOn(visit, await authorizations.reject(requestUri, hash, next.error))
      case 'sign-up':
        return visit.redirect(signUpFor(pathOfRequest(named)))
      case 'sign-in':
        return visit.redirect(signInFor(pathOfRequest(named), next))
      case 'choose':
        return chooserPage(visit, asked, named, candidatesOf(visit.session))
      case 'go-on': {
        const {account} = next
        if ((await accountStore.byDid(account.did))?.deactivatedMs !== null) {
          if (asked.prompt !== 'none') return problemPage(visit, atRest(account.did))
          return goOn(visit, await authorizations.reject(requestUri, hash, 'interaction_required'))
        }
        if (!(await isGranted(asked, account))) {
          if (asked.prompt !== 'none') return consentPage(visit, {asked, account})
          return goOn(visit, await authorizations.reject(requestUri, hash, 'consent_required'))
        }
        return goOn(visit, await agree(visit, requestUri, hash, account, asked.scope))
      }
    }
  }

  const decide = async (visit: FormVisit): Promise<Response> => {
    const [requestUri, clientId, account, decision] = ['request_uri', 'client_id', 'account', 'decision'].map(name =>
      field(visit.form, name),
    )
    const named = {requestUri, clientId, account}
    const {hash} = requesterOf(visit.request, world, secure)
    if (decision === 'reject') return goOn(visit, await authorizations.reject(requestUri, hash, 'access_denied'))
    const asked = await authorizations.open(requestUri, clientId, hash)
    const next = step(visit, asked, account)
    // Only who is signed in here and now agrees, to what his own page has shown.
    const isAgreed = decision === 'accept' && next.do === 'go-on' && next.account.did === account
    if (!isAgreed) return visit.redirect(pathOfRequest(named))
    return goOn(visit, await agree(visit, requestUri, hash, next.account, asked.scope))
  }

  return [
    get(authorizePath, async visit => {
      const named = namedIn(visit.url.searchParams)
      const within = visit.request.headers.get('sec-fetch-dest') ?? 'document'
      // A page within a page could be laid under somebody's hand. The headers of every answer say so too.
      if (!named || within !== 'document') return problemPage(visit, notFromApp)
      const {hash, cookies} = requesterOf(visit.request, world, secure)
      const response = await show(visit, named, hash).catch((error: unknown) => refusedPage(visit, error))
      // Whatever came of it, the request knows this browser from now on.
      for (const cookie of cookies) response.headers.append('set-cookie', cookie)
      return response
    }),
    post(authorizePath, decide),
  ]
}

/** An account at rest agrees to nothing. */
const atRest = (did: Did): Problem => ({
  status: 403,
  title: 'Your account is deactivated',
  text: 'No app can use it. Activate it, then start again from the app.',
  way: {path: pathOf(did, 'data'), label: 'Activate it'},
})

const notFromApp = {
  status: 400,
  title: 'Nothing was asked for',
  text: 'An app leads here when it wants access to an account. Start again from the app.',
  way: {path: '/account', label: 'Go to your account'},
}
