/** Runs a test in a process of its own, which ends with this one, however this one ends. */
import {spawn} from 'node:child_process'

export interface Judging {
  /** The path of `judge.ts`. */
  judge: string
  test: string
  /** Where it runs. */
  root: string
  env: NodeJS.ProcessEnv
  /** Milliseconds until it and what it has started are ended. */
  timeMaxMs: number
}

export interface Judgement {
  /** Undefined when the test passed. */
  how?: 'failed' | 'crashed' | 'time'
  tookMs: number
}

/** Runs the test. */
export function judged({judge, test, root, env, timeMaxMs}: Judging): Promise<Judgement> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', judge, test], {
    cwd: root,
    // Chance is the same for each mutant, and as it was without one.
    env: {...env, SEED: '1'},
    // Nothing is ever written to its input: it closes when this process ends, by which the judge knows.
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own: what a test has started ends with it.
    detached: true,
  })
  child.stdin.on('error', () => {})
  return new Promise(resolve => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      endGroup(child.pid)
    }, timeMaxMs)
    child.on('exit', code => {
      clearTimeout(timer)
      endGroup(child.pid)
      const how = isLate ? 'time' : code === 0 ? undefined : code === 1 ? 'failed' : 'crashed'
      resolve({how, tookMs: Math.round(performance.now() - startedMs)})
    })
  })
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nobody was left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
