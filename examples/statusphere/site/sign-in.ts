/** Signing in and out. People sign in at their own server; here they only say which one that is. */
import {hashOfSecret, isSameSecret} from '#engines/crypto/secrets.ts'
import type {Attempts} from '#pages/attempts.ts'
import {setCookie, type CookieKind} from '#pages/cookies.ts'
import {formToken} from '#pages/form-token.ts'
import {field} from '#pages/form.ts'
import {html} from '#pages/html.ts'
import {problemPage} from '#pages/problem.ts'
import {get, post, type FormVisit, type Route} from '#pages/routes.ts'
import {OAuthFailure, type OAuthClient, type OAuthSession, type World} from '#sdk/mod.ts'
import type {SignInStore} from '../store/sign-in-store.ts'
import type {Person, PersonVisit} from './person.ts'
import {sessionKind, type SignedIds} from './session-cookie.ts'

export interface SignInDeps {
  client: OAuthClient
  signIns: SignInStore
  ids: SignedIds
  attempts: Attempts<'sign-in'>
  /** Over HTTPS alone, its name says so. */
  cookie: CookieKind
  secure: boolean
  /** Whose servers a form may lead to. */
  formsTo: readonly string[]
  /** Looks at who has just come. */
  welcome: (session: OAuthSession) => Promise<void>
  /** Somebody is signed in nowhere any more. */
  left: (did: string) => Promise<void>
  world: Pick<World, 'now' | 'random'>
}

export const signInRoutes = (deps: SignInDeps): readonly Route<Person>[] => [
  get('/sign-in', visit => signInPage(visit, deps)),
  post('/sign-in', visit => begin(visit, deps)),
  get('/oauth/callback', visit => finish(visit, deps)),
  get('/sign-out', visit => signOutPage(visit)),
  post('/sign-out', visit => signOut(visit, deps)),
]

const why: Readonly<Record<string, string>> = {
  ended: 'Your server has ended the session. Sign in again.',
  denied: 'You have not let this app in. Nothing was done.',
  elsewhere: 'That sign-in was begun in another browser, or too long ago. Begin it here.',
}

async function signInPage(
  visit: PersonVisit,
  {formsTo}: SignInDeps,
  {handle = '', fault}: {handle?: string; fault?: string} = {},
): Promise<Response> {
  const told = fault ?? why[visit.url.searchParams.get('why') ?? '']
  return visit.page(
    {
      title: 'Sign in',
      at: '/sign-in',
      shape: 'alone',
      main: html`<section class="card stack">
        <h1>Sign in</h1>
        ${told !== undefined && html`<p class="notice bad" role="alert">${told}</p>`}
        <form class="stack" method="post" action="/sign-in">
          ${formToken(visit.token)}
          <label class="field">
            Your handle
            <input name="handle" required autocomplete="username" autocapitalize="none" spellcheck="false" placeholder="alice.example.com" value="${handle}" />
          </label>
          <p class="soft small">You sign in at your own server, which asks you what this app may do. Your password stays there.</p>
          <p class="row"><button>Go on</button> <a href="/">Back</a></p>
        </form>
      </section>`,
    },
    {status: fault === undefined ? 200 : 422, formsTo},
  )
}

/** Sends the browser to the server of that handle. */
async function begin(visit: FormVisit<Person>, deps: SignInDeps): Promise<Response> {
  const handle = field(visit.form, 'handle').trim().replace(/^@/, '').slice(0, 300)
  if (handle === '') return signInPage(visit, deps, {fault: 'Enter your handle.'})
  if (!(await deps.attempts.admit('sign-in', visit.request))) {
    return signInPage(visit, deps, {handle, fault: 'Too many tries. Wait some minutes.'})
  }
  try {
    // The token of this browser's forms: the answer is good in no other.
    const to = await deps.client.authorize(handle, {appState: visit.token})
    return new Response(null, {status: 303, headers: {location: to.href}})
  } catch (error) {
    if (!(error instanceof OAuthFailure)) throw error
    return signInPage(visit, deps, {handle, fault: faultOf(error)})
  }
}

function faultOf({reason, message}: OAuthFailure): string {
  if (reason === 'unknown-account') return 'Nobody has that handle.'
  // Where no server answers for a handle, nobody can tell whether there is one.
  if (reason === 'unreachable')
    return `Nobody was found by that handle. It may be mistyped, or its server away. (${message})`
  return `That server cannot sign you in: ${message}`
}

/** Takes the answer that the browser comes back with. */
async function finish(visit: PersonVisit, deps: SignInDeps): Promise<Response> {
  const {client, signIns, ids, cookie, secure, welcome, world} = deps
  try {
    const {session, appState} = await client.callback(visit.url.searchParams)
    if (appState === undefined || !isSameSecret(appState, visit.token)) {
      await session.signOut()
      return visit.redirect('/sign-in?why=elsewhere')
    }
    await welcome(session)
    if (visit.session) await signIns.removeBrowser(visit.session.browser)
    const secret = ids.make(world)
    await signIns.addBrowser(hashOfSecret(secret), session.did, world.now() + sessionKind.ageS * 1000)
    return visit.redirect('/', [setCookie(cookie, secret, secure)])
  } catch (error) {
    if (!(error instanceof OAuthFailure)) throw error
    if (error.reason === 'denied') return visit.redirect('/sign-in?why=denied')
    if (error.reason === 'unknown-state') return visit.redirect('/sign-in?why=elsewhere')
    const way = {path: '/sign-in', label: 'Try again'}
    return problemPage(visit, {status: 502, title: 'You could not be signed in', text: error.message, way})
  }
}

const signOutPage = (visit: PersonVisit): Response | Promise<Response> =>
  visit.session === undefined
    ? visit.redirect('/')
    : visit.page({
        title: 'Sign out',
        at: '/sign-out',
        shape: 'alone',
        main: html`<form class="card stack" method="post" action="/sign-out">
          ${formToken(visit.token)}
          <h1>Sign out?</h1>
          <p class="soft">What you have written stays with your account.</p>
          <p class="row"><button>Sign out</button> <a href="/">Back</a></p>
        </form>`,
      })

/** Ends it in this browser; in the last one the app gives back what it was given, too. */
async function signOut(visit: FormVisit<Person>, deps: SignInDeps): Promise<Response> {
  const {client, signIns, cookie, secure, left} = deps
  const {session: person} = visit
  if (person && (await signIns.removeBrowser(person.browser))) {
    await client.signOut(person.did)
    await left(person.did)
  }
  return visit.redirect('/', [setCookie(cookie, undefined, secure)])
}
