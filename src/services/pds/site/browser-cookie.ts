/** The cookie of a browser that is signed in: it holds the browser's secret. */
import type {Did} from '#atp/syntax/did.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {strangersAt} from '#runtime/strangers/stranger.ts'
import {hostCookie, secretOf, setCookie, type CookieKind} from '#pages/cookies.ts'
import {deviceAgeMaxMs, type Devices, type BrowserInfo} from '../accounts/devices.ts'

export const browserKind = (secure: boolean): CookieKind =>
  hostCookie({name: 'wholesky-account', ageS: deviceAgeMaxMs / 1_000}, secure)

export const browserInfoOf = (request: Request): BrowserInfo => ({
  address: peerAddress(request),
  userAgent: request.headers.get('user-agent'),
})

/** Whoever asks, as addresses are counted. */
export const askerOf = (request: Request): string => strangersAt(peerAddress(request)).one

/**
 * Signs an account in to the browser that asks. Gives the cookie that it is to keep. `epoch` is the account's when its
 * owner showed who he is: see `Devices.signIn`.
 */
export async function signInBrowser(
  devices: Pick<Devices, 'signIn'>,
  did: Did,
  request: Request,
  secure: boolean,
  epoch?: number,
): Promise<string> {
  const kind = browserKind(secure)
  const secret = await devices.signIn(did, secretOf(request, kind), browserInfoOf(request), epoch)
  return setCookie(kind, secret, secure)
}
