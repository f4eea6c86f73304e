/** Codes on paper, for the day that the phone is gone: ten at a time, each good once, and shown once. */
import {toBase32} from '#std/encoding/base32.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {FactorStore} from '../store/factors/factor-store.ts'
import type {Seal} from './seal.ts'

const recoveryCodesCount = 10
/** 60 bits, in two halves. */
const pattern = /^[a-z2-7]{12}$/

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s-]/g, '')

/** Whether a text could be a code of these, however it was typed. */
export const looksLikeRecoveryCode = (text: string): boolean => pattern.test(plain(text))

export interface RecoveryCodesOptions {
  store: Pick<FactorStore, 'putRecoveryCodes' | 'takeRecoveryCode'>
  seal: Seal
  world: Pick<World, 'random'>
}

export class RecoveryCodes {
  readonly #options: RecoveryCodesOptions

  constructor(options: RecoveryCodesOptions) {
    this.#options = options
  }

  /** Makes new ones, `xxxxxx-xxxxxx`; those before are void. */
  async renew(did: Did): Promise<readonly string[]> {
    const {store, seal, world} = this.#options
    const codes = Array.from({length: recoveryCodesCount}, () => toBase32(world.random(8)).slice(0, 12))
    await store.putRecoveryCodes(
      did,
      codes.map(code => seal.hash(code, did)),
    )
    return codes.map(code => `${code.slice(0, 6)}-${code.slice(6)}`)
  }

  /** Takes the code away, if it is one of the account's. */
  async take(did: Did, code: string): Promise<boolean> {
    const {store, seal} = this.#options
    return looksLikeRecoveryCode(code) && store.takeRecoveryCode(did, seal.hash(plain(code), did))
  }
}
