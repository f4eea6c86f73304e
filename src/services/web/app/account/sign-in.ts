/** Signing in and out. */
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {secretOf} from '#pages/cookies.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {isOwnPath} from '#pages/routes.ts'
import {get, post, type FormVisit, type Route, type Visit} from '../../visit.ts'
import type {PendingLogin} from '../../sessions/pending-logins.ts'
import {sessionCookie, sessionKind} from '../../sessions/session-cookie.ts'
import type {AppParts} from '../app-parts.ts'

interface Filled {
  identifier: string
  next: string
}

const tooMany = 'Too many attempts. Wait a few minutes, then try again.'

const words: Readonly<Record<string, string>> = {
  AuthenticationRequired: 'Wrong handle or password.',
  InvalidRequest: 'Wrong handle or password.',
  AccountTakedown: 'This account has been taken down. Ask the people who run this server.',
  RateLimitExceeded: tooMany,
  UpstreamFailure: 'The account server does not respond. Try again in a moment.',
  UpstreamTimeout: 'The account server did not respond in time. Try again in a moment.',
}

/** Of the code, where all else was right. */
const codeWords: Readonly<Record<string, string>> = {
  InvalidToken:
    'This code is wrong, too old, or has already been used. If you have used it just now, wait for the next code.',
  ExpiredToken: 'This code is too old. Sign in once more for a new one.',
  InvalidRequest: 'This code was not accepted. Try again.',
  AuthFactorTokenRequired: 'This code was not accepted. Try again.',
}

/** What no other code can mend. */
const endings: ReadonlySet<string> = new Set(['AuthenticationRequired', 'AccountTakedown'])

/** Longer than any code. */
const codeLengthMax = 60

/** A card in the middle of an otherwise empty page. */
export const entryCard = (title: string, hint: Html, inside: Html): Html =>
  html`<section class="entry-card">
    <h1>${title}</h1>
    <p class="soft">${hint}</p>
    ${inside}
  </section>`

export const fault = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="notice bad" role="alert">${text}</p>`

const form = ({identifier, next}: Filled, token: string, problem: string | undefined): Html =>
  html`${fault(problem)}
    <form class="stack" method="post" action="/sign-in">
      ${formToken(token)}<input type="hidden" name="next" value="${next}" />
      <label class="field">Handle or email
        <input name="identifier" value="${identifier}" required autocomplete="username" autocapitalize="none" spellcheck="false" ${identifier === '' && html`autofocus`} />
      </label>
      <label class="field">Password
        <input name="password" type="password" required autocomplete="current-password" ${identifier !== '' && html`autofocus`} />
      </label>
      <button>Sign in</button>
    </form>
    <p class="small">New here? <a href="/sign-up">Create an account</a></p>`

const hint = html`With your account on this network.`

const page = (visit: Visit, filled: Filled, problem?: string, status = problem === undefined ? 200 : 422) =>
  visit.page(
    {title: 'Sign in', at: '/sign-in', main: entryCard('Sign in', hint, form(filled, visit.token, problem))},
    {status},
  )

interface CodeStep {
  ticket: string
  next: string
}

/** Which code, and where it is, is for the server to say: it may be of an app, or have gone out by mail. */
const codePage = (visit: Visit, {ticket, next}: CodeStep, {name, asked}: PendingLogin, problem?: string) => {
  const main = html`${fault(problem)}
    <form class="stack" method="post" action="/sign-in">
      ${formToken(visit.token)}<input type="hidden" name="next" value="${next}" /><input type="hidden" name="ticket" value="${ticket}" />
      <p>${asked}</p>
      <label class="field">Code
        <input name="code" required maxlength="${codeLengthMax}" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" autofocus />
      </label>
      <button>Sign in</button>
    </form>
    <p class="small"><a href="/sign-in?next=${encodeURIComponent(next)}">Sign in as somebody else</a></p>`
  const card = entryCard('Second step', html`Signing in as <b>${name}</b>.`, main)
  return visit.page({title: 'Second step', at: '/sign-in', main: card}, {status: problem === undefined ? 200 : 422})
}

export const signInRoutes = ({
  sessions,
  attempts,
  secure,
  pds,
}: Pick<AppParts, 'sessions' | 'attempts' | 'secure' | 'pds'>): Route[] => {
  const {pending} = sessions

  const letIn = async (visit: FormVisit, login: Parameters<typeof sessions.signIn>[0], next: string) => {
    const secret = await sessions.signIn(login, peerAddress(visit.request))
    return visit.redirect(isOwnPath(next) ? next : '/timeline', [sessionCookie(secret, secure)])
  }

  const withCode = async (visit: FormVisit, ticket: string, next: string): Promise<Response> => {
    const login = pending.find(ticket)
    if (!login) return page(visit, {identifier: '', next}, 'This took too long. Sign in once more.')
    const again = (problem: string) => codePage(visit, {ticket, next}, login, problem)
    if (!(await attempts.admit('sign-in', visit.request))) return again(tooMany)
    const code = field(visit.form, 'code').trim().slice(0, codeLengthMax)
    if (code === '') return again('Enter the code.')
    const {identifier, password, name} = login
    try {
      const response = await letIn(visit, {identifier, password, authFactorToken: code}, next)
      pending.end(ticket)
      return response
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      if (!endings.has(error.error)) return again(codeWords[error.error] ?? words[error.error] ?? error.message)
      pending.end(ticket)
      return page(visit, {identifier: name, next}, words[error.error])
    }
  }

  return [
    get('/sign-in', visit => {
      const next = visit.url.searchParams.get('next') ?? ''
      if (visit.session) return visit.redirect(isOwnPath(next) ? next : '/timeline')
      const ended = visit.url.searchParams.get('why') === 'ended'
      const filled = {identifier: '', next}
      return page(visit, filled, ended ? 'Your session has expired. Sign in again.' : undefined, 200)
    }),

    post('/sign-in', async visit => {
      const {form: sent} = visit
      const name = field(sent, 'identifier').trim().replace(/^@/, '')
      const password = field(sent, 'password')
      const next = field(sent, 'next')
      const ticket = field(sent, 'ticket')
      if (ticket !== '') return withCode(visit, ticket, next)
      const filled = {identifier: name, next}
      if (!(await attempts.admit('sign-in', visit.request))) return page(visit, filled, tooMany)
      if (name === '' || password === '') return page(visit, filled, 'Enter your handle and your password.')
      let identifier = name
      try {
        if (!/[.@:]/.test(name)) identifier = await withDomain(name, pds)
        return await letIn(visit, {identifier, password}, next)
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        if (error.error !== 'AuthFactorTokenRequired') return page(visit, filled, words[error.error] ?? error.message)
        const login = {identifier, password, name, asked: error.message}
        return codePage(visit, {ticket: pending.keep(login), next}, login)
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
