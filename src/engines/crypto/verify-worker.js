/** The thread that judges batches of signatures for `ThreadedVerifier`. */
import {verifyCheck} from '#atp/crypto/batch.ts'
import {answerJobs} from '../worker-pool.ts'
import {useNativeCrypto} from './native.ts'
import {decodeChecks} from './signature-batch.ts'

useNativeCrypto()
answerJobs(job => Uint8Array.from(decodeChecks(job), check => (verifyCheck(check) ? 1 : 0)))
