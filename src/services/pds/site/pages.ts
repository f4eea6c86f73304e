/**
 * The pages of a PDS, put together: which there are, whose browser asks, and how often a stranger may. They are read and
 * made when somebody first asks for one: a server whose people use apps alone has no need of them.
 */
import {openAssets} from '#pages/assets.ts'
import {isSecure, Site} from '#pages/site.ts'
import type {Device} from '../store/devices/device-store.ts'
import type {AdminParts} from './admin/admin-parts.ts'
import {isAdminPath} from './admin/paths.ts'
import {accountsPage} from './account/accounts-page.ts'
import {devicesPage} from './account/devices-page.ts'
import {appsPage} from './account/apps-page.ts'
import {dataPage} from './account/data-page.ts'
import {securityPage} from './account/security-page.ts'
import {overviewPage} from './account/overview.ts'
import {authorizeRoutes} from './authorize/authorize.ts'
import {browserKind, browserInfoOf} from './browser-cookie.ts'
import {dressOf} from './dress.ts'
import {homePage} from './home.ts'
import {mailPages} from './mail/mail-pages.ts'
import {signInPath} from './sign-in/next.ts'
import {resetRoutes} from './reset/reset.ts'
import {signInRoutes} from './sign-in/sign-in.ts'
import {signUpRoutes} from './sign-up/sign-up.ts'
import type {SiteParts} from './site-parts.ts'
import {problemOf, refusedPage, problemText} from './problems.ts'
import type {Route} from './visit.ts'

/** Every page and form, by room. */
export const routesOf = (parts: SiteParts): Route[] => [
  homePage(parts),
  ...signInRoutes(parts),
  ...signUpRoutes(parts),
  ...resetRoutes(parts),
  ...authorizeRoutes(parts),
  accountsPage(parts),
  ...overviewPage(parts),
  ...securityPage(parts),
  ...appsPage(parts),
  ...devicesPage(parts),
  ...dataPage(parts),
  ...mailPages(parts),
]

/** Answers whatever is not `site.ts`'s own. */
export function openPages(parts: Omit<SiteParts, 'secure'> & {admin: Omit<AdminParts, 'secure'>}): {
  fetch(request: Request): Promise<Response>
} {
  const {devices, limits, publicUrl, admin, world, log} = parts
  const secure = isSecure(publicUrl)
  const {host} = new URL(publicUrl)
  const assets = openAssets(import.meta.dirname, {
    '@simplewebauthn/browser': import.meta.resolve('@simplewebauthn/browser'),
  })
  const openAdminSite = async () => (await import('./admin/admin-site.ts')).adminSite({...admin, secure}, assets)
  let adminSite: ReturnType<typeof openAdminSite> | undefined
  const site = new Site<Device>({
    routes: routesOf({...parts, secure}),
    assets,
    publicUrl,
    sessionCookie: browserKind(secure),
    session: (secret, request) => devices.find(secret, browserInfoOf(request)),
    signInPath,
    dress: (device, token) => dressOf(host, device, token),
    failed: (error, visit) => (problemOf(error) ? refusedPage(visit, error) : undefined),
    world,
    log,
  })
  return {
    async fetch(request) {
      const {pathname} = new URL(request.url)
      try {
        // Pages cost little, but not nothing: what a stranger asks for is counted as his calls are.
        if (!pathname.startsWith('/assets/')) await limits.admit(request, 'pages')
      } catch (error) {
        return new Response(`${problemText(error)}\n`, {status: 429})
      }
      if (!isAdminPath(pathname)) return site.fetch(request)
      adminSite ??= openAdminSite()
      return (await adminSite).fetch(request)
    },
  }
}
