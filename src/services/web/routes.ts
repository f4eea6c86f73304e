/**
 * The route table. Each area of the site exports its routes, a plain list; `web.ts` joins the lists. A path names its
 * variables (`/profile/:actor/post/:rkey`); a last `*name` takes the rest of the path, slashes included.
 */
import type {Html} from './html.ts'
import type {Page} from './layout.ts'
import type {Session} from './sessions.ts'

export type Theme = 'light' | 'dark' | 'system'

/** One request for a page, with what the frame knows about it. */
export interface Visit {
  readonly request: Request
  readonly url: URL
  /** The variables of the route's path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Of whoever is signed in. */
  readonly session: Session | undefined
  readonly theme: Theme
  /** Ends when the visitor goes away. */
  readonly signal: AbortSignal
  /** A whole page in the frame, with the navigation and the visitor's theme. */
  page(page: Page, init?: PageInit): Promise<Response>
  /** A piece of a page, for an island that puts it in its place. */
  fragment(part: Html, init?: PageInit): Response
  /** On to another page of ours, by GET. A path that leaves the site becomes `/`. */
  redirect(path: string, cookies?: readonly string[]): Response
}

export interface PageInit {
  status?: number
  cookies?: readonly string[]
}

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly handle: (visit: Visit) => Response | Promise<Response>
}

export const get = (path: string, handle: Route['handle']): Route => ({method: 'GET', path, handle})
export const post = (path: string, handle: Route['handle']): Route => ({method: 'POST', path, handle})

/** Whether a path stays on this site: `//host` and `/\host` do not. */
export const isOwnPath = (path: string): boolean => /^\/(?![/\\])[^\s\\]*$/.test(path)

interface Compiled {
  route: Route
  pattern: RegExp
  names: readonly string[]
}

function compile(route: Route): Compiled {
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

export type Match =
  | {readonly route: Route; readonly params: Readonly<Record<string, string>>}
  | 'no-such-page'
  | 'wrong-method'

/** Finds routes by method and path; the first in the list wins. */
export function routeTable(routes: readonly Route[]): (method: string, pathname: string) => Match {
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
