/** What a client asks for, and whether it may: the parameters of a pushed authorization request (RFC 9126). */
import {scopeLengthMax} from '#atp/scope/scope.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import type {Client} from './clients/client.ts'
import type {Form} from './form.ts'
import {OAuthError} from './oauth-error.ts'
import type {SetName} from '../permissions/permission-sets.ts'
import {isRegistered, redirectUriLengthMax} from './clients/redirect-uris.ts'

const stateLengthMax = 4_096
const hintLengthMax = 2_048

export const prompts = ['none', 'login', 'consent', 'select_account', 'create'] as const
export type Prompt = (typeof prompts)[number]
export const responseModes = ['query', 'fragment', 'form_post'] as const
export type ResponseMode = (typeof responseModes)[number]

export interface AuthorizationParameters {
  redirectUri: string
  responseMode: ResponseMode
  /** Only what is understood; in the place of each permission set, what it holds. */
  scope: string
  /** The permission sets that some of it comes from. */
  sets?: readonly SetName[]
  codeChallenge: string
  state?: string
  prompt?: Prompt
  /** A handle or DID. */
  loginHint?: string
  /** Thumbprint of the key that tokens are to be bound to, if the client has shown it by now. */
  jkt?: string
}

/** Parameters of OpenID and others whose meaning would be lost if they were passed over. */
const unsupported = [
  'authorization_details',
  'claims',
  'id_token_hint',
  'nonce',
  'request',
  'request_uri',
  'registration',
]

/** Throws `OAuthError`. `jkt` is of the key of the request's DPoP proof. */
export function authorizationParameters(form: Form, client: Client, jkt: string | undefined): AuthorizationParameters {
  for (const name of unsupported) if (form.has(name)) throw wrong(`${name} is not supported here.`)
  const type = form.demand('response_type', 100)
  if (type !== 'code') throw new OAuthError('unsupported_response_type', 'response_type has to be code.')
  const codeChallenge = challengeOf(form)
  const prompt = oneOf(form, 'prompt', prompts)
  const state = form.get('state', stateLengthMax)
  const loginHint = hintOf(form)
  const bound = boundKey(form, jkt)
  return {
    redirectUri: redirectOf(form, client),
    responseMode: oneOf(form, 'response_mode', responseModes) ?? 'query',
    scope: scopeOf(form, client),
    codeChallenge,
    ...(state !== undefined && {state}),
    // Whoever wants to know that somebody is there now has him sign in.
    ...((prompt ?? form.get('max_age', 20)) !== undefined && {prompt: prompt ?? 'login'}),
    ...(loginHint !== undefined && {loginHint}),
    ...(bound !== undefined && {jkt: bound}),
  }
}

function challengeOf(form: Form): string {
  const challenge = form.get('code_challenge', 200)
  if (challenge === undefined) throw wrong('code_challenge is missing: every client has to use PKCE.')
  const method = form.get('code_challenge_method', 100) ?? 'plain'
  if (method !== 'S256') throw wrong(`code_challenge_method is ${method}, and has to be S256.`)
  if (!/^[\w-]{43}$/.test(challenge))
    throw wrong('code_challenge has to be the SHA-256 of the code_verifier, in base64url.')
  return challenge
}

function redirectOf(form: Form, {redirectUris}: Client): string {
  const asked = form.get('redirect_uri', redirectUriLengthMax)
  if (asked === undefined) {
    if (redirectUris.length === 1) return redirectUris[0]
    throw wrong('redirect_uri is missing: this client has several.')
  }
  if (isRegistered(asked, redirectUris)) return asked
  throw wrong(
    `redirect_uri ${asked} is not one of the redirect_uris of this client: ${redirectUris.slice(0, 5).join(', ')}.`,
  )
}

function scopeOf(form: Form, {scopes}: Client): string {
  const asked = new Set(
    form
      .get('scope', scopeLengthMax)
      ?.split(' ')
      .filter(one => one !== ''),
  )
  if (!asked.has('atproto')) throw badScope('scope has to hold atproto.')
  if (asked.has('openid')) throw badScope('scope holds openid: OpenID Connect is not a part of atproto.')
  for (const one of asked) {
    if (!scopes.has(one))
      throw badScope(`scope holds ${one.slice(0, 300)}, which is not in the scope of this client’s metadata.`)
  }
  return [...asked].join(' ')
}

function hintOf(form: Form): string | undefined {
  const hint = form.get('login_hint', hintLengthMax)?.replace(/^@/, '')
  if (hint === undefined || isDid(hint)) return hint
  const handle = hint.toLowerCase()
  if (!isHandle(handle)) throw wrong('login_hint has to be a handle or a DID.')
  return handle
}

function boundKey(form: Form, jkt: string | undefined): string | undefined {
  const said = form.get('dpop_jkt', 100)
  if (said !== undefined && !/^[\w-]{43}$/.test(said)) throw wrong('dpop_jkt has to be the thumbprint of a key.')
  if (said !== undefined && jkt !== undefined && said !== jkt) {
    throw new OAuthError(
      'invalid_dpop_proof',
      'dpop_jkt names another key than the one that has signed the DPoP proof.',
    )
  }
  return said ?? jkt
}

function oneOf<T extends string>(form: Form, name: string, values: readonly T[]): T | undefined {
  const value = form.get(name, 100)
  if (value === undefined || values.includes(value as T)) return value as T | undefined
  throw wrong(`${name} is ${value}, and has to be one of ${values.join(', ')}.`)
}

const badScope = (description: string): OAuthError => new OAuthError('invalid_scope', description)

const wrong = (description: string): OAuthError => new OAuthError('invalid_request', description)
