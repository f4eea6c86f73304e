/** The thread that hashes passwords for `Scrypt`. */
import {parentPort, workerData} from 'node:worker_threads'
import {assert} from '#std/assert.ts'
import {answerHashes} from './jobs.ts'

assert(parentPort, 'this module runs in a worker')
answerHashes(parentPort, workerData)
