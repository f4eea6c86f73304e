/** The thread that verifies batches of firehose frames for `VerifyPool`. */
import {useNativeCrypto} from '../crypto/native.ts'
import {answerJobs} from '../worker-pool.ts'
import {decodeFrames, encodeVerdicts} from './verify-batch.ts'
import {verifyFrame} from './verify-frame.ts'

useNativeCrypto()
answerJobs(job => {
  const {checks, rules} = decodeFrames(job)
  return encodeVerdicts(checks.map(check => verifyFrame(check, rules)))
})
