/** The native engine keeps the contract, also on a machine that the secp256k1 library is not built for. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {test} from 'node:test'
import {setEnvironmentData, Worker} from 'node:worker_threads'
import {cryptoEngine} from '#atp/crypto/engine.ts'
import {cryptoEngineContract} from '#atp/crypto/engine.contract.ts'
import {libraryEngine, nativeEngine, useNativeCrypto} from './native.ts'
import {K256Verifier} from '#atp/crypto/k256/verifier.ts'
import {opensslCurve} from './openssl.ts'

/** More than are left to the library in any case, each of a key that nobody has asked for. */
function checkMany(): void {
  for (let i = 0; i < 300; i++) {
    const key = crypto.getRandomValues(new Uint8Array(33))
    cryptoEngine.verify('k256', key, new Uint8Array(), new Uint8Array(64))
  }
}

test('our own checks of secp256k1 can be turned off, and are then made for nobody', t => {
  // The engine may have made its verifier before, for another test.
  const prepared = t.mock.method(K256Verifier.prototype, 'prepare')
  t.after(() => setEnvironmentData('k256 checker', undefined))
  useNativeCrypto('library')
  assert.equal(cryptoEngine, libraryEngine)
  checkMany()
  assert.equal(prepared.mock.callCount(), 0)
  useNativeCrypto('own')
  assert.equal(cryptoEngine, nativeEngine)
  checkMany()
  assert.ok(prepared.mock.callCount() > 0)
})

test('whoever turns them off does so for the threads that come after', async t => {
  t.after(() => setEnvironmentData('k256 checker', undefined))
  const code = `
    const {parentPort} = await import('node:worker_threads')
    const {useNativeCrypto} = await import(${JSON.stringify(new URL('native.ts', import.meta.url))})
    const engine = await import(${JSON.stringify(new URL('../../atp/crypto/engine.ts', import.meta.url))})
    useNativeCrypto()
    parentPort.postMessage(engine.cryptoEngine.name)
  `
  const nameInThread = async (): Promise<unknown> => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
    const [name] = (await once(worker, 'message')) as unknown[]
    await worker.terminate()
    return name
  }
  useNativeCrypto('library')
  assert.equal(await nameInThread(), libraryEngine.name)
  useNativeCrypto('own')
  assert.equal(await nameInThread(), nativeEngine.name)
})

cryptoEngineContract(nativeEngine)
cryptoEngineContract(libraryEngine)

const openssl = {k256: opensslCurve('k256'), p256: opensslCurve('p256')}
cryptoEngineContract({
  ...nativeEngine,
  name: 'native, without the library for secp256k1,',
  verify: (curve, publicKey, message, signature, highS = false) =>
    openssl[curve].verify(publicKey, message, signature, highS),
  sign: (curve, privateKey, message) => openssl[curve].sign(privateKey, message),
  publicKey: (curve, privateKey) => openssl[curve].publicKey(privateKey),
  compressPoint: (curve, point) => openssl[curve].compressPoint(point),
})
