/** Signing in with a password, and out. */
import {isDid} from '#atp/syntax/did.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {signInBrowser} from '../browser-cookie.ts'
import {Refusal} from '../../refusal.ts'
import {entryCard, fault} from '../pieces.ts'
import type {SiteParts} from '../site-parts.ts'
import {resetPath} from '../reset/reset.ts'
import {signUpFor} from '../sign-up/paths.ts'
import {told} from '../told.ts'
import {nextOf, signInPath} from './next.ts'
import {get, post, type Route, type Visit} from '../visit.ts'

interface Filled {
  identifier: string
  /** Where to go from here. */
  next: string
}

const form = ({identifier, next}: Filled, token: string, problem: string | undefined): Html =>
  html`${fault(problem)}
    <form class="stack" method="post" action="${signInPath}">
      ${formToken(token)}<input type="hidden" name="next" value="${next}" />
      <label class="field">Handle or e-mail
        <input name="identifier" value="${identifier}" required maxlength="300" autocomplete="username" autocapitalize="none" spellcheck="false" ${identifier === '' && html`autofocus`} />
      </label>
      <label class="field">Password
        <input name="password" type="password" required maxlength="512" autocomplete="current-password" ${identifier !== '' && html`autofocus`} />
      </label>
      <button>Sign in</button>
    </form>
    <p class="small"><a href="${resetPath}">Forgot your password?</a> · <a href="${signUpFor(next)}">Create an account</a></p>`

export function signInRoutes(parts: SiteParts): Route[] {
  const {devices, logins, limits, signIn, handleDomains, publicUrl, secure} = parts
  const {host} = new URL(publicUrl)
  const page = (visit: Visit, filled: Filled, problem?: string): Promise<Response> =>
    visit.page(
      {
        title: 'Sign in',
        at: signInPath,
        shape: 'alone',
        main: entryCard('Sign in', `With your account on ${host}.`, form(filled, visit.token, problem)),
      },
      {status: problem === undefined ? 200 : 422},
    )
  return [
    get(signInPath, visit => {
      const {searchParams} = visit.url
      return page(visit, {identifier: searchParams.get('as') ?? '', next: nextOf(searchParams.get('next') ?? '')})
    }),

    post(signInPath, async visit => {
      const identifier = field(visit.form, 'identifier').trim().replace(/^@/, '')
      const password = field(visit.form, 'password')
      const filled = {identifier, next: nextOf(field(visit.form, 'next'))}
      if (identifier === '' || password === '') return page(visit, filled, 'Enter your handle and your password.')
      try {
        const name = withDomain(identifier, handleDomains)
        const guess = await limits.takeLogin(identifier, (await logins.find(name))?.did, visit.request)
        const begun = await signIn.begin(name, password)
        await guess.right()
        if ('ticket' in begun) return await page(visit, filled, 'This account is guarded by a second factor.')
        return visit.redirect(filled.next, [await signInBrowser(devices, begun.account.did, visit.request, secure)])
      } catch (error) {
        const isWrong = error instanceof Refusal && error.reason === 'wrong-login'
        return page(visit, filled, isWrong ? 'Wrong handle or password.' : told(error))
      }
    }),

    post('/account/sign-out', async visit => {
      const did = field(visit.form, 'did')
      if (visit.session && isDid(did)) await devices.signOut(visit.session, did)
      return visit.redirect('/account')
    }),
  ]
}

/** `alice` is `alice.example.com` where handles end so. */
const withDomain = (name: string, [domain = '']: readonly string[]): string =>
  /[.@:]/.test(name) ? name : `${name}${domain}`
