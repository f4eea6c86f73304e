/**
 * What people see of a PDS, and the few plain answers that other machines want from it. The pages stand at the name of
 * the server alone: each handle given out here is a host of its own, which answers for that handle and shows no page.
 */
import {isHandle} from '#atp/syntax/handle.ts'
import type {Account} from '../store/accounts/account-store.ts'
import type {AdminParts} from './admin/admin-parts.ts'
import type {SiteParts} from './site-parts.ts'

export interface PdsSiteOptions extends Omit<SiteParts, 'secure'> {
  /** An account by its handle. */
  find(handle: string): Promise<Account | undefined>
  /** Whether others may see the account. */
  isVisible(account: Account): boolean
  /** For the pages of whoever runs the server. */
  admin: Omit<AdminParts, 'secure'>
}

const plain = (text: string, status = 200): Response => new Response(text, {status})
const noSuchHandle = 'No account has this handle.\n'

export class PdsSite {
  readonly #options: PdsSiteOptions
  readonly #publicName: string
  #pages: Promise<{fetch(request: Request): Promise<Response>}> | undefined

  constructor(options: PdsSiteOptions) {
    this.#options = options
    this.#publicName = new URL(options.publicUrl).hostname
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
    this.#pages ??= import('./pages.ts').then(({openPages}) => openPages(this.#options))
    return (await this.#pages).fetch(request)
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
