/** Making an account: open to everybody, or by invite code. */
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {Refusal} from '../../refusal.ts'
import {flowOf} from '../authorize/flow.ts'
import {withAccount} from '../authorize/paths.ts'
import {askerOf, signInBrowser} from '../browser-cookie.ts'
import {entryCard, fault, formTo, hidden, textField, newPasswordField, links} from '../pieces.ts'
import {nextOf, signInFor} from '../sign-in/next.ts'
import type {SiteParts} from '../site-parts.ts'
import {problemText} from '../problems.ts'
import {get, post, type FormVisit, type Route, type Visit} from '../visit.ts'
import {signUpPath} from './paths.ts'

interface Filled {
  name: string
  domain: string
  email: string
  invite: string
  next: string
}

interface Fault {
  text: string
  /** Handles near to the one that was wanted, and free. */
  ideas?: readonly string[]
}

export function signUpRoutes(parts: SiteParts): Route[] {
  const {handleDomains, inviteRequired, publicUrl} = parts
  const {host} = new URL(publicUrl)

  const filledOf = ({form}: FormVisit): Filled => {
    const domain = field(form, 'domain')
    return {
      name: field(form, 'name').trim().replace(/^@/, ''),
      domain: handleDomains.includes(domain) ? domain : (handleDomains[0] ?? ''),
      email: field(form, 'email').trim(),
      invite: field(form, 'invite').trim(),
      next: nextOf(field(form, 'next')),
    }
  }

  const page = async (visit: Visit, filled: Filled, problem?: Fault): Promise<Response> => {
    const flow = await flowOf(parts, visit, filled.next)
    return visit.page(
      {
        title: 'Create an account',
        at: signUpPath,
        shape: 'alone',
        main: entryCard(
          'Create an account',
          `On ${host}. It is yours on the whole network, and you can take it elsewhere at any time.`,
          html`${problem && fault(problem.text)} ${problem?.ideas && ideasOf(problem.ideas)}
          ${formTo(signUpPath, visit.token, fieldsOf(parts, filled))}
            <p class="small">You have an account? <a href="${signInFor(filled.next)}">Sign in</a></p>`,
        ),
      },
      {status: problem === undefined ? 200 : 422, formsTo: flow?.formsTo},
    )
  }

  return [
    get(signUpPath, visit => {
      const {searchParams} = visit.url
      const [domain = ''] = handleDomains
      const invite = (searchParams.get('invite') ?? '').slice(0, 100)
      return page(visit, {name: '', domain, email: '', invite, next: nextOf(searchParams.get('next') ?? '')})
    }),

    post(signUpPath, async visit => {
      const filled = filledOf(visit)
      try {
        return await signUp(parts, visit, filled, inviteRequired)
      } catch (error) {
        return page(visit, filled, await faultOf(parts, filled, error))
      }
    }),
  ]
}

async function signUp(parts: SiteParts, visit: FormVisit, filled: Filled, inviteRequired: boolean): Promise<Response> {
  const {accounts, logins, invites, limits, emails, devices, secure} = parts
  await limits.admit(visit.request, createAccount.nsid)
  using invitation = await invites.hold(inviteRequired ? filled.invite : undefined)
  const {email, next} = filled
  const session = await accounts.signUp({
    handle: handleOf(filled),
    email,
    password: field(visit.form, 'password'),
    invitation,
    recoveryKey: undefined,
    asker: askerOf(visit.request),
  })
  const {did} = session.account
  // The tokens are for apps, and this browser is none.
  await logins.logOut(session.refreshJwt)
  // That no mail goes, or not yet, undoes no account; what is no problem of that kind is thrown on.
  await emails.sendCode(did, 'confirm_email').catch(problemText)
  return visit.redirect(withAccount(next, did), [await signInBrowser(devices, did, visit.request, secure)])
}

/** What somebody typed as his name may hold the domain already. */
const handleOf = ({name, domain}: Pick<Filled, 'name' | 'domain'>): string =>
  name.toLowerCase().endsWith(domain) ? name : `${name}${domain}`

async function faultOf({accounts}: SiteParts, filled: Filled, error: unknown): Promise<Fault> {
  const text = problemText(error)
  if (!(error instanceof Refusal) || error.reason !== 'handle-taken') return {text}
  const verdict = await accounts.judgeWish(handleOf(filled), {email: filled.email})
  return {text, ideas: verdict.free ? [] : verdict.ideas.map(({handle}) => handle)}
}

const ideasOf = (ideas: readonly string[]): Html | undefined =>
  ideas.length === 0 ? undefined : html`<p class="small">These are free: ${ideas.join(', ')}</p>`

function fieldsOf(parts: SiteParts, {name, domain, email, invite, next}: Filled): Html {
  const {handleDomains, inviteRequired, privacyPolicyUrl, termsOfServiceUrl} = parts
  return html`${hidden('next', next)}
    <label class="field" for="name">Handle</label>
    <div class="handle-field">
      <input id="name" name="name" value="${name}" required maxlength="80" autocomplete="username" autocapitalize="none" spellcheck="false" aria-describedby="hint-name" ${name === '' && html`autofocus`} />
      ${
        handleDomains.length > 1
          ? html`<select name="domain" aria-label="Domain of the handle">
              ${handleDomains.map(one => html`<option ${one === domain && html`selected`}>${one}</option>`)}
            </select>`
          : html`<span>${domain}</span>${hidden('domain', domain)}`
      }
    </div>
    <p class="hint" id="hint-name">Your name on the network: letters, digits and hyphens. You can change it, also to a domain of your own.</p>
    ${textField({name: 'email', label: 'Email', type: 'email', value: email, autocomplete: 'email', hint: 'For resetting your password. Nobody else sees it.'})}
    ${newPasswordField('Password')}
    ${inviteRequired && textField({name: 'invite', label: 'Invite code', value: invite, hint: 'This server is open to those who were invited.'})}
    <button>Create account</button>
    ${
      (privacyPolicyUrl ?? termsOfServiceUrl) !== undefined &&
      html`<p class="hint">
        By creating an account you agree to the ${links({'terms of service': termsOfServiceUrl, 'privacy policy': privacyPolicyUrl}, ' and the ')}.
      </p>`
    }`
}
