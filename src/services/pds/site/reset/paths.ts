/** The page for a forgotten password, and where to go from there. */
export const resetPath = '/account/reset'
export const finishPath = '/account/reset/finish'

/** The page for a forgotten password, or for the code of one, and then to sign in and go on to `next`. */
export const resetFor = (next: string, path: typeof resetPath | typeof finishPath = resetPath): string =>
  `${path}?${new URLSearchParams({next})}`
