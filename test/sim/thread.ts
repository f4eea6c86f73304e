/** A thread that runs simulations, one after the other, for `threads.ts`. */
import {parentPort} from 'node:worker_threads'
import {crashRounds} from '../../src/sim/crowd/rounds.ts'
import {runCrowd} from '../../src/sim/crowd/run.ts'
import {simulate} from '../../src/sim/simulation.ts'
import {planted} from './planted.ts'
import type {Task} from './threads.ts'

parentPort?.on('message', async ({bug, msMax, crowd, rounds, ...options}: Task) => {
  const {given, undo} = planted.find(one => one.bug === bug)?.plant() ?? {}
  try {
    const signal = AbortSignal.timeout(msMax)
    const outcome = !crowd
      ? simulate({...options, given, signal})
      : rounds
        ? crashRounds({...options, ...crowd, ...rounds, signal})
        : runCrowd({...options, ...crowd, signal})
    parentPort?.postMessage(await outcome, [])
  } finally {
    undo?.()
  }
})
