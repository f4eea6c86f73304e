/**
 * What a library does on threads of the process, done in place while a simulation runs: a thread is done when it is
 * done, and then the same seed would not give the same run. There are two such things left that no `World` reaches.
 * WebCrypto's HMAC, which `jose` signs session tokens with, is made by OpenSSL at once; and nothing that is held weakly
 * is found again, since the garbage collector decides by the clock what is still there.
 *
 * Passwords are hashed by the `World` (`slowHash`), files by its disk, and signatures are checked on other cores only
 * in batches that are larger than any that the simulated network hands over.
 */
import {createHmac, timingSafeEqual} from 'node:crypto'

/** Until disposed of. */
export function inPlace(): Disposable {
  const {subtle} = globalThis.crypto
  const {importKey, sign, verify} = subtle
  const realWeakRef = globalThis.WeakRef
  /** Secrets of HMAC keys, which a key itself does not give. */
  const secrets = new WeakMap<CryptoKey, Uint8Array>()
  Object.assign(subtle, {
    async importKey(...args: Parameters<SubtleCrypto['importKey']>) {
      const key = await importKey.apply(subtle, args)
      if (key.algorithm.name === 'HMAC') secrets.set(key, bytesOf(args[1] as BufferSource).slice())
      return key
    },
    async sign(...args: Parameters<SubtleCrypto['sign']>) {
      const [, key, data] = args
      const secret = secrets.get(key)
      return secret ? new Uint8Array(hmac(secret, data)).buffer : sign.apply(subtle, args)
    },
    async verify(...args: Parameters<SubtleCrypto['verify']>) {
      const [, key, signature, data] = args
      const secret = secrets.get(key)
      if (!secret) return verify.apply(subtle, args)
      const [given, made] = [bytesOf(signature), hmac(secret, data)]
      return given.length === made.length && timingSafeEqual(given, made)
    },
  })
  globalThis.WeakRef = Gone as unknown as WeakRefConstructor
  return {
    [Symbol.dispose]: () => {
      globalThis.WeakRef = realWeakRef
      Object.assign(subtle, {importKey, sign, verify})
    },
  }
}

/** A reference to what has been collected already. */
class Gone<T extends WeakKey> {
  readonly [Symbol.toStringTag] = 'WeakRef'

  deref(): T | undefined {
    return undefined
  }
}

const hmac = (secret: Uint8Array, data: BufferSource): Buffer =>
  createHmac('sha256', secret).update(bytesOf(data)).digest()

const bytesOf = (data: BufferSource): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
