/** Calls of apps that came by OAuth: by which words and headers one is refused (RFC 9449, section 9). */
import {XrpcError} from '#xrpc/errors.ts'
import {dpopAlgorithm} from '../oauth/dpop.ts'
import {OAuthError} from '../oauth/oauth-error.ts'
import type {Resource} from '../oauth/resource.ts'
import type {ClientTokens} from './callers.ts'

/** Vouches for tokens as `resource` does. A fault goes out by the name that OAuth has for it. */
export const clientTokens = (resource: Pick<Resource, 'verifyDpop'>): ClientTokens => ({
  verifyDpop: request =>
    resource.verifyDpop(request).catch((error: unknown) => {
      if (!(error instanceof OAuthError)) throw error
      const said = headerText(error.message)
      const challenge = `DPoP algs="${dpopAlgorithm}", error="${error.error}", error_description="${said}"`
      throw new XrpcError(error.error, error.message, {status: 401, headers: {'www-authenticate': challenge}})
    }),
})

/** What a quoted text in a header can hold. */
const headerText = (text: string): string =>
  text
    .replaceAll('’', "'")
    .replaceAll(/["\\]/g, '')
    .replaceAll(/[^ -~]/g, '?')
