/**
 * A page for whoever runs the server, with its forms: one does what it says and leads back, or shows the page again with
 * what went wrong. What was done is in the log of the server, so that several who know the password see it.
 */
import {html, type Html} from '#pages/html.ts'
import {problemPage} from '#pages/problem.ts'
import {done, doneText, fault} from '../pieces.ts'
import {problemText} from '../problems.ts'
import {get, post, type AdminParts, type FormVisit, type Route, type Visit} from './admin-parts.ts'

/** What the pages say of what was just done; by these names it stands in their addresses. */
const texts = {
  takendown: 'The account is taken down: nobody sees it, and it is signed out everywhere.',
  lifted: 'The account can be seen again.',
  'no-inviting': 'The account invites nobody any more.',
  inviting: 'The account may invite again.',
  'signed-out': 'The account is signed out everywhere.',
  sent: 'The message is on its way.',
  'reset-sent': 'A code for a new password is on its way.',
  deleted: 'The account is deleted.',
  made: 'The codes are made. They stand first in the list.',
  voided: 'The code is good for nobody any more.',
  'relay-told': 'The relay was told, and took it. Look again in a minute.',
} as const

export type Done = keyof typeof texts

export interface AdminPage {
  path: string
  title: string
  /** The entry of the navigation that it belongs to. */
  at: string
  /** Nothing when there is no such page. */
  show(visit: Visit): Promise<Html | undefined>
}

/** Gives what was done, or where to go. Throws `Refusal` with what to say. */
type Act = (visit: FormVisit) => Promise<Done | {readonly to: string}>

const missing = {
  status: 404,
  title: 'There is nothing here',
  text: 'This server has no such account. It may have been deleted.',
}

/** The path with its variables filled in. A form is one step below its page. */
const filled = (path: string, {params}: Visit): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? '').replaceAll('%3A', ':'))

export function adminPage(
  {log}: Pick<AdminParts, 'log'>,
  {path, title, at, show}: AdminPage,
  acts: Readonly<Record<string, Act>> = {},
): Route[] {
  const shown = async (visit: Visit, problem?: string): Promise<Response> => {
    const inside = await show(visit)
    if (inside === undefined) return problemPage(visit, {...missing, way: {path: at, label: 'Back'}})
    const was = problem === undefined ? doneText(texts, visit.url.searchParams.get('done')) : undefined
    return visit.page(
      {
        title,
        at,
        shape: 'wide',
        main: html`<header class="page-head"><h1>${title}</h1></header>
          <div class="sections admin">${fault(problem)} ${done(was)} ${inside}</div>`,
      },
      {status: problem === undefined ? 200 : 422},
    )
  }
  return [
    get(path, visit => shown(visit)),
    ...Object.entries(acts).map(([name, act]) =>
      post(`${path}/${name}`, async visit => {
        try {
          const outcome = await act(visit)
          log.info('done on the admin pages', {act: name, ...visit.params})
          const place = filled(path, visit)
          return visit.redirect(typeof outcome === 'string' ? `${place}?done=${outcome}` : outcome.to)
        } catch (error) {
          return shown(visit, problemText(error))
        }
      }),
    ),
  ]
}
