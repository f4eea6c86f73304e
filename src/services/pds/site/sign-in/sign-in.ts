/** Signing in: with a password and what the account asks for beside it, or with a passkey alone; and out. */
import {isDid} from '#atp/syntax/did.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import type {FactorKind} from '../../factors/factor-checks.ts'
import {Refusal} from '../../refusal.ts'
import {flowOf, type Flow} from '../authorize/flow.ts'
import {withAccount} from '../authorize/paths.ts'
import type {Account} from '../../store/accounts/account-store.ts'
import {askerOf, signInBrowser} from '../browser-cookie.ts'
import {done, entryCard, fault, hidden, nameOf} from '../pieces.ts'
import {resetFor} from '../reset/paths.ts'
import {signUpFor} from '../sign-up/paths.ts'
import type {SiteParts} from '../site-parts.ts'
import {problemText} from '../problems.ts'
import {get, post, type FormVisit, type Route, type Visit} from '../visit.ts'
import {answerOf, passkeyOf} from './answers.ts'
import {nextOf, signInPath} from './next.ts'
import {passkeyForm, passkeyIsland} from './passkey-form.ts'
import {factorPath, secondStepForms, sendCodePath} from './second-factor.ts'
import {passwordLengthMax} from '../../accounts/passwords.ts'

const passkeyPath = '/account/sign-in/passkey'
const optionsPath = '/account/sign-in/passkey-options'

interface Filled {
  identifier: string
  /** Where to go from here. */
  next: string
}

/** Why somebody comes who did not ask for it. */
const reasons: Readonly<Record<string, string>> = {
  again: 'Show once more that it is you, since this could cost you your account.',
  reset: 'Your password has been set. Sign in with it.',
}

