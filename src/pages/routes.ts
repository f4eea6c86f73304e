/**
 * The route table. Each area of a site exports its routes, a plain list; the site joins the lists. A path names its
 * variables (`/profile/:actor/post/:rkey`); a last `*name` takes the rest of the path, slashes included.
 */
import type {Html} from './html.ts'
import type {Page} from './look/layout.ts'
import type {Theme} from './look/theme.ts'

/** One request for a page, with what the site knows about it. `Session` is what stands for who is signed in. */
export interface Visit<Session> {
  readonly request: Request
  readonly url: URL
  /** The variables of the route's path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Of whoever is signed in. */
  readonly session: Session | undefined
  readonly theme: Theme
  /** What each form of this page carries (`form-token.ts`). */
  readonly token: string
  /** Ends when the visitor goes away. */
  readonly signal: AbortSignal
  /** A whole page in the frame, with the navigation and the visitor's theme. */
  page(page: Page, init?: PageInit): Promise<Response>
  /** A piece of a page, for an island that puts it in its place. */
  fragment(part: Html, init?: PageInit): Response
  /** On to another page of ours, by GET. A path that leaves the site becomes `/`. */
  redirect(path: string, cookies?: readonly string[]): Response
}

/** A form that one of our own pages has sent, for the browser that holds the page. */
export interface FormVisit<Session> extends Visit<Session> {
  readonly form: FormData
}

export interface PageInit {
  status?: number
  cookies?: readonly string[]
  /**
   * Where forms of the page may lead beside this site, as sources of a content policy: `https:`, `com.example.app:`.
   * Browsers look at that also when the answer to a form sends them on.
   */
  formsTo?: readonly string[]
}

type Answer = Response | Promise<Response>

export type Route<Session> =
  | {
      readonly method: 'GET'
      readonly path: string
      readonly handle: (visit: Visit<Session>) => Answer
    }
  | {
      readonly method: 'POST'
      readonly path: string
      /** Whether the form may hold files. Only those who are signed in send such a form. */
      readonly files: boolean
      readonly handle: (visit: FormVisit<Session>) => Answer
    }

export const get = <Session>(path: string, handle: (visit: Visit<Session>) => Answer): Route<Session> => ({
  method: 'GET',
  path,
  handle,
})

export const post = <Session>(
  path: string,
  handle: (visit: FormVisit<Session>) => Answer,
  {files = false}: {files?: boolean} = {},
): Route<Session> => ({method: 'POST', path, files, handle})

/** Whether a path stays on this site: `//host` and `/\host` do not. */
export const isOwnPath = (path: string): boolean => /^\/(?![/\\])[^\s\\]*$/.test(path)

interface Compiled<Session> {
  route: Route<Session>
  pattern: RegExp
  names: readonly string[]
}

function compile<Session>(route: Route<Session>): Compiled<Session> {
  const names: string[] = []
  const pattern = route.path
    .split('/')
    .map(part => {
      if (!/^[:*]/.test(part)) return part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
      names.push(part.slice(1))
      return part.startsWith('*') ? '(.+)' : '([^/]+)'
    })
    .join('/')
  return {route, pattern: new RegExp(`^${pattern}/?$`), names}
}

export type Match<Session> =
  | {readonly route: Route<Session>; readonly params: Readonly<Record<string, string>>}
  | 'no-such-page'
  | 'wrong-method'

/** Finds routes by method and path; the first in the list wins. */
export function routeTable<Session>(
  routes: readonly Route<Session>[],
): (method: string, pathname: string) => Match<Session> {
  const compiled = routes.map(compile)
  return (method, pathname) => {
    const wanted = method === 'HEAD' ? 'GET' : method
    let found = false
    for (const {route, pattern, names} of compiled) {
      const match = pattern.exec(pathname)
      const params = match && decodeAll(names, match.slice(1))
      if (!params) continue
      if (route.method === wanted) return {route, params}
      found = true
    }
    return found ? 'wrong-method' : 'no-such-page'
  }
}

function decodeAll(names: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  try {
    return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(parts[i])]))
  } catch {
    return undefined
  }
}
