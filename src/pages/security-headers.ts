/**
 * What a browser may do with our pages: load scripts and styles from here, pictures also from origins that we name, and
 * nothing from anywhere else. No script or style stands inside a page, so text of a stranger that slipped through could
 * run none.
 */

/**
 * What a page may load. `pictures` are the other origins that pictures may come from, `formsTo` the other sources that a
 * form may lead to, by itself or by being sent on.
 */
export const contentPolicy = (pictures: readonly string[] = [], formsTo: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' blob:", ...pictures].join(' '),
    "connect-src 'self'",
    ["form-action 'self'", ...formsTo].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

/** The headers of every answer, which has a policy of its own only where a page asks for that. */
export function securityHeaders(pictures: readonly string[] = []): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentPolicy(pictures),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

/**
 * Whether a request that changes something was sent by one of our own pages. Browsers say where a request comes from;
 * one that says nothing is no browser that holds our cookie.
 */
export function isOwnForm(request: Request, publicUrl: string): boolean {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  if (origin === null) return site === 'same-origin'
  return origin === new URL(request.url).origin || origin === new URL(publicUrl).origin
}
