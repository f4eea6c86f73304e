/** The page to make an account, and where to go from there. */
export const signUpPath = '/account/sign-up'

/** The page to make an account and then go on to `next`. */
export const signUpFor = (next: string): string => `${signUpPath}?${new URLSearchParams({next})}`
