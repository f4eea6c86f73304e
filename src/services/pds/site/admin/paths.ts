/** Where the pages for whoever runs the server are. */
import {isOwnPath} from '#pages/routes.ts'

export const adminPath = '/admin'
export const signInPath = `${adminPath}/sign-in`
export const accountsPath = `${adminPath}/accounts`
export const invitesPath = `${adminPath}/invites`
export const mailPath = `${adminPath}/mail`
export const relaysPath = `${adminPath}/relays`

/** Whether a path is one of these pages. */
export const isAdminPath = (pathname: string): boolean => pathname === adminPath || pathname.startsWith(`${adminPath}/`)

/** The page of one account. */
export const accountPath = (did: string): string => `${accountsPath}/${did}`

/** Where to sign in and then come to `path`. */
export const signInFor = (path: string): string =>
  path === adminPath ? signInPath : `${signInPath}?${new URLSearchParams({next: path}).toString()}`

/** Where to go after signing in: a page for admins, and nowhere else. */
export const nextOf = (given: string): string =>
  isOwnPath(given) && /^\/admin(?:[/?]|$)/.test(given) ? given : adminPath
