/**
 * Signatures and hashes against the official package, atcute's and the C library for secp256k1, with the same keys and
 * messages, and many signatures on all cores against one.
 */
import {scrypt, scryptSync} from 'node:crypto'
import {createRequire} from 'node:module'
import {promisify} from 'node:util'
import * as atcute from '@atcute/crypto'
import * as official from '@atproto/crypto'
import {sha256 as nobleSha256} from '@noble/hashes/sha2.js'
import {cryptoEngine, sha256} from '#atp/crypto/engine.ts'
import {K256Verifier} from '#atp/crypto/k256/verifier.ts'
import {inlineVerifier} from '#atp/crypto/batch.ts'
import {Keypair, parseDidKey, verifySignature} from '#atp/crypto/key.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {ThreadedVerifier} from '#engines/crypto/threaded-verifier.ts'
import {compileKernel, ScryptLanes} from '#engines/scrypt/lanes.ts'
import {Scrypt} from '#engines/scrypt/scrypt.ts'
import {otherCores} from '#engines/worker-pool.ts'
import {toUtf8} from '#std/text.ts'
import {contest} from './measure.ts'
import {seeded} from '../test/random.ts'

const officialName = '@atproto/crypto'
const atcuteName = '@atcute/crypto'
const libraryName = 'secp256k1 (C)'
const count = 256
const messageSize = 300

