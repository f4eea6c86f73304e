/**
 * Passkeys (WebAuthn): keys that a person's device keeps for this server alone, by its host name, so that no page of
 * another name can ask for them. Beside the password one is a second factor; one whose device has made sure of the
 * person signs in by itself.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Refusal} from '../refusal.ts'
import type {FactorStore, Passkey} from '../store/factors/factor-store.ts'
import {challengeLifeMs, type Challenges, type ChallengeUse} from './challenges.ts'

/** Loaded when somebody first has to do with a passkey: it takes 15 MB, most of it for devices that vouch for their maker. */
const webAuthn = () => import('@simplewebauthn/server')

/** What a device has signed, as a page sends it. */
export type PasskeyAnswer = AuthenticationResponseJSON
/** What a device has made, as a page sends it. */
export type PasskeyMade = RegistrationResponseJSON
export type PasskeyRequest = PublicKeyCredentialRequestOptionsJSON
export type PasskeyCreation = PublicKeyCredentialCreationOptionsJSON

/** A key of more bytes than any kind in use has; what is sent is kept, so it has a bound. */
const publicKeySizeMax = 2_000
const idLengthMax = 1_400

export interface PasskeysOptions {
  store: Pick<FactorStore, 'passkey' | 'usePasskey'>
  challenges: Challenges
  world: Pick<World, 'now'>
  /** Where this server is found: its host name is what keys are bound to. */
  publicUrl: string
}

/** Who may show a passkey, and what for. */
export interface PasskeyDemand {
  use: ChallengeUse
  subject: string
  /** Whose it must be; of anybody unless given. */
  did?: Did
}

export class Passkeys {
  readonly #options: PasskeysOptions
  readonly #rpId: string
  readonly #origin: string

  constructor(options: PasskeysOptions) {
    this.#options = options
    const {hostname, origin} = new URL(options.publicUrl)
    this.#rpId = hostname
    this.#origin = origin
  }

  /** What a page hands to `navigator.credentials.get`. Without `known` the device asks which account it is to be. */
  async request({use, subject}: PasskeyDemand, known?: readonly Passkey[]): Promise<PasskeyRequest> {
    const {generateAuthenticationOptions} = await webAuthn()
    return generateAuthenticationOptions({
      rpID: this.#rpId,
      challenge: this.#options.challenges.make(use, subject),
      timeout: challengeLifeMs,
      userVerification: known ? 'preferred' : 'required',
      ...(known && {allowCredentials: known.map(({id, transports}) => ({id, transports: [...transports]}))}),
    })
  }

  /**
   * The passkey that has signed, once: its challenge is used up, and its counter has grown. By itself, without a `did`
   * that was known before, it must say that the device has made sure of the person. Throws `Refusal` `wrong-factor`.
   */
  async take(response: PasskeyAnswer, {use, subject, did}: PasskeyDemand): Promise<Passkey> {
    const {store, challenges, world} = this.#options
    const {id} = response
    const passkey = typeof id === 'string' && id.length <= idLengthMax ? await store.passkey(id) : undefined
    if (!passkey || (did !== undefined && passkey.did !== did)) throw refused('This passkey is not known here.')
    const {verifyAuthenticationResponse} = await webAuthn()
    let shown = ''
    const {verified, authenticationInfo} = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge => challenges.isGood((shown = challenge), use, subject),
      expectedOrigin: this.#origin,
      expectedRPID: this.#rpId,
      requireUserVerification: did === undefined,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.counter,
        transports: [...passkey.transports],
      },
    }).catch(asRefusal)
    if (!verified || !challenges.spend(shown)) throw refused('The passkey was not accepted. Try again.')
    if (!(await store.usePasskey(passkey.id, authenticationInfo.newCounter, world.now()))) {
      throw refused('The passkey was used elsewhere meanwhile. Try again.')
    }
    return passkey
  }

  /** What a page hands to `navigator.credentials.create`. */
  async creation(did: Did, label: string, known: readonly Passkey[]): Promise<PasskeyCreation> {
    const {generateRegistrationOptions} = await webAuthn()
    return generateRegistrationOptions({
      rpName: this.#rpId,
      rpID: this.#rpId,
      userName: label,
      userDisplayName: label,
      // The same for all passkeys of an account, so that a device keeps one for each.
      userID: sha256(toUtf8(did)) as Uint8Array<ArrayBuffer>,
      challenge: this.#options.challenges.make('register', did),
      timeout: challengeLifeMs,
      attestationType: 'none',
      excludeCredentials: known.map(({id, transports}) => ({id, transports: [...transports]})),
      authenticatorSelection: {residentKey: 'preferred', userVerification: 'preferred'},
    })
  }

  /** The passkey that a device has made for this account. Throws `Refusal` `wrong-factor`. */
  async made(did: Did, name: string, response: PasskeyMade): Promise<Passkey> {
    const {challenges, world} = this.#options
    const {verifyRegistrationResponse} = await webAuthn()
    let shown = ''
    const {verified, registrationInfo} = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge => challenges.isGood((shown = challenge), 'register', did),
      expectedOrigin: this.#origin,
      expectedRPID: this.#rpId,
      requireUserVerification: false,
    }).catch(asRefusal)
    if (!verified || !challenges.spend(shown)) throw refused('The passkey was not accepted. Try again.')
    const {id, publicKey, counter, transports = []} = registrationInfo.credential
    if (id.length > idLengthMax || publicKey.length > publicKeySizeMax) throw refused('This passkey is too big.')
    return {
      id,
      did,
      publicKey,
      counter,
      transports: transports.filter(text => /^[a-z-]{1,20}$/.test(text)).slice(0, 10),
      name,
      createdMs: world.now(),
      lastUsedMs: null,
    }
  }
}

const refused = (message: string, cause?: unknown): Refusal => new Refusal('wrong-factor', message, cause)

/** Whatever the library finds wrong with what a stranger sent, be it not even of the right shape. */
const asRefusal = (cause: unknown): never => {
  throw refused('The passkey was not accepted. Try again.', cause)
}
