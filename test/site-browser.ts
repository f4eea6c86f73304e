/**
 * A browser without a screen, for the pages of a PDS: it keeps cookies as browsers do, sends forms with the token of the
 * page that they stand on, says where a request comes from, and follows nothing by itself.
 */
import {ok} from 'node:assert/strict'
import {notePeer} from '#runtime/strangers/peer.ts'
import {formTokenField} from '#pages/form-token.ts'

export type Fields = Readonly<Record<string, string>>

interface Init {
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string
}

export interface SiteBrowserOptions {
  fetch(request: Request): Promise<Response>
  origin?: string
  /** Where it comes from; this machine unless given. */
  address?: string
  userAgent?: string
}

export class SiteBrowser {
  readonly cookies = new Map<string, string>()
  readonly #options: SiteBrowserOptions
  readonly #origin: string
  #token = ''

  constructor(options: SiteBrowserOptions) {
    this.#options = options
    this.#origin = options.origin ?? 'http://localhost:2583'
  }

  /** A page, as it is after all redirects within the site. */
  async page(path: string): Promise<string> {
    let response = await this.get(path)
    for (let hops = 0; hops < 5 && response.status === 303; hops++) {
      response = await this.get(response.headers.get('location') ?? '')
    }
    return response.text()
  }

  /** An answer as it is. A page's forms can be sent from then on. */
  get(path: string, headers: Fields = {}): Promise<Response> {
    return this.send(path, {headers: {'sec-fetch-site': 'none', 'sec-fetch-dest': 'document', ...headers}})
  }

  /** Sends a form of the newest page. Other headers, and fields, take the place of those that a browser would send. */
  post(path: string, fields: Fields = {}, headers: Fields = {}): Promise<Response> {
    return this.send(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.#origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams({[formTokenField]: this.#token, ...fields}).toString(),
    })
  }

  async send(path: string, {method = 'GET', headers = {}, body}: Init): Promise<Response> {
    const {address, userAgent = 'test', fetch} = this.#options
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(new URL(path, this.#origin), {
      method,
      headers: {'user-agent': userAgent, ...(cookie !== '' && {cookie}), ...headers},
      ...(body !== undefined && {body}),
    })
    if (address !== undefined) notePeer(request, address)
    const response = await fetch(request)
    for (const text of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      ok(name !== undefined && value !== undefined, text)
      if (/max-age=0/i.test(text)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      const text = await response.clone().text()
      this.#token = new RegExp(`name="${formTokenField}" value="([^"]+)"`).exec(text)?.[1] ?? this.#token
    }
    return response
  }

  /** Signs in, as a person does. */
  async signIn(identifier: string, password: string): Promise<Response> {
    await this.get('/account/sign-in')
    return this.post('/account/sign-in', {identifier, password})
  }
}
