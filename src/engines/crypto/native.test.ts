/** The native engine keeps the contract, also on a machine that the secp256k1 library is not built for. */
import {cryptoEngineContract} from '#atp/crypto/engine.contract.ts'
import {nativeEngine} from './native.ts'
import {opensslCurve} from './openssl.ts'

cryptoEngineContract(nativeEngine)

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
