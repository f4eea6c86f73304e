/** Rate limits in the words of OAuth, for its endpoints. */
import {XrpcError} from '#xrpc/errors.ts'
import {OAuthError} from '../oauth/oauth-error.ts'
import type {OAuthLimits} from '../oauth/oauth.ts'
import type {RateLimits} from './rate-limits.ts'

export const oauthLimits = (limits: Pick<RateLimits, 'admit' | 'takeClient' | 'takeApp'>): OAuthLimits => ({
  admit: (request, path, headers) => limits.admit(request, path, headers).catch(slowDown),
  takeClient: clientId => limits.takeClient(clientId).catch(slowDown),
  takeApp: (did, clientId) => limits.takeApp(did, clientId).catch(slowDown),
})

function slowDown(error: unknown): never {
  if (!(error instanceof XrpcError)) throw error
  const {message, status, headers} = error
  throw new OAuthError('slow_down', message, {status, headers})
}
