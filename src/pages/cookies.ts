/** Cookies of the pages: none can be read by a script, and none is sent when another site asks. */

/** One cookie by its name, and for how long a browser keeps it. */
export interface CookieKind {
  readonly name: string
  readonly ageS: number
}

/**
 * The same cookie for one host alone: over HTTPS (`secure`) its name says so to the browser, which then takes it from
 * no other host of the same domain, nor over plain HTTP.
 */
export const hostCookie = (kind: CookieKind, secure: boolean): CookieKind =>
  secure ? {...kind, name: `__Host-${kind.name}`} : kind

const dayS = 86_400
/** The longest that browsers keep a cookie. */
export const longestAgeS = 400 * dayS

/** The value that a browser sent; the first where there are several of that name. */
export function cookieOf(request: Request, {name}: CookieKind): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}

/** A cookie that holds 32 random bytes as base64url, if it has the form of that. */
export function secretOf(request: Request, kind: CookieKind): string | undefined {
  const value = cookieOf(request, kind)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

/**
 * The text of a `Set-Cookie` header; `undefined` takes the cookie away. `value` is ours, of letters, digits, `-` and
 * `_`: nothing is escaped. `secure` keeps it to HTTPS.
 */
export const setCookie = ({name, ageS}: CookieKind, value: string | undefined, secure: boolean): string =>
  `${name}=${value ?? ''}; Path=/; Max-Age=${value === undefined ? 0 : ageS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
