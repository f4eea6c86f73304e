/**
 * No hang of a test stays without a name. `--test-timeout` ends what waits, but not what follows: a hook or a file that
 * never gets there, a loop that never yields, a server left open that keeps the run alive. A thread beside the tests
 * sees these, says which test it was and where it stands, and ends the run as failed. Imported before the tests:
 * `node --import ./test/time-limits.ts --test …`; threads that the tests start inherit it, and there it does nothing.
 */
import {writeSync} from 'node:fs'
import inspector from 'node:inspector'
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads'

interface Limits {
  /** How long the loop of the tests may stand still. */
  stillMs: number
  /** How long nothing may begin or end; longer than `--test-timeout`, which tells more. */
  silentMs: number
  /** How long the process may go on after the last test. */
  openMs: number
}

interface Told {
  test: string
  isOver: boolean
}

const {env} = process
const limits: Limits = {
  stillMs: Number(env.TEST_STILL_MS ?? 60_000),
  silentMs: Number(env.TEST_SILENT_MS ?? 180_000),
  openMs: Number(env.TEST_OPEN_MS ?? 15_000),
}
/** Time is counted in looks, not by the clock, so that a laptop may sleep. */
const lookMs = 250

if (!isMainThread && workerData?.watches === 'time-limits') watch(workerData.beats, workerData.limits)
// Who steps through a test with a debugger takes the time it takes.
else if (isMainThread && inspector.url() === undefined) await beWatched()

async function beWatched(): Promise<void> {
  const {after, afterEach, beforeEach} = await import('node:test')
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const workerData = {watches: 'time-limits', beats, limits}
  const watcher = new Worker(new URL(import.meta.url), {workerData, execArgv: [], name: 'time-limits'})
  setInterval(() => Atomics.add(beats, 0, 1), lookMs / 4).unref()
  // The runner then tells what failed and what was running. Some test may have taken the signal for its own, though.
  watcher.on('message', () => {
    process.exitCode = 1
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), 5000)
  })
  watcher.unref()
  const tell = (told: Told): void => {
    // Between tests that wait for nothing no timer has its turn: all of them together are no loop that stands still.
    Atomics.add(beats, 0, 1)
    watcher.postMessage(told, [])
  }
  beforeEach(context =>
    tell({test: `${context.fullName} (${(context as {filePath?: string}).filePath})`, isOver: false}),
  )
  afterEach(context => tell({test: `what comes after ${context.fullName}`, isOver: false}))
  after(() => tell({test: process.getActiveResourcesInfo().join(', '), isOver: true}))
}

function watch(beats: Int32Array, {stillMs, silentMs, openMs}: Limits): void {
  let last: Told = {test: 'what comes before the first test', isOver: false}
  let [beat, still, silent] = [0, 0, 0]
  parentPort!.on('message', (told: Told) => {
    last = told
    silent = 0
  })
  const looking = setInterval(() => {
    const now = Atomics.load(beats, 0)
    still = now === beat ? still + lookMs : 0
    silent += lookMs
    beat = now
    const isStill = still >= stillMs
    const why = isStill
      ? `The loop has stood still for ${still} ms in: ${last.test}`
      : last.isOver
        ? silent >= openMs && `The tests are over and the process goes on: ${last.test}`
        : silent >= silentMs && `Nothing has happened for ${silent} ms in: ${last.test}`
    if (why === false) return
    clearInterval(looking)
    writeSync(2, `\n✖ ${why}\n`)
    if (isStill) endStill()
    else parentPort!.postMessage('end', [])
  }, lookMs)
}

/** A loop that stands still hears no message: where it stands is asked of the debugger, and the process killed. */
function endStill(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5000)
  const session = new inspector.Session()
  session.connectToMainThread()
  session.on('Debugger.paused', ({params}) => {
    const scripts = params.callFrames.slice(0, 20)
    const lines = scripts.map(
      ({functionName, url, location}) =>
        `    at ${functionName || '<anonymous>'} (${url}:${location.lineNumber + 1})\n`,
    )
    writeSync(2, lines.join(''))
    process.kill(process.pid, 'SIGKILL')
  })
  session.post('Debugger.enable', () => session.post('Debugger.pause'))
}
