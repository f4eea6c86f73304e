/** A forgotten password: a code goes to the address of the account, and with it a new one can be set. */
import {requestPasswordReset} from '#lex/gen/com/atproto/server/requestPasswordReset.ts'
import {resetPassword} from '#lex/gen/com/atproto/server/resetPassword.ts'
import {field} from '#pages/form.ts'
import {html} from '#pages/html.ts'
import {mailCode} from '../../mail/email-tokens.ts'
import {
  appPasswordsIn,
  codeField,
  done,
  endAppPasswords,
  entryCard,
  fault,
  formTo,
  hidden,
  textField,
  newPasswordField,
} from '../pieces.ts'
import {nextOf, signInFor} from '../sign-in/next.ts'
import type {SiteParts} from '../site-parts.ts'
import {problemText} from '../problems.ts'
import {get, post, type Route, type Visit} from '../visit.ts'
import {finishPath, resetFor, resetPath} from './paths.ts'

/** Asks for the address. */
const ask = (visit: Visit, next: string, problem?: string): Promise<Response> =>
  visit.page(
    {
      title: 'Reset your password',
      at: resetPath,
      shape: 'alone',
      main: entryCard(
        'Reset your password',
        'A code goes to the email address of your account.',
        html`${fault(problem)}
        ${formTo(resetPath, visit.token, html`${hidden('next', next)}${textField({name: 'email', label: 'Email', type: 'email', autocomplete: 'email', focus: true})}<button>Send the code</button>`)}
          <p class="small"><a href="${resetFor(next, finishPath)}">I have a code</a> · <a href="${signInFor(next)}">Sign in</a></p>`,
      ),
    },
    {status: problem === undefined ? 200 : 422},
  )

/** Asks for the code and a new password. */
const finish = (visit: Visit, next: string, {problem, isSent = false}: {problem?: string; isSent?: boolean} = {}) =>
  visit.page(
    {
      title: 'Set a new password',
      at: resetPath,
      shape: 'alone',
      main: entryCard(
        'Set a new password',
        'Every browser and app is signed out by it. Apps that have an app password can come back unless you end those too.',
        html`${fault(problem)}
        ${isSent ? done('If an account has this address, a code is on its way there. It is good for 15 minutes.') : undefined}
        ${formTo(finishPath, visit.token, html`${hidden('next', next)}${codeField()}${newPasswordField()}${endAppPasswords(true)}<button>Set password</button>`)}
          <p class="small"><a href="${resetFor(next)}">Send another code</a></p>`,
      ),
    },
    {status: problem === undefined ? 200 : 422},
  )

export function resetRoutes({emails, emailTokens, accounts, limits}: SiteParts): Route[] {
  return [
    get(resetPath, visit => ask(visit, nextOf(visit.url.searchParams.get('next') ?? ''))),

    post(resetPath, async visit => {
      const [email, next] = [field(visit.form, 'email').trim(), nextOf(field(visit.form, 'next'))]
      if (email === '') return ask(visit, next, 'Enter your email address.')
      try {
        await limits.admit(visit.request, requestPasswordReset.nsid)
      } catch (error) {
        return ask(visit, next, problemText(error))
      }
      emails.requestPasswordReset(email, did => limits.mayMail(did))
      return visit.redirect(`${resetFor(next, finishPath)}&sent=1`)
    }),

    get(finishPath, visit => {
      const {searchParams} = visit.url
      return finish(visit, nextOf(searchParams.get('next') ?? ''), {isSent: searchParams.has('sent')})
    }),

    post(finishPath, async visit => {
      const next = nextOf(field(visit.form, 'next'))
      try {
        await limits.admit(visit.request, resetPassword.nsid)
        const code = field(visit.form, 'code')
        const did = await emailTokens.ownerOf('reset_password', code)
        await accounts.changePassword(did, field(visit.form, 'password'), {
          code: mailCode('reset_password', code),
          appPasswords: appPasswordsIn(visit.form),
        })
        return visit.redirect(`${signInFor(next)}&why=reset`)
      } catch (error) {
        return finish(visit, next, {problem: problemText(error)})
      }
    }),
  ]
}
