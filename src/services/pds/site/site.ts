/**
 * What people see of a PDS, and the few plain answers that other machines want from it. The pages stand at the name of
 * the server alone: each handle given out here is a host of its own, which answers for that handle and shows no page.
 */
import {isHandle} from '#atp/syntax/handle.ts'
import {openAssets} from '#pages/assets.ts'
import {isSecure, Site} from '#pages/site.ts'
import type {Account} from '../store/accounts/account-store.ts'
import type {Device} from '../store/devices/device-store.ts'
import {accountsPage} from './account/accounts-page.ts'
import {devicesPage} from './account/devices-page.ts'
import {appsPage} from './account/apps-page.ts'
import {dataPage} from './account/data-page.ts'
import {securityPage} from './account/security-page.ts'
import {overviewPage} from './account/overview.ts'
import {authorizeRoutes} from './authorize/authorize.ts'
import {browserKind, whenceOf} from './browser-cookie.ts'
import {dressOf} from './dress.ts'
import {homePage} from './home.ts'
import {mailPages} from './mail/mail-pages.ts'
import {signInPath} from './sign-in/next.ts'
import {resetRoutes} from './reset/reset.ts'
import {signInRoutes} from './sign-in/sign-in.ts'
import {signUpRoutes} from './sign-up/sign-up.ts'
import type {SiteParts} from './site-parts.ts'
import {problemOf, refusedPage, told} from './told.ts'
import type {Route} from './visit.ts'

export interface PdsSiteOptions extends Omit<SiteParts, 'secure'> {
  /** An account by its handle. */
  find(handle: string): Promise<Account | undefined>
  /** Whether others may see the account. */
  isVisible(account: Account): boolean
}

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

const plain = (text: string, status = 200): Response => new Response(text, {status})
const noSuchHandle = 'No account has this handle.\n'

export class PdsSite {
  readonly #options: PdsSiteOptions
  readonly #publicName: string
  #site: Site<Device> | undefined

  constructor(options: PdsSiteOptions) {
    this.#options = options
    this.#publicName = new URL(options.publicUrl).hostname
  }

  /** Made when somebody first asks for a page: a server whose people use apps alone reads nothing for it. */
  #open(): Site<Device> {
    const {devices, publicUrl, world, log} = this.#options
    const secure = isSecure(publicUrl)
    const {host} = new URL(publicUrl)
    return new Site<Device>({
      routes: routesOf({...this.#options, secure}),
      assets: openAssets(import.meta.dirname, {
        '@simplewebauthn/browser': import.meta.resolve('@simplewebauthn/browser'),
      }),
      publicUrl,
      sessionCookie: browserKind(secure),
      session: (secret, request) => devices.find(secret, whenceOf(request)),
      signInPath,
      dress: (device, token) => dressOf(host, device, token),
      failed: (error, visit) => (problemOf(error) ? refusedPage(visit, error) : undefined),
      world,
      log,
    })
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname, hostname, searchParams} = new URL(request.url)
    if (pathname === '/.well-known/atproto-did') return this.#atprotoDid(hostname)
    if (pathname === '/tls-check') return this.#tlsCheck(searchParams.get('domain') ?? '')
    const isForPeople = request.headers.get('accept')?.includes('text/html') && !this.#isOfHandle(hostname)
    if (pathname === '/' && !isForPeople) return plain('This is an atproto PDS: https://atproto.com\n')
    if (pathname === '/robots.txt') return plain('User-agent: *\nAllow: /\n')
    if (pathname.startsWith('/.well-known/') || this.#isOfHandle(hostname))
      return plain('There is nothing here.\n', 404)
    return this.#page(request, pathname)
  }

  /** Pages cost little, but not nothing: what a stranger asks for is counted as his calls are. */
  async #page(request: Request, pathname: string): Promise<Response> {
    try {
      if (!pathname.startsWith('/assets/')) await this.#options.limits.admit(request, 'pages', new Headers())
    } catch (error) {
      return plain(`${told(error)}\n`, 429)
    }
    this.#site ??= this.#open()
    return this.#site.fetch(request)
  }

  /** Whether a host is, or could be, somebody's handle. */
  #isOfHandle(hostname: string): boolean {
    const {handleDomains} = this.#options
    return hostname !== this.#publicName && handleDomains.some(domain => hostname.endsWith(domain))
  }

  /** For a proxy that gets certificates as they are asked for: whether a name is one that leads here by right. */
  async #tlsCheck(domain: string): Promise<Response> {
    const {find} = this.#options
    const ours = domain === this.#publicName || (isHandle(domain) && (await find(domain)) !== undefined)
    return ours ? plain('ok\n') : plain(noSuchHandle, 404)
  }

  /** Confirms a handle to those who ask its own domain (spec: handle, "HTTPS well-known method"). */
  async #atprotoDid(hostname: string): Promise<Response> {
    const {find, isVisible} = this.#options
    const account = isHandle(hostname) ? await find(hostname) : undefined
    return account && isVisible(account) ? plain(account.did) : plain(noSuchHandle, 404)
  }
}
