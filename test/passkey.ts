/** A device that makes passkeys and signs with them (WebAuthn, ES256), so that tests need no browser. */
import {createHash, generateKeyPairSync, randomBytes, sign, type KeyObject} from 'node:crypto'
import type {PasskeyAnswer, PasskeyCreation, PasskeyRequest, PasskeyMade} from '../src/services/pds/factors/passkeys.ts'

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()
const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
const bytes = (value: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x58, value.length]), value])

/** Where a page that asks the device claims to be, and what the device says of itself. */
export interface Claim {
  origin?: string
  rpId?: string
  counter?: number
  /** Whether the device has made sure of the person. */
  verified?: boolean
  type?: string
}

export class Device {
  readonly id = randomBytes(16).toString('base64url')
  readonly #key: KeyObject
  readonly #cose: Buffer
  readonly #origin: string
  readonly #rpId: string
  counter = 0

  constructor(publicUrl = 'https://pds.example.com') {
    const {origin, hostname} = new URL(publicUrl)
    this.#origin = origin
    this.#rpId = hostname
    const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
    this.#key = privateKey
    const {x = '', y = ''} = publicKey.export({format: 'jwk'})
    const [xBytes, yBytes] = [x, y].map(part => bytes(Buffer.from(part, 'base64url')))
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    this.#cose = Buffer.concat([
      Buffer.from('a5010203262001', 'hex'),
      Buffer.from([0x21]),
      xBytes,
      Buffer.from([0x22]),
      yBytes,
    ])
  }

  create({challenge}: PasskeyCreation, claim: Claim = {}): PasskeyMade {
    const idBytes = Buffer.from(this.id, 'base64url')
    const length = Buffer.from([0, idBytes.length])
    const credential = Buffer.concat([Buffer.alloc(16), length, idBytes, this.#cose])
    const authData = Buffer.concat([this.#authData(claim, 0x40), credential])
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      bytes(authData),
    ])
    return {
      ...this.#named(),
      response: {
        clientDataJSON: this.#clientData(challenge, {type: 'webauthn.create', ...claim}),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  get({challenge}: PasskeyRequest, claim: Claim = {}): PasskeyAnswer {
    const authData = this.#authData(claim, 0)
    const clientDataJSON = this.#clientData(challenge, {type: 'webauthn.get', ...claim})
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    return {
      ...this.#named(),
      response: {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, this.#key).toString('base64url'),
      },
    }
  }

  #named() {
    return {id: this.id, rawId: this.id, type: 'public-key' as const, clientExtensionResults: {}}
  }

  #authData({rpId = this.#rpId, counter = this.counter, verified = true}: Claim, flags: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([flags | 0x01 | (verified ? 0x04 : 0)]), count])
  }

  #clientData(challenge: string, {type, origin = this.#origin}: Claim): string {
    return Buffer.from(JSON.stringify({type, challenge, origin, crossOrigin: false})).toString('base64url')
  }
}