export function signInRoutes(parts: SiteParts): Route[] {
  const {devices, logins, limits, signIn, handleDomains, publicUrl, secure} = parts
  const {host} = new URL(publicUrl)
  const hintOf = (flow: Flow | undefined): Html | string =>
    flow ? html`To go on to ${flow.appName}.` : `With your account on ${host}.`

  const page = async (
    visit: Visit,
    filled: Filled,
    {problem, why}: {problem?: string; why?: string | undefined} = {},
  ) => {
    const flow = await flowOf(parts, visit, filled.next)
    return visit.page(
      {
        title: 'Sign in',
        at: signInPath,
        shape: 'alone',
        islands: [passkeyIsland],
        main: entryCard(
          'Sign in',
          hintOf(flow),
          html`${fault(problem)} ${done(why)} ${passwordForm(filled, visit.token)}
          ${passkeyForm({path: passkeyPath, token: visit.token, kind: 'get', options: optionsPath, inside: html`${hidden('next', filled.next)}<button class="quiet">Sign in with a passkey</button>`})}
            <p class="small">
              <a href="${resetFor(filled.next)}">Forgot your password?</a> · <a href="${signUpFor(filled.next)}">Create an account</a>
            </p>`,
        ),
      },
      {status: problem === undefined ? 200 : 422, formsTo: flow?.formsTo},
    )
  }

  const secondStep = async (
    visit: Visit,
    {ticket, next, needs}: {ticket: string; next: string; needs: readonly FactorKind[]},
    {problem, sent}: {problem?: string | undefined; sent?: boolean} = {},
  ): Promise<Response> => {
    const options = needs.includes('passkey') ? await signIn.passkeyOptions(ticket) : undefined
    const name = nameOf(await signIn.owner(ticket))
    const flow = await flowOf(parts, visit, next)
    return visit.page(
      {
        title: 'Second step',
        at: signInPath,
        shape: 'alone',
        islands: options && [passkeyIsland],
        main: entryCard(
          'Second step',
          html`Signing in as <b>${name}</b>${flow ? html`, to go on to ${flow.appName}` : ` on ${host}`}.`,
          html`${fault(problem)} ${done(sent ? 'A code is on its way to your email address.' : undefined)}
          ${secondStepForms({needs, ticket, next, options}, visit.token)}`,
        ),
      },
      {status: problem === undefined ? 200 : 422, formsTo: flow?.formsTo},
    )
  }

  const letIn = async (visit: FormVisit, {did, sessionEpoch}: Account, next: string): Promise<Response> =>
    visit.redirect(withAccount(next, did), [await signInBrowser(devices, did, visit.request, secure, sessionEpoch)])

  /** Shows the second step again, or begins anew where the ticket is good for nothing more. */
  const stepAgain = async (visit: Visit, ticket: string, next: string, more: {problem?: string; sent?: boolean}) => {
    try {
      return await secondStep(visit, {ticket, next, needs: await signIn.needs(ticket)}, more)
    } catch (error) {
      return page(visit, {identifier: '', next}, {problem: problemText(error)})
    }
  }

  const withPassword = async (visit: FormVisit, {identifier, next}: Filled, password: string): Promise<Response> => {
    const name = withDomain(identifier, handleDomains)
    const account = await logins.find(name)
    const guess = await limits.takeLogin(name, account?.did, visit.request)
    const begun = await signIn.begin(name, password, askerOf(visit.request))
    await guess.right()
    if ('account' in begun) return letIn(visit, begun.account, next)
    const {needs, ticket} = begun
    // Where nothing else is asked for the code is sent at once; else whoever wants one asks for it.
    if (needs[0] !== 'email') return secondStep(visit, {needs, ticket, next})
    try {
      await signIn.sendCode(ticket)
      return await secondStep(visit, {needs, ticket, next}, {sent: true})
    } catch (error) {
      // The newest code is still good, and there may be other ways.
      return secondStep(visit, {needs, ticket, next}, {problem: problemText(error)})
    }
  }

  return [
    get(signInPath, visit => {
      const {searchParams} = visit.url
      const filled = {
        identifier: (searchParams.get('as') ?? '').slice(0, 300),
        next: nextOf(searchParams.get('next') ?? ''),
      }
      const why = searchParams.get('why') ?? ''
      return page(visit, filled, {why: Object.hasOwn(reasons, why) ? reasons[why] : undefined})
    }),

    post(signInPath, async visit => {
      const identifier = field(visit.form, 'identifier').trim().replace(/^@/, '')
      const password = field(visit.form, 'password')
      const filled = {identifier, next: nextOf(field(visit.form, 'next'))}
      if (identifier === '' || password === '') {
        return page(visit, filled, {problem: 'Enter your handle and your password.'})
      }
      try {
        return await withPassword(visit, filled, password)
      } catch (error) {
        const isWrong = error instanceof Refusal && error.reason === 'wrong-login'
        return page(visit, filled, {problem: isWrong ? 'Wrong handle or password.' : problemText(error)})
      }
    }),

    post(factorPath, async visit => {
      const [ticket, next] = [field(visit.form, 'ticket'), nextOf(field(visit.form, 'next'))]
      try {
        const {account} = await signIn.finish(ticket, answerOf(visit.form), askerOf(visit.request))
        return await letIn(visit, account, next)
      } catch (error) {
        return stepAgain(visit, ticket, next, {problem: problemText(error)})
      }
    }),

    post(sendCodePath, async visit => {
      const [ticket, next] = [field(visit.form, 'ticket'), nextOf(field(visit.form, 'next'))]
      try {
        await signIn.sendCode(ticket)
        return await stepAgain(visit, ticket, next, {sent: true})
      } catch (error) {
        return stepAgain(visit, ticket, next, {problem: problemText(error)})
      }
    }),

    get(optionsPath, async () =>
      Response.json(await signIn.passkeyOptions(), {headers: {'cache-control': 'no-store'}}),
    ),

    post(passkeyPath, async visit => {
      const next = nextOf(field(visit.form, 'next'))
      try {
        const {account} = await signIn.withPasskey(passkeyOf(visit.form))
        return await letIn(visit, account, next)
      } catch (error) {
        return page(visit, {identifier: '', next}, {problem: problemText(error)})
      }
    }),

    post('/account/sign-out', async visit => {
      const did = field(visit.form, 'did')
      if (visit.session && isDid(did)) await devices.signOut(visit.session, did)
      return visit.redirect('/account')
    }),
  ]
}

const passwordForm = ({identifier, next}: Filled, token: string): Html =>
  html`<form class="stack" method="post" action="${signInPath}">
    ${formToken(token)}${hidden('next', next)}
    <label class="field">Handle or email
      <input name="identifier" value="${identifier}" required maxlength="300" autocomplete="username webauthn" autocapitalize="none" spellcheck="false" ${identifier === '' && html`autofocus`} />
    </label>
    <label class="field">Password
      <input name="password" type="password" required maxlength="${passwordLengthMax}" autocomplete="current-password" ${identifier !== '' && html`autofocus`} />
    </label>
    <button>Sign in</button>
  </form>`

/** `alice` is `alice.example.com` where handles end so. */
const withDomain = (name: string, [domain = '']: readonly string[]): string =>
  /[.@:]/.test(name) ? name : `${name}${domain}`
