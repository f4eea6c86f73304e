import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {cidFor, runSeed, seeded} from '../../../test/random.ts'
import {testKey} from '../../../test/repos.ts'
import {concatBytes} from '#std/bytes.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {parseDid} from '../syntax/did.ts'
import {tidOf} from '../syntax/tid.ts'
import {commitBlock, decodeCommit, signCommit, verifyCommitBlock, verifyCommitSignature} from './commit.ts'

useNativeCrypto()

test(`what was signed is the block without its signature (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  for (let n = 0; n < 100; n++) {
    const name = String(Math.floor(random() * 1e12)).padEnd(3 + Math.floor(random() ** 3 * 1000), 'x')
    const signed = signCommit(
      {
        did: parseDid(`did:web:${name}`),
        version: 3,
        data: cidFor(`data ${n}`),
        rev: tidOf(1 + Math.floor(random() * 1e15), n),
        prev: random() < 0.5 ? null : cidFor(`prev ${n}`),
      },
      testKey,
    )
    // In the midst of other bytes, as in a frame.
    const frame = concatBytes([new Uint8Array(7), commitBlock(signed).bytes, new Uint8Array(5)])
    const block = frame.subarray(7, frame.length - 5)
    const commit = decodeCommit(block)
    deepEqual({...commit, sig: [...commit.sig]}, {...signed, sig: [...signed.sig]})
    ok(verifyCommitBlock(block, commit, testKey.publicKey))
    // Whatever bit is changed, both ways of asking answer alike.
    const at = Math.floor(random() * block.length)
    block[at] ^= 1 << (n % 8)
    try {
      const other = decodeCommit(block)
      equal(verifyCommitBlock(block, other, testKey.publicKey), false)
      equal(verifyCommitSignature(other, testKey.publicKey), false)
    } catch (error) {
      equal((error as Error).name, 'Malformed')
    }
  }
})
