/** Signing in and out. */
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {secretOf} from '#pages/cookies.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {isOwnPath} from '#pages/routes.ts'
import {get, post, type Route, type Visit} from '../../visit.ts'
import {sessionCookie, sessionKind} from '../../sessions/session-cookie.ts'
import type {AppParts} from '../app-parts.ts'

interface Filled {
  identifier: string
  next: string
  /** The server asks for the code it has sent by e-mail. */
  code: boolean
}

const words: Readonly<Record<string, string>> = {
  AuthenticationRequired: 'Wrong handle or password.',
  InvalidRequest: 'Wrong handle or password.',
  AccountTakedown: 'This account has been taken down. Ask the people who run this server.',
  RateLimitExceeded: 'Too many attempts. Wait a few minutes, then try again.',
  UpstreamFailure: 'The account server does not respond. Try again in a moment.',
  UpstreamTimeout: 'The account server did not respond in time. Try again in a moment.',
}

const needsCode = (error: UpstreamError): boolean => error.error === 'AuthFactorTokenRequired'

/** A card in the middle of an otherwise empty page. */
export const entryCard = (title: string, hint: Html, inside: Html): Html =>
  html`<section class="entry-card">
    <h1>${title}</h1>
    <p class="soft">${hint}</p>
    ${inside}
  </section>`

export const fault = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="notice bad" role="alert">${text}</p>`

const form = ({identifier, next, code}: Filled, token: string, problem: string | undefined): Html =>
  html`${fault(problem)}
    <form class="stack" method="post" action="/sign-in">
      ${formToken(token)}<input type="hidden" name="next" value="${next}" />
      <label class="field">Handle or e-mail
        <input name="identifier" value="${identifier}" required autocomplete="username" autocapitalize="none" spellcheck="false" ${identifier === '' && html`autofocus`} />
      </label>
      <label class="field">Password
        <input name="password" type="password" required autocomplete="current-password" ${identifier !== '' && html`autofocus`} />
      </label>
      ${code && html`<label class="field">Code<input name="code" required autocomplete="one-time-code" /></label>`}
      <button>Sign in</button>
    </form>
    <p class="small">New here? <a href="/sign-up">Create an account</a></p>`

const hint = html`With your account on this network.`

const page = (visit: Visit, filled: Filled, problem?: string, status = problem === undefined ? 200 : 422) =>
  visit.page(
    {title: 'Sign in', at: '/sign-in', main: entryCard('Sign in', hint, form(filled, visit.token, problem))},
    {status},
  )

export const signInRoutes = ({
  sessions,
  attempts,
  secure,
  pds,
}: Pick<AppParts, 'sessions' | 'attempts' | 'secure' | 'pds'>): Route[] => {
  return [
    get('/sign-in', visit => {
      const next = visit.url.searchParams.get('next') ?? ''
      if (visit.session) return visit.redirect(isOwnPath(next) ? next : '/timeline')
      const ended = visit.url.searchParams.get('why') === 'ended'
      const filled = {identifier: '', next, code: false}
      return page(visit, filled, ended ? 'Your session has expired. Sign in again.' : undefined, 200)
    }),

    post('/sign-in', async visit => {
      const {form: sent} = visit
      const identifier = field(sent, 'identifier').trim().replace(/^@/, '')
      const password = field(sent, 'password')
      const next = field(sent, 'next')
      const code = field(sent, 'code').trim()
      const filled = {identifier, next, code: code !== ''}
      if (!(await attempts.admit('sign-in', visit.request))) return page(visit, filled, words.RateLimitExceeded)
      if (identifier === '' || password === '') return page(visit, filled, 'Enter your handle and your password.')
      try {
        const name = /[.@:]/.test(identifier) ? identifier : await withDomain(identifier, pds)
        const login = {identifier: name, password, authFactorToken: code || undefined}
        const secret = await sessions.signIn(login, peerAddress(visit.request))
        return visit.redirect(isOwnPath(next) ? next : '/timeline', [sessionCookie(secret, secure)])
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        // Which code, and where it is, is for the server to say: it may be of an app, or have gone out by e-mail.
        if (needsCode(error)) return page(visit, {...filled, code: true}, error.message)
        return page(visit, filled, words[error.error] ?? error.message)
      }
    }),

    post('/sign-out', async visit => {
      const secret = secretOf(visit.request, sessionKind)
      if (secret !== undefined) await sessions.signOut(secret)
      return visit.redirect('/', [sessionCookie(undefined, secure)])
    }),
  ]
}

/** `alice` is `alice.test` where handles end so. */
async function withDomain(name: string, pds: AppParts['pds']): Promise<string> {
  const {availableUserDomains} = await pds.query(describeServer)
  return `${name}${availableUserDomains[0] ?? ''}`
}
