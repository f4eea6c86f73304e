/** Signing in to the pages for whoever runs the server, by the admin password alone; and out. */
import {field} from '#pages/form.ts'
import {html} from '#pages/html.ts'
import {secretOf, setCookie, type CookieKind} from '#pages/cookies.ts'
import {entryCard, fault, formTo, hidden, textField} from '../pieces.ts'
import {problemText} from '../problems.ts'
import {get, post, type AdminParts, type Route, type Visit} from './admin-parts.ts'
import type {AdminSessions} from './admin-sessions.ts'
import {nextOf, signInPath} from './paths.ts'

/** The configuration takes no longer one seriously. */
const passwordLengthMax = 500

type Needs = Pick<AdminParts, 'admins' | 'limits' | 'log' | 'secure'>

const shown = (visit: Visit, next: string, problem?: string): Promise<Response> =>
  visit.page(
    {
      title: 'Admin sign-in',
      at: signInPath,
      shape: 'alone',
      main: entryCard(
        'Admin sign-in',
        'For whoever runs this server. Accounts sign in elsewhere.',
        html`${fault(problem)}
        ${formTo(
          signInPath,
          visit.token,
          html`${hidden('next', next)}
            ${textField({
              name: 'password',
              label: 'Admin password',
              type: 'password',
              autocomplete: 'current-password',
              lengthMax: passwordLengthMax,
              hint: 'PDS_ADMIN_PASSWORD, or the one in the secrets file of the server.',
              focus: true,
            })}
            <button>Sign in</button>`,
        )}
        <p class="small"><a href="/account/sign-in">Sign in to an account</a></p>`,
      ),
    },
    {status: problem === undefined ? 200 : 422},
  )

export function signInRoutes({admins, limits, log, secure}: Needs, sessions: AdminSessions, kind: CookieKind): Route[] {
  return [
    get(signInPath, visit => {
      const next = nextOf(visit.url.searchParams.get('next') ?? '')
      return visit.session ? visit.redirect(next) : shown(visit, next)
    }),
    post(signInPath, async visit => {
      const next = nextOf(field(visit.form, 'next'))
      try {
        const guess = await limits.takeAdmin(visit.request)
        if (!admins.isPassword(field(visit.form, 'password')))
          return await shown(visit, next, 'This password is wrong.')
        await guess.right()
      } catch (error) {
        return shown(visit, next, problemText(error))
      }
      const before = secretOf(visit.request, kind)
      if (before !== undefined) sessions.end(before)
      log.info('signed in to the admin pages')
      return visit.redirect(next, [setCookie(kind, sessions.open(), secure)])
    }),
    post('/admin/sign-out', visit => {
      const secret = secretOf(visit.request, kind)
      if (secret !== undefined) sessions.end(secret)
      return visit.redirect(signInPath, [setCookie(kind, undefined, secure)])
    }),
  ]
}
