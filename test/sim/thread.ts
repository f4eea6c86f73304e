/** A thread that runs simulations, one after the other, for `threads.ts`. */
import {parentPort} from 'node:worker_threads'
import {simulate} from '../../src/sim/simulation.ts'
import {planted} from './planted.ts'
import type {Task} from './threads.ts'

parentPort?.on('message', async ({bug, msMax, ...options}: Task) => {
  const {given, undo} = planted.find(one => one.bug === bug)?.plant() ?? {}
  try {
    parentPort?.postMessage(await simulate({...options, given, signal: AbortSignal.timeout(msMax)}), [])
  } finally {
    undo?.()
  }
})
