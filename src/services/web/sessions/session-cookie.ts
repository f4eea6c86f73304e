/** The cookie of who is signed in: it holds the session's secret. */
import {setCookie, type CookieKind} from '#pages/cookies.ts'

export const sessionKind: CookieKind = {name: 'wholesky-session', ageS: 60 * 86_400}

/** `undefined` takes the cookie away. */
export const sessionCookie = (secret: string | undefined, secure: boolean): string =>
  setCookie(sessionKind, secret, secure)
