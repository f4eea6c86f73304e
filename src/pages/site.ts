/**
 * A site: from a request to a page. It finds the route and who is signed in, refuses what another site sends, reads a
 * form within its bounds and checks its token, puts a page into its frame, and turns what goes wrong into a page that
 * says what to do. What the pages show, and what stands around them, is the service's own.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {letGo} from '#xrpc/body.ts'
import type {Assets} from './assets.ts'
import {hostCookie, longestAgeS, secretOf, setCookie, type CookieKind} from './cookies.ts'
import {formTokenField, formTokenOf, isFormToken} from './form-token.ts'
import {field, formOf, type FormFault} from './form.ts'
import {toText, type Html} from './html.ts'
import {document, type Dress, type Page} from './look/layout.ts'
import {themeRoute} from './look/theme-route.ts'
import {chosenTheme} from './look/theme.ts'
import {problemPage, type Problem} from './problem.ts'
import {isOwnPath, routeTable, type Match, type PageInit, type Route, type Visit} from './routes.ts'
import {contentPolicy, isOwnForm, securityHeaders} from './security-headers.ts'

export interface SiteOptions<Session> {
  routes: readonly Route<Session>[]
  assets: Assets
  /** Where people reach the site. Over HTTPS its cookies stay there. */
  publicUrl: string
  /** Other origins that pictures may come from. */
  pictures?: readonly string[]
  /** Holds the secret of who is signed in. */
  sessionCookie: CookieKind
  /** The session whose secret this is; `request` is what comes with it. */
  session(secret: string, request: Request): Promise<Session | undefined>
  /** Where the buttons of the theme lead: another path for a site that shares its origin with another. */
  themePath?: string
  /** Where those go who have to sign in first. */
  signInPath: string
  /**
   * What stands around a page. Called as a GET begins, so that what it asks for comes while the page's own data does;
   * what it gives is called once the page is made. `undefined` stands for a visitor who is not signed in, or a page
   * that says nothing of who is. `token` is for the forms in it.
   */
  dress(session: Session | undefined, token: string): (page: Page) => Dress | Promise<Dress>
  /** The answer to an error that is no fault of ours; `undefined` for all others. */
  failed?(error: unknown, visit: Visit<Session>): Promise<Response> | Response | undefined
  world: Pick<World, 'random'>
  log: Log
}

/** Of those who are not signed in: forms are bound to it. */
const visitorKind: CookieKind = {name: 'wholesky-visitor', ageS: longestAgeS}

/** A secret that a browser holds; `isNew` when it is still to be given to it. */
interface Secret {
  value: string
  isNew: boolean
}

export class Site<Session> {
  readonly #options: SiteOptions<Session>
  readonly #match: (method: string, pathname: string) => Match<Session>
  readonly #headers: Readonly<Record<string, string>>
  readonly #secure: boolean
  readonly #visitorCookie: CookieKind

  constructor(options: SiteOptions<Session>) {
    this.#options = options
    this.#secure = isSecure(options.publicUrl)
    this.#visitorCookie = hostCookie(visitorKind, this.#secure)
    this.#match = routeTable([...options.routes, themeRoute<Session>(this.#secure, options.themePath ?? '/theme')])
    this.#headers = securityHeaders(options.pictures)
  }

