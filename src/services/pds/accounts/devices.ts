/**
 * Which browser is signed in to which accounts. Whoever signs in gets a new secret for his browser, whatever it held
 * before, so that a secret which somebody else has put there is worth nothing. The secret is kept as a hash.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isHere, strangersAt} from '#runtime/strangers/stranger.ts'
import type {Device, DeviceAccount, DeviceBounds, DeviceStore, OwnDevice, Seen} from '../store/devices/device-store.ts'
import {Refusal} from '../refusal.ts'
import {hashOfSecret} from '#engines/crypto/secrets.ts'

/** Whoever showed who he is longer ago has to do it again. */
export const authenticationAgeMaxMs = 7 * 86_400_000
/** A browser that does not come for so long is forgotten. */
export const deviceAgeMaxMs = 90 * 86_400_000
/** Where a browser was seen is written down at most so often. */
const seenEveryMs = 3_600_000
const userAgentLengthMax = 300
const bounds: DeviceBounds = {accountsOfDevice: 20, devicesOfAccount: 100}

/** What a request tells of the browser that sent it. */
export interface BrowserInfo {
  address: string
  userAgent: string | null
}

export interface DevicesOptions {
  store: DeviceStore
  world: Pick<World, 'now' | 'random'>
}

export class Devices {
  readonly #store: DeviceStore
  readonly #world: Pick<World, 'now' | 'random'>

  constructor({store, world}: DevicesOptions) {
    this.#store = store
    this.#world = world
  }

  /** The browser that holds this secret. Notes where it is. */
  async find(secret: string, browser: BrowserInfo): Promise<Device | undefined> {
    const device = await this.#store.find(hashOfSecret(secret))
    if (!device) return undefined
    const nowMs = this.#world.now()
    if (nowMs - device.seenMs > deviceAgeMaxMs) return undefined
    const seen = this.#seen(browser)
    const isNews = seen.address !== device.address || seen.userAgent !== device.userAgent
    if (isNews || nowMs - device.seenMs >= seenEveryMs) await this.#store.see(device.id, seen)
    return device
  }

  /**
   * Signs the account in to the browser that holds the secret `before`, or to one that holds none. Gives the secret that
   * it is to hold from now on. Whoever calls has made sure that this is the owner; with `epoch`, the account's when that
   * was, it is so only if nothing has ended all access since.
   */
  async signIn(did: Did, before: string | undefined, browser: BrowserInfo, epoch?: number): Promise<string> {
    const secret = toBase64Url(this.#world.random(32))
    const device = {
      id: toBase64Url(this.#world.random(12)),
      secretHash: hashOfSecret(secret),
      before: before === undefined ? undefined : hashOfSecret(before),
      ...this.#seen(browser),
    }
    if ((await this.#store.signIn(device, did, bounds, epoch)) === undefined) {
      throw new Refusal('account-gone', 'This account no longer exists here, or its password was just changed.')
    }
    return secret
  }

  /** The account, if this browser is signed in to it, and its owner showed who he is not too long ago. */
  signedIn(device: Device | undefined, did: string): DeviceAccount | undefined {
    const account = device?.accounts.find(each => each.did === did)
    return account && this.isFresh(account) ? account : undefined
  }

  isFresh({signedInMs}: Pick<DeviceAccount, 'signedInMs'>): boolean {
    return this.#world.now() - signedInMs < authenticationAgeMaxMs
  }

  signOut(device: Pick<Device, 'id'>, did: Did): Promise<void> {
    return this.#store.signOut(device.id, did)
  }

  ofAccount(did: Did): Promise<readonly OwnDevice[]> {
    return this.#store.ofAccount(did)
  }

  sweep(): Promise<void> {
    return this.#store.sweep(this.#world.now() - deviceAgeMaxMs)
  }

  #seen({address, userAgent}: BrowserInfo): Seen {
    return {
      seenMs: this.#world.now(),
      address: networkOf(address),
      userAgent: (userAgent ?? '').slice(0, userAgentLengthMax),
    }
  }
}

/** The network around an address: it tells an owner where he was, and not where his neighbour lives. */
export function networkOf(address: string): string {
  if (isHere(address)) return 'local'
  const {one, wide} = strangersAt(address)
  if (wide !== undefined) return wide
  return /^\d+\.\d+\.\d+\.\d+$/.test(one) ? one.replace(/\.\d+$/, '.0/24') : 'local'
}
