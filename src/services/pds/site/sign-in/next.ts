/** The page to sign in, and where to go from there. */
import {isOwnPath} from '#pages/routes.ts'

export const signInPath = '/account/sign-in'
const accountPath = '/account'
const lengthMax = 4_000

/** Where to go once signed in; what is no path of ours leads to the account. */
export const nextOf = (text: string): string => (isOwnPath(text) && text.length <= lengthMax ? text : accountPath)

interface SignInFor {
  /** Whom to sign in; whoever comes unless given. */
  as?: string | undefined
  /** The owner is signed in, and is asked again before something grave. */
  again?: boolean
}

/** The page to sign in and then go on to `next`. */
export function signInFor(next: string, {as, again = false}: SignInFor = {}): string {
  const query = new URLSearchParams({next})
  if (as !== undefined) query.set('as', as)
  if (again) query.set('why', 'again')
  return `${signInPath}?${query}`
}