useNativeCrypto()
/** Its parts in C alone: the package would quietly take JavaScript where these are not built. */
const library = createRequire(import.meta.url)('secp256k1/bindings') as {
  publicKeyConvert(key: Uint8Array, compressed: boolean): Uint8Array
  ecdsaVerify(signature: Uint8Array, digest: Uint8Array, key: Uint8Array): boolean
}
const digest = new Uint8Array(32)
const random = seeded(1)
const bytes = (size: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({length: size}, () => Math.floor(random() * 256))
const messages = Array.from({length: count}, () => bytes(messageSize))

for (const curve of ['k256', 'p256'] as const) {
  const ours = messages.map(() => Keypair.generate(curve, bytes))
  const signatures = ours.map((key, i) => key.sign(messages[i]))
  const publicKeys = ours.map(key => key.publicKey)
  const didKeys = ours.map(key => key.didKey)
  const atcutePublic = curve === 'k256' ? atcute.Secp256k1PublicKey : atcute.P256PublicKey
  const uncompressed = curve === 'k256' ? publicKeys.map(key => library.publicKeyConvert(key.bytes, false)) : []
  const atcuteKeys = await Promise.all(publicKeys.map(key => atcutePublic.importRaw(Uint8Array.from(key.bytes))))
  await contest({
    title: `verify ${curve}, ${messageSize} B, keys at hand`,
    unit: 'signatures',
    work: count,
    contenders: {
      wholesky: () => {
        for (let i = 0; i < count; i++) verifySignature(publicKeys[i], messages[i], signatures[i])
      },
      [officialName]: async () => {
        for (let i = 0; i < count; i++) await official.verifySignature(didKeys[i], messages[i], signatures[i])
      },
      [atcuteName]: async () => {
        for (let i = 0; i < count; i++) await atcuteKeys[i].verify(signatures[i], messages[i])
      },
      ...(curve === 'k256' && {
        [libraryName]: () => {
          for (let i = 0; i < count; i++) {
            cryptoEngine.sha256Into(messages[i], digest, 0)
            library.ecdsaVerify(signatures[i], digest, uncompressed[i])
          }
        },
      }),
    },
    claims: {
      [officialName]: 15,
      [atcuteName]: curve === 'k256' ? 4 : 1.3,
      ...(curve === 'k256' && {[libraryName]: 1.6}),
    },
  })
  if (curve === 'k256') {
    const verifier = K256Verifier.create()!
    const digests = messages.map(sha256)
    for (const times of [1, 2]) {
      await contest({
        title: `check ${times} of each k256 key that is new`,
        unit: 'signatures',
        work: count * times,
        contenders: {
          wholesky: () => {
            for (let i = 0; i < count; i++) {
              const key = verifier.prepare(publicKeys[i].bytes)!
              for (let n = 0; n < times; n++) verifier.verify(key, digests[i], signatures[i], false)
            }
          },
          [libraryName]: () => {
            for (let i = 0; i < count; i++) {
              for (let n = 0; n < times; n++) library.ecdsaVerify(signatures[i], digests[i], publicKeys[i].bytes)
            }
          },
        },
        claims: {[libraryName]: 1},
      })
    }
  }
  await contest({
    title: `verify ${curve}, ${messageSize} B, from did:key text`,
    unit: 'signatures',
    work: count,
    contenders: {
      wholesky: () => {
        for (let i = 0; i < count; i++) verifySignature(parseDidKey(didKeys[i]), messages[i], signatures[i])
      },
      [officialName]: async () => {
        for (let i = 0; i < count; i++) await official.verifySignature(didKeys[i], messages[i], signatures[i])
      },
      [atcuteName]: async () => {
        for (let i = 0; i < count; i++) {
          await atcute.verifySigWithDidKey(didKeys[i] as `did:key:${string}`, signatures[i], messages[i])
        }
      },
    },
  })

  const officialPair = curve === 'k256' ? official.Secp256k1Keypair : official.P256Keypair
  const atcutePair = curve === 'k256' ? atcute.Secp256k1PrivateKey : atcute.P256PrivateKey
  const officialKeys = await Promise.all(ours.map(key => officialPair.import(key.export())))
  const atcuteSecrets = await Promise.all(ours.map(key => atcutePair.importRaw(key.export())))
  await contest({
    title: `sign ${curve}, ${messageSize} B`,
    unit: 'signatures',
    work: count,
    contenders: {
      wholesky: () => {
        for (let i = 0; i < count; i++) ours[i].sign(messages[i])
      },
      [officialName]: async () => {
        for (let i = 0; i < count; i++) await officialKeys[i].sign(messages[i])
      },
      [atcuteName]: async () => {
        for (let i = 0; i < count; i++) await atcuteSecrets[i].sign(messages[i])
      },
    },
    claims: {[officialName]: 3},
  })

  const checks = Array.from({length: count * 8}, (_, i) => ({
    key: publicKeys[i % count],
    message: messages[i % count],
    signature: signatures[i % count],
  }))
  const threaded = new ThreadedVerifier()
  await contest({
    title: `verify ${curve}, ${checks.length} at once, all cores`,
    unit: 'signatures',
    work: checks.length,
    contenders: {
      wholesky: () => threaded.verify(checks),
      'wholesky on one core': () => inlineVerifier.verify(checks),
    },
    claims: {'wholesky on one core': 1.15},
  })
  await threaded.close()
}

const scryptOf = promisify(scrypt) as (password: string, salt: Uint8Array, size: number) => Promise<Uint8Array>
const passwords = Array.from({length: 4 * otherCores()}, (_, i) => `correct horse ${i}`)
const scryptHashes = new Scrypt()
await contest({
  title: `scrypt of ${passwords.length} passwords, all cores`,
  unit: 'hashes',
  work: passwords.length,
  contenders: {
    wholesky: () => Promise.all(passwords.map(password => scryptHashes.hash(password, bytes(16)))),
    OpenSSL: () => Promise.all(passwords.map(password => scryptOf(password, bytes(16), 64))),
  },
})
await scryptHashes.close()
const kernel = compileKernel()
const lanes = kernel && new ScryptLanes(kernel)
const hashesUntilEnd = (of: ScryptLanes): void => {
  while (of.running > 0) of.advance()
}
await contest({
  title: 'scrypt of 4 passwords, one core',
  unit: 'hashes',
  work: 4,
  contenders: {
    wholesky: () => {
      for (const password of passwords.slice(0, 4)) lanes?.begin(toUtf8(password), bytes(16))
      if (lanes) hashesUntilEnd(lanes)
    },
    OpenSSL: () => {
      for (const password of passwords.slice(0, 4)) scryptSync(password, bytes(16), 64)
    },
  },
  claims: {OpenSSL: 1.7},
})

for (const size of [100, 300, 4096]) {
  const blocks = Array.from({length: 1000}, () => bytes(size))
  const out = new Uint8Array(32)
  await contest({
    title: `SHA-256 of ${size} B`,
    unit: 'blocks',
    work: blocks.length,
    bytes: blocks.length * size,
    contenders: {
      wholesky: () => {
        for (const block of blocks) cryptoEngine.sha256Into(block, out, 0)
      },
      '@noble/hashes': () => {
        for (const block of blocks) nobleSha256(block)
      },
    },
  })
}
