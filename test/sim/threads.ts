/**
 * Simulations on threads of their own: several at the same time, each away from what other tests of the process have
 * left behind, and what it puts in the place of globals reaches no other test. A run that does not end goes with its
 * thread.
 */
import {availableParallelism} from 'node:os'
import {Worker} from 'node:worker_threads'
import type {FaultCounts} from '../../src/sim/ground/faults.ts'
import type {RoundsOptions} from '../../src/sim/crowd/rounds.ts'
import type {CrowdOutcome} from '../../src/sim/crowd/network.ts'
import type {CrowdRunOptions} from '../../src/sim/crowd/run.ts'
import type {Outcome, SimulationOptions} from '../../src/sim/simulation.ts'

export interface Task extends Pick<SimulationOptions, 'seed' | 'events' | 'writesMax' | 'isHard'> {
  /** A crowd in the place of people of full PDSes. */
  readonly crowd?: Pick<CrowdRunOptions, 'accounts' | 'hosts'>
  /** One of its machines ends again and again, in the place of a storm. */
  readonly rounds?: Pick<RoundsOptions, 'rounds' | 'on' | 'power'>
  /** What is planted, by its name in `planted.ts`. */
  readonly bug?: string
  /** Real time that the run may take; then it ends with its trace. */
  readonly msMax: number
}

/** As an outcome comes from another thread: without what is no data. */
export interface Told extends Omit<Outcome, 'injected' | 'crashPoints'> {
  readonly injected: Pick<FaultCounts, 'counts'>
}

export interface ToldOfCrowd extends Omit<CrowdOutcome, 'injected' | 'crashPoints'> {
  readonly injected: Pick<FaultCounts, 'counts'>
}

/** So many runs at a time. The thread of the tests only waits for them. */
export const threadsMax = Math.min(4, availableParallelism())

export class SimThreads {
  readonly #idle: Worker[] = []

  /** Rejects when the thread dies of it, or the signal aborts, which ends the thread. */
  run(task: Omit<Task, 'crowd' | 'rounds'>, signal: AbortSignal): Promise<Told> {
    return this.#run<Told>(task, signal)
  }

  /** The same of a crowd. */
  crowd(task: Task, signal: AbortSignal): Promise<ToldOfCrowd> {
    return this.#run<ToldOfCrowd>(task, signal)
  }

  async #run<T>(task: Task, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    const worker = this.#idle.pop() ?? new Worker(new URL('./thread.ts', import.meta.url))
    const {promise, resolve, reject} = Promise.withResolvers<T>()
    const leave = (): void => {
      reject(signal.reason as Error)
      void worker.terminate()
    }
    signal.addEventListener('abort', leave, {once: true})
    worker.once('message', resolve).once('error', reject)
    const ended = (): void => reject(new Error(`The thread of seed ${task.seed} has ended.`))
    worker.once('exit', ended)
    worker.postMessage(task, [])
    try {
      const told = await promise
      this.#idle.push(worker)
      return told
    } finally {
      signal.removeEventListener('abort', leave)
      worker.off('message', resolve).off('error', reject).off('exit', ended)
    }
  }

  /** To be called when nothing runs any more. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(worker => worker.terminate()))
  }
}
