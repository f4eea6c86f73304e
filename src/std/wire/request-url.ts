/**
 * The URL of a request, taken apart once. Each of those that a request passes on its way, such as health, the service and
 * its router, looks at it, and the standard class tells it as a text alone.
 */

/** Not to be changed: it is the same for all who ask. */
export const parsedUrl = (request: Request & {readonly parsed?: unknown}): URL =>
  request.parsed instanceof URL ? request.parsed : new URL(request.url)
