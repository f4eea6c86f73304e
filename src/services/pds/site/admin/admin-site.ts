/**
 * The pages for whoever runs the server: a site of their own beside the one for accounts, with their own session. What a
 * browser holds for an account is nothing here, nor the other way round.
 */
import type {Assets} from '#pages/assets.ts'
import {hostCookie, type CookieKind} from '#pages/cookies.ts'
import {formToken} from '#pages/form-token.ts'
import {html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {Entry} from '#pages/look/layout.ts'
import {Site} from '#pages/site.ts'
import {problemPage} from '#pages/problem.ts'
import {problemOf} from '../problems.ts'
import {accountPage} from './account-page.ts'
import {accountsPage} from './accounts-page.ts'
import type {AdminParts, FormVisit, Route, Visit} from './admin-parts.ts'
import {ageMaxMs, AdminSessions, type AdminSession} from './admin-sessions.ts'
import {invitesPage} from './invites-page.ts'
import {mailPage} from './mail-page.ts'
import {overviewPage} from './overview.ts'
import {accountsPath, adminPath, invitesPath, mailPath, relaysPath, signInFor, signInPath} from './paths.ts'
import {RelayLooks} from './relay-looks.ts'
import {relaysPage} from './relays-page.ts'
import {signInRoutes} from './sign-in.ts'

const entries: readonly Entry[] = [
  {path: adminPath, label: 'Overview', icon: 'home', thumb: true},
  {path: accountsPath, label: 'Accounts', icon: 'person', thumb: true},
  {path: invitesPath, label: 'Invites', icon: 'key', thumb: true},
  {path: mailPath, label: 'Mail', icon: 'compose', thumb: true},
  {path: relaysPath, label: 'Relays', icon: 'pulse', thumb: true},
]

export const adminKind = (secure: boolean): CookieKind =>
  hostCookie({name: 'wholesky-admin', ageS: ageMaxMs / 1_000}, secure)

/** A route for whoever is signed in; all others are led to sign in, and nothing is done. */
function behind(route: Route): Route {
  const led = (visit: Visit): Response => {
    const {pathname, search} = visit.url
    return visit.redirect(route.method === 'GET' ? signInFor(pathname + search) : signInPath)
  }
  return route.method === 'GET'
    ? {...route, handle: (visit: Visit) => (visit.session ? route.handle(visit) : led(visit))}
    : {...route, handle: (visit: FormVisit) => (visit.session ? route.handle(visit) : led(visit))}
}

/** Every page and form. */
export function adminRoutesOf(parts: AdminParts, sessions: AdminSessions): Route[] {
  const {relays, publicUrl, sequencer, accountStore, world} = parts
  const looks = new RelayLooks({
    relays,
    host: new URL(publicUrl).host,
    newestSeq: async () => (await sequencer.bounds()).last,
    async accounts(limit) {
      const found = await accountStore.list(undefined, limit)
      return found.flatMap(({did, head, takedownRef, deactivatedMs}) =>
        head ? [{did, rev: head.rev, active: takedownRef === null && deactivatedMs === null}] : [],
      )
    },
    world,
  })
  return [
    ...signInRoutes(parts, sessions, adminKind(parts.secure)),
    ...[
      ...overviewPage(parts, looks),
      ...accountsPage(parts),
      ...accountPage(parts, looks),
      ...invitesPage(parts),
      ...mailPage(parts),
      ...relaysPage(parts, looks),
    ].map(behind),
  ]
}

export function adminSite(parts: AdminParts, assets: Assets): Site<AdminSession> {
  const {secure, publicUrl, world, log} = parts
  const sessions = new AdminSessions(world)
  const name = new URL(publicUrl).host
  const styles = ['site.css', 'admin/admin.css']
  return new Site<AdminSession>({
    routes: adminRoutesOf(parts, sessions),
    assets,
    publicUrl,
    sessionCookie: adminKind(secure),
    session: async secret => sessions.find(secret),
    themePath: `${adminPath}/theme`,
    signInPath,
    dress: (session, token) => () =>
      session
        ? {
            name,
            entries,
            links: [],
            styles,
            foot: html`<form method="post" action="${adminPath}/sign-out">
              ${formToken(token)}<button class="icon-button" title="Sign out" aria-label="Sign out">${icon('leave')}</button>
            </form>`,
          }
        : {name, entries: [], links: [], styles},
    failed(error, visit) {
      const problem = problemOf(error)
      return problem && problemPage(visit, {...problem, way: {path: adminPath, label: 'Overview'}})
    },
    world,
    log,
  })
}
