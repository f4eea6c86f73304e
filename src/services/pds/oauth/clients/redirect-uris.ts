/**
 * Where a browser may be sent with a code. Whoever gets a code there can ask for tokens, so a redirect URI has to
 * belong to its client beyond doubt (spec: OAuth, "Client ID Metadata Document"; RFC 8252, sections 7 and 8).
 */
import {isIP} from 'node:net'

export const redirectUriLengthMax = 1_024

export interface RedirectOwner {
  /** The URL that is the client's id; `undefined` for a client on the machine of its user. */
  clientUrl: URL | undefined
  isNative: boolean
}

/** What is wrong with a redirect URI of this client; `undefined` when it is good. */
export function redirectFault(text: string, {clientUrl, isNative}: RedirectOwner): string | undefined {
  const url = text.length <= redirectUriLengthMax ? URL.parse(text) : null
  if (!url) return 'is no URL'
  if (url.username !== '' || url.password !== '') return 'holds a user or a password'
  // A fragment would be lost, or taken for ours.
  if (text.includes('#')) return 'has a fragment'
  if (url.protocol === 'http:') return loopbackFault(url, isNative)
  if (url.protocol === 'https:') return hostFault(url.hostname)
  return privateSchemeFault(text, url, clientUrl, isNative)
}

function loopbackFault({hostname}: URL, isNative: boolean): string | undefined {
  if (hostname === 'localhost') return 'names localhost: use http://127.0.0.1 or http://[::1]'
  if (!isLoopback(hostname)) return 'is not https'
  return isNative
    ? undefined
    : 'leads to the user’s machine, which only a client of application_type native may ask for'
}

/** What is wrong with a host that is to be found on the internet. */
export function hostFault(hostname: string): string | undefined {
  if (isLoopback(hostname)) return 'leads to the user’s machine by https'
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0) return undefined
  const isLocal = !hostname.includes('.') || /\.(?:local|localhost|test|invalid|example|internal)$/.test(hostname)
  return isLocal ? 'names a host that is not on the internet' : undefined
}

/** A scheme of an app's own: its domain in reverse order, and then one slash (spec: OAuth, "Types of Clients"). */
function privateSchemeFault(text: string, url: URL, clientUrl: URL | undefined, isNative: boolean): string | undefined {
  if (!url.protocol.includes('.')) return 'has a scheme that is no domain in reverse order'
  if (!isNative) return 'has a scheme of its own, which only a client of application_type native may ask for'
  const scheme = clientUrl?.hostname.split('.').toReversed().join('.')
  if (scheme === undefined) return 'has a scheme of its own, which a client on the user’s machine may not ask for'
  if (url.protocol !== `${scheme}:`) return `has the scheme of another client: this one has ${scheme}`
  return /^[^:]+:\/(?!\/)/.test(text) ? undefined : 'needs one slash, and only one, after its scheme'
}

const isLoopback = (hostname: string): boolean =>
  hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost'

/**
 * Whether a client that has registered `registered` may ask for `asked`: letter by letter the same, but for the port of
 * the user's machine, which the system chooses when the client begins to listen (RFC 8252, section 7.3).
 */
export function isRegistered(asked: string, registered: readonly string[]): boolean {
  return registered.some(one => {
    if (one === asked) return true
    const [theirs, ours] = [URL.parse(asked), URL.parse(one)]
    if (!theirs || !ours || ours.protocol !== 'http:' || ours.port !== '') return false
    if (asked.length > redirectUriLengthMax || asked.includes('#')) return false
    theirs.port = ''
    return theirs.href === ours.href
  })
}
