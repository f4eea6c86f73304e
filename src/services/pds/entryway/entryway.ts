/**
 * Behind an entryway, accounts log in there: it keeps passwords, addresses, invite codes and the keys that change
 * identities, and this server keeps repositories. What is about an account is passed on to it: as it came where it
 * brings its own credentials, and else in the name of the account, once it is known here whose call it is.
 */
import type {World} from '#std/world.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Need} from '#atp/scope/permissions.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {sendEmail} from '#lex/gen/com/atproto/admin/sendEmail.ts'
import {letGo, readBytes} from '#xrpc/body.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {Authenticator} from '#xrpc/router.ts'
import type {Asker} from '../permissions/asker.ts'
import type {AccessClaims} from '../accounts/tokens.ts'
import {protectedResource} from '../oauth/server-metadata.ts'
import type {ServiceTokens} from '../proxy/service-tokens.ts'

const answerMs = 30_000
const bodySizeMax = 1_000_000
const answerSizeMax = 10_000_000
const requestHeaders = ['accept', 'accept-language', 'content-type', 'user-agent', 'atproto-accept-labelers']
const answerHeaders = ['content-type', 'content-language', 'retry-after', 'www-authenticate']
const counted = /^ratelimit-/i

/** Methods that are passed on as they came, with the credentials that they bring. */
const asTheyCame: ReadonlySet<string> = new Set([
  'com.atproto.admin.updateAccountEmail',
  'com.atproto.admin.updateAccountPassword',
  'com.atproto.server.activateAccount',
  'com.atproto.server.createSession',
  'com.atproto.server.deactivateAccount',
  'com.atproto.server.deleteAccount',
  'com.atproto.server.deleteSession',
  'com.atproto.server.refreshSession',
  'com.atproto.server.requestPasswordReset',
  'com.atproto.server.resetPassword',
  'com.atproto.temp.checkSignupQueue',
])

/** Methods that the entryway answers, and this server no more. */
const managedThere: ReadonlySet<string> = new Set([
  'com.atproto.admin.disableAccountInvites',
  'com.atproto.admin.disableInviteCodes',
  'com.atproto.admin.enableAccountInvites',
  'com.atproto.admin.getInviteCodes',
  'com.atproto.server.createInviteCode',
  'com.atproto.server.createInviteCodes',
])

const email: Need = {resource: 'account', attr: 'email', action: 'manage'}
const anyIdentity: Need = {resource: 'identity', attr: '*'}
/** What an app must be allowed for those that apps may call. */
const forApps: Readonly<Record<string, Need | 'nothing'>> = {
  'com.atproto.identity.requestPlcOperationSignature': anyIdentity,
  'com.atproto.identity.signPlcOperation': anyIdentity,
  'com.atproto.identity.updateHandle': {resource: 'identity', attr: 'handle'},
  'com.atproto.server.confirmEmail': email,
  'com.atproto.server.getSession': 'nothing',
  'com.atproto.server.requestEmailConfirmation': email,
}
/** The others that are passed on in the name of the account, for a login with its own password … */
const forOwners: ReadonlySet<string> = new Set([
  'com.atproto.server.createAppPassword',
  'com.atproto.server.getAccountInviteCodes',
  'com.atproto.server.requestAccountDelete',
  'com.atproto.server.requestEmailUpdate',
  'com.atproto.server.updateEmail',
])
/** … and for any. */
const forSessions: ReadonlySet<string> = new Set([
  'com.atproto.server.listAppPasswords',
  'com.atproto.server.revokeAppPassword',
])

/** What an entryway is told by the configuration. */
export interface EntrywayPlace {
  /** Its origin. */
  url: string
  did: Did
}

export interface EntrywayOptions extends EntrywayPlace {
  /** This server's. */
  publicUrl: string
  auth: {
    full: Authenticator<AccessClaims>
    session: Authenticator<AccessClaims>
    fullOrClient: Authenticator<Asker>
    leaverOrClient: Authenticator<Asker>
    moderator: Authenticator<void>
    sessionOrClient: Authenticator<Asker>
  }
  tokens: Pick<ServiceTokens, 'mint'>
  /** Throws when that by which the caller was let in has ended since: see `RouterOptions.recheck`. */
  recheck: (request: Request) => Promise<void>
  world: World
}

export class Entryway {
  readonly #options: EntrywayOptions

  constructor(options: EntrywayOptions) {
    this.#options = options
  }

  /** Whether a method is not this server's to answer. */
  readonly answers = (nsid: string): boolean =>
    asTheyCame.has(nsid) ||
    managedThere.has(nsid) ||
    forOwners.has(nsid) ||
    forSessions.has(nsid) ||
    nsid === sendEmail.nsid ||
    Object.hasOwn(forApps, nsid)

