/** The two cookies: who is signed in, and which theme was chosen. */
import type {Theme} from './routes.ts'

const dayS = 86_400
const sessionName = 'wholesky-session'
const themeName = 'wholesky-theme'
const sessionAgeS = 60 * dayS
const themeAgeS = 400 * dayS

function cookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}

/** What the visitor's browser holds as the session's secret, if it has the form of one. */
export function sessionSecret(request: Request): string | undefined {
  const value = cookie(request, sessionName)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

export function chosenTheme(request: Request): Theme {
  const value = cookie(request, themeName)
  return value === 'light' || value === 'dark' ? value : 'system'
}

const setCookie = (name: string, value: string, ageS: number, secure: boolean): string =>
  `${name}=${value}; Path=/; Max-Age=${ageS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

/** `undefined` takes the cookie away. */
export const sessionCookie = (secret: string | undefined, secure: boolean): string =>
  setCookie(sessionName, secret ?? '', secret === undefined ? 0 : sessionAgeS, secure)

export const themeCookie = (theme: Theme, secure: boolean): string =>
  setCookie(themeName, theme, theme === 'system' ? 0 : themeAgeS, secure)