  async fetch(request: Request): Promise<Response> {
    const answered = await this.#answer(request)
    for (const [name, value] of Object.entries(this.#headers)) {
      if (!answered.headers.has(name)) answered.headers.set(name, value)
    }
    if (request.method !== 'HEAD') return answered
    // Whatever would go on giving it, such as the live events of a viewer, ends.
    letGo(answered.body)
    return new Response(null, answered)
  }

  async #answer(request: Request): Promise<Response> {
    const {assets, sessionCookie, session: sessionOf, publicUrl} = this.#options
    const url = new URL(request.url)
    if (url.pathname.startsWith('/assets/')) return assets.serve(request)
    if (url.pathname === '/robots.txt') return new Response('User-agent: *\nAllow: /\n')
    const match = this.#match(request.method, url.pathname)
    if (typeof match === 'object' && match.route.method === 'POST' && !isOwnForm(request, publicUrl)) {
      return problemPage(this.#visit(request, url, undefined), notOurForm)
    }
    const secret = secretOf(request, sessionCookie)
    const sessionNow = async () => (secret === undefined ? undefined : await sessionOf(secret, request))
    const session = await sessionNow()
    const visit = this.#visit(request, url, session)
    if (match === 'no-such-page') return problemPage(visit, noSuchPage)
    if (match === 'wrong-method') return problemPage(visit, wrongMethod)
    const {route, params} = match
    try {
      if (route.method === 'GET') return await route.handle({...visit, params})
      if (route.files && session === undefined) return visit.redirect(this.#options.signInPath)
      const form = await formOf(request, route)
      if (typeof form === 'string') return problemPage(visit, noForm[form])
      const holds = isFormToken(field(form, formTokenField), secret ?? secretOf(request, this.#visitorCookie))
      if (!holds) return problemPage(visit, this.#oldPage(session))
      // Again: a form may take minutes to come, and whoever was put out meanwhile is out.
      return await route.handle({...this.#visit(request, url, await sessionNow()), params, form})
    } catch (error) {
      return this.#failed(error, visit)
    }
  }

  async #failed(error: unknown, visit: Visit<Session>): Promise<Response> {
    const {failed, log} = this.#options
    const told = await failed?.(error, visit)
    if (told) return told
    log.error('a page could not be made', {path: visit.url.pathname, error})
    return problemPage(this.#visit(visit.request, visit.url, undefined), ourFault)
  }

  /** The secret that the forms of a page are bound to: the session's where there is one. */
  #secret(request: Request): Secret {
    const held = secretOf(request, this.#options.sessionCookie) ?? secretOf(request, this.#visitorCookie)
    if (held !== undefined) return {value: held, isNew: false}
    return {value: toBase64Url(this.#options.world.random(32)), isNew: true}
  }

  #visit(request: Request, url: URL, session: Session | undefined): Visit<Session> {
    const {dress, assets} = this.#options
    const theme = chosenTheme(request)
    const secret = this.#secret(request)
    const token = formTokenOf(secret.value)
    const dressed = request.method === 'GET' ? dress(session, token) : undefined
    const page = async (page: Page, {status, cookies = [], formsTo}: PageInit = {}): Promise<Response> => {
      const path = request.method === 'GET' ? url.pathname + url.search : page.at || '/'
      const frame = {
        dress: await (dressed ?? dress(session, token))(page),
        theme,
        path,
        themePath: this.#options.themePath,
        token,
        asset: (file: string) => assets.url(file),
      }
      // A form of another site comes without the cookies that a browser has: it must not replace them.
      const isGiven = secret.isNew && request.method === 'GET'
      const given = isGiven ? [setCookie(this.#visitorCookie, secret.value, this.#secure)] : []
      const shown = respond(toText(document(page, frame)), {status, cookies: [...cookies, ...given]})
      if (formsTo) shown.headers.set('content-security-policy', contentPolicy(this.#options.pictures, formsTo))
      return shown
    }
    return {
      request,
      url,
      params: {},
      session,
      theme,
      token,
      signal: request.signal,
      page,
      fragment: (part: Html, init: PageInit = {}) => respond(toText(part), init),
      redirect: (path, cookies = []) =>
        new Response(null, {
          status: 303,
          headers: [['location', isOwnPath(path) ? path : '/'], ...cookies.map(cookieHeader)],
        }),
    }
  }

  #oldPage(session: Session | undefined): Problem {
    const way = session === undefined ? {path: this.#options.signInPath, label: 'Sign in'} : home
    return {
      status: 403,
      title: 'That page is out of date',
      text: 'It was made before you signed in or out. Nothing was done. Load the page again, then try once more.',
      way,
    }
  }
}

/** Whether a site is reached over HTTPS, by its public URL. */
export const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:')

const cookieHeader = (cookie: string): [string, string] => ['set-cookie', cookie]

const respond = (text: string, {status = 200, cookies = []}: PageInit): Response =>
  new Response(text, {
    status,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      // Pages show what one person may see.
      ['cache-control', 'private, no-store'],
      ...cookies.map(cookieHeader),
    ],
  })

const home = {path: '/', label: 'Go to the home page'}
const noSuchPage: Problem = {
  status: 404,
  title: 'Page not found',
  text: 'The address may be mistyped, or the page may have been removed.',
  way: home,
}
const wrongMethod: Problem = {
  status: 405,
  title: 'There is no page here',
  text: 'This address only receives forms from other pages.',
  way: home,
}
const notOurForm: Problem = {
  status: 403,
  title: 'This did not come from one of our pages',
  text: 'Another site tried to do something in your name, or your browser does not say where a form comes from. Nothing was done.',
  way: home,
}
const noForm: Readonly<Record<FormFault, Problem>> = {
  'too-large': {
    status: 413,
    title: 'That is too large',
    text: 'Text and pictures together may be 12 MB at most. Nothing was sent.',
    way: home,
  },
  unreadable: {
    status: 400,
    title: 'That form could not be read',
    text: 'Nothing was done. Load the page again, then try once more.',
    way: home,
  },
}
const ourFault: Problem = {
  status: 500,
  title: 'Something went wrong on our side',
  text: 'This page could not be made. The error has been logged.',
  way: home,
}