  /** Passes the call on. Throws `XrpcError`. */
  async fetch(request: Request, nsid: Nsid): Promise<Response> {
    const {did, tokens, auth} = this.#options
    if (managedThere.has(nsid)) {
      throw new XrpcError('InvalidRequest', 'Account invites are managed by the entryway service')
    }
    if (asTheyCame.has(nsid)) {
      const shown = request.headers.get('authorization') ?? undefined
      // A proof is for the address that was called.
      if (/^dpop /i.test(shown ?? '')) throw new XrpcError('InvalidRequest', 'DPoP requests cannot be proxied')
      return this.#pass(request, shown, await bodyOf(request))
    }
    const caller = nsid === sendEmail.nsid ? undefined : await this.#caller(request, nsid)
    if (caller === undefined) await auth.moderator(request, nsid)
    const body = await bodyOf(request)
    await this.#options.recheck(request)
    const name = caller ?? recipientIn(body)
    return this.#pass(request, `Bearer ${await tokens.mint(name, did, nsid, undefined)}`, body)
  }

  /** What this server says of pages and documents that are the entryway's; undefined for all else. */
  page(request: Request): Response | undefined {
    const {url, publicUrl} = this.#options
    const {pathname} = new URL(request.url)
    if (pathname === '/.well-known/oauth-protected-resource') {
      const headers = {'access-control-allow-origin': '*'}
      return Response.json(protectedResource(new URL(publicUrl).origin, url), {headers})
    }
    const isTheirs = /^\/(?:oauth\/|\.well-known\/(?:oauth-authorization-server|atproto-did)$)/.test(pathname)
    if (isTheirs) return new Response('There is nothing here.\n', {status: 404})
    return /^\/account(?:\/|$)/.test(pathname) ? Response.redirect(`${url}/account`, 303) : undefined
  }

  async #caller(request: Request, nsid: Nsid): Promise<Did> {
    const {auth} = this.#options
    const need = Object.hasOwn(forApps, nsid) ? forApps[nsid] : undefined
    if (need === 'nothing' || need === email) return (await auth.sessionOrClient(request, nsid)).for(need).did
    if (need === anyIdentity) return (await auth.leaverOrClient(request, nsid)).for(need).did
    if (need !== undefined) return (await auth.fullOrClient(request, nsid)).for(need).did
    const kind = forOwners.has(nsid) ? auth.full : auth.session
    return (await kind(request, nsid)).did
  }

  async #pass(
    request: Request,
    authorization: string | undefined,
    body: Uint8Array<ArrayBuffer> | undefined,
  ): Promise<Response> {
    const {url, world} = this.#options
    const {pathname, search} = new URL(request.url)
    const headers = new Headers(authorization === undefined ? {} : {authorization})
    for (const name of requestHeaders) {
      const value = request.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    // Else all that guess a password through this server would be one stranger there.
    headers.set('x-forwarded-for', peerAddress(request))
    try {
      return await withDeadline(world, answerMs, request.signal, async signal => {
        const {method} = request
        // Nobody is led elsewhere with the credentials of others, nor to where only this machine can look.
        const sent = new Request(url + pathname + search, {method, headers, signal, body, redirect: 'manual'})
        const response = await world.fetch(sent)
        if (response.status >= 300 && response.status < 400) {
          letGo(response.body)
          throw failed()
        }
        const kept = new Headers()
        for (const [name, value] of response.headers) {
          if (answerHeaders.includes(name) || counted.test(name)) kept.set(name, value)
        }
        const content = await readBytes(response.body, answerSizeMax, failed)
        return new Response(content, {status: response.status, headers: kept})
      })
    } catch (cause) {
      if (cause instanceof XrpcError) throw cause
      if (cause instanceof TimedOut) throw new XrpcError('UpstreamTimeout', 'The entryway did not answer in time.')
      throw new XrpcError('UpstreamFailure', 'The entryway could not be reached; try again later.', {cause})
    }
  }
}

const failed = (): XrpcError => new XrpcError('UpstreamFailure', 'The entryway failed.')
const tooBig = (): XrpcError => new XrpcError('PayloadTooLarge', `A body can have at most ${bodySizeMax} bytes.`)

const bodyOf = async (request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> =>
  request.body === null ? undefined : await readBytes(request.body, bodySizeMax, tooBig)

/** In whose name a mail is sent. */
function recipientIn(body: Uint8Array | undefined): Did {
  const {recipientDid} = (jsonOf(fromUtf8(body ?? new Uint8Array())) ?? {}) as {recipientDid?: unknown}
  if (typeof recipientDid === 'string' && isDid(recipientDid)) return recipientDid
  throw new XrpcError('InvalidRequest', 'recipientDid: expected a DID.')
}
