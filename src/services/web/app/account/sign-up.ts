/** Making an account: a handle under one of the server's domains, an email address and a password. */
import {isHandle, type Handle} from '#atp/syntax/handle.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {get, post, type Route, type Visit} from '../../visit.ts'
import {sessionCookie} from '../../sessions/session-cookie.ts'
import type {AppParts} from '../app-parts.ts'
import {entryCard, fault} from './sign-in.ts'

interface Filled {
  name: string
  domain: string
  email: string
  invite: string
}

const passwordLengthMin = 8

const words: Readonly<Record<string, string>> = {
  HandleNotAvailable: 'That handle is taken. Choose another.',
  InvalidHandle: 'Use at least three letters, digits or hyphens for your handle.',
  UnsupportedDomain: 'This server has no handles under that domain.',
  InvalidPassword: `Use at least ${passwordLengthMin} characters for your password.`,
  InvalidInviteCode: 'That invite code is not valid, or has been used.',
  EmailNotAvailable: 'There already is an account with that email address. Sign in instead.',
  RateLimitExceeded: 'Too many attempts. Wait a few minutes, then try again.',
  UpstreamFailure: 'The account server does not respond. Try again in a moment.',
  UpstreamTimeout: 'The account server did not respond in time. Try again in a moment.',
}

/** What of a name and a domain can be a handle; people write spaces, capitals, and often the whole of it. */
function handleOf(name: string, domain: string): Handle | undefined {
  const plain = name.trim().replace(/^@/, '').toLowerCase()
  const whole = plain.endsWith(domain) ? plain : `${plain}${domain}`
  return isHandle(whole) && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(whole.slice(0, -domain.length)) ? whole : undefined
}

type Verdict = 'free' | 'taken' | 'ill-formed' | 'too-short'

const verdicts: Readonly<Record<Verdict, Html>> = {
  free: html`<span class="good">${icon('check')} is free</span>`,
  taken: html`<span class="bad">${icon('cross')} is taken</span>`,
  'ill-formed': html`<span class="bad">${icon('cross')} Use letters, digits and hyphens only</span>`,
  'too-short': html`<span class="soft">At least three characters</span>`,
}

function domainField(domains: readonly string[], chosen: string): Html {
  if (domains.length === 1) {
    return html`<input type="hidden" name="domain" value="${domains[0]}" /><span class="domain soft">${domains[0]}</span>`
  }
  return html`<select class="domain" name="domain" aria-label="Domain">
    ${domains.map(domain => html`<option ${domain === chosen && html`selected`}>${domain}</option>`)}
  </select>`
}

const form = (
  filled: Filled,
  token: string,
  domains: readonly string[],
  inviteNeeded: boolean,
  problem: string | undefined,
): Html =>
  html`${fault(problem)}
    <form class="stack" method="post" action="/sign-up" data-sign-up>
      ${formToken(token)}
      <label class="field">Handle
        <span class="handle-field">
          <input name="name" value="${filled.name}" required minlength="3" maxlength="30" autocomplete="username" autocapitalize="none" spellcheck="false" placeholder="alice" aria-describedby="verdict" autofocus />
          ${domainField(domains, filled.domain)}
        </span>
        <output class="hint verdict" id="verdict" data-verdict>Your name on the network. You can change it later.</output>
      </label>
      <label class="field">Email
        <input name="email" type="email" value="${filled.email}" required autocomplete="email" placeholder="alice@example.com" />
      </label>
      <label class="field">Password
        <input name="password" type="password" required minlength="${passwordLengthMin}" autocomplete="new-password" />
        <span class="hint">At least ${passwordLengthMin} characters. Several words make a good one.</span>
      </label>
      ${inviteNeeded && html`<label class="field">Invite code<input name="invite" value="${filled.invite}" required autocomplete="off" /></label>`}
      <button>Create account</button>
    </form>
    <p class="small">Already have an account? <a href="/sign-in">Sign in</a></p>`

const hint = html`Your account is yours: you can move it to another server later, with everything you posted.`

export const signUpRoutes = ({
  pds,
  sessions,
  attempts,
  secure,
}: Pick<AppParts, 'pds' | 'sessions' | 'attempts' | 'secure'>): Route[] => {
  const page = async (visit: Visit, filled: Filled, problem?: string): Promise<Response> => {
    const {availableUserDomains, inviteCodeRequired = false} = await pds.query(describeServer)
    return visit.page(
      {
        title: 'Create account',
        at: '/sign-up',
        islands: ['app/islands/sign-up.ts'],
        main: entryCard(
          'Create account',
          hint,
          form(filled, visit.token, availableUserDomains, inviteCodeRequired, problem),
        ),
      },
      {status: problem === undefined ? 200 : 422},
    )
  }

  return [
    get('/sign-up', visit =>
      visit.session ? visit.redirect('/timeline') : page(visit, {name: '', domain: '', email: '', invite: ''}),
    ),

    // Asked by the island as someone writes.
    get('/sign-up/handle', async visit => {
      const {searchParams} = visit.url
      const handle = handleOf(searchParams.get('name') ?? '', searchParams.get('domain') ?? '')
      if (!handle) return visit.fragment(verdicts['ill-formed'])
      if (handle.indexOf('.') < 3) return visit.fragment(verdicts['too-short'])
      return visit.fragment(html`@${handle} ${verdicts[(await isTaken(handle, pds)) ? 'taken' : 'free']}`)
    }),

    post('/sign-up', async visit => {
      const {form: sent} = visit
      const [name, domain, email, invite] = ['name', 'domain', 'email', 'invite'].map(key => field(sent, key).trim())
      const password = field(sent, 'password')
      const filled = {name, domain, email, invite}
      const handle = handleOf(name, domain)
      if (!(await attempts.admit('sign-up', visit.request))) return page(visit, filled, words.RateLimitExceeded)
      if (!handle) return page(visit, filled, words.InvalidHandle)
      if (password.length < passwordLengthMin) return page(visit, filled, words.InvalidPassword)
      try {
        const account = {handle, email, password, inviteCode: invite || undefined}
        const secret = await sessions.signUp(account, peerAddress(visit.request))
        return visit.redirect('/timeline', [sessionCookie(secret, secure)])
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        return page(visit, filled, words[error.error] ?? error.message)
      }
    }),
  ]
}

/** A handle that leads to nobody is free. */
async function isTaken(handle: Handle, pds: AppParts['pds']): Promise<boolean> {
  try {
    await pds.query(resolveHandle, {handle})
    return true
  } catch (error) {
    if (error instanceof UpstreamError && error.status === 400) return false
    throw error
  }
}
