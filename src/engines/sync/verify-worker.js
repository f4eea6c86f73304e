/**
 * The thread that verifies batches of firehose frames for `VerifyPool`. Plain JavaScript: what it imports, the main
 * thread has compiled and kept, but a thread that is ended keeps nothing, and would load a compiler for this file alone.
 */
import {useNativeCrypto} from '../crypto/native.ts'
import {answerJobs} from '../worker-pool.ts'
import {decodeFrames, encodeVerdicts} from './verify-batch.ts'
import {verifyFrame} from './verify-frame.ts'

useNativeCrypto()
answerJobs(job => {
  const {checks, rules} = decodeFrames(job)
  return encodeVerdicts(checks.map(check => verifyFrame(check, rules)))
})
