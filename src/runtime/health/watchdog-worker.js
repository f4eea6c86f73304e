/**
 * Looks from a thread of its own whether another one, mostly the main one, still turns. Plain JavaScript, because a worker whose module is
 * TypeScript takes 30 MB and this one 9. What it has to say it writes itself: the streams of a worker go by way of the
 * main thread, which at that moment carries nothing.
 */
import {writeSync} from 'node:fs'
import {parentPort, workerData} from 'node:worker_threads'

const {beats, name, checkMs, reportMs, endMs, stackMs, isForPeople, isMainThread} = workerData
const framesMax = 30

/**
 * Where the main thread is, as text; one that is in native code answers only when it comes out of it.
 * @returns {Promise<string>}
 */
async function stackOfMain() {
  // Some megabytes that are seldom wanted.
  const {Session} = await import('node:inspector')
  const session = new Session()
  session.connectToMainThread()
  return new Promise(resolve => {
    /** @param {string} stack */
    const finish = stack => {
      clearTimeout(timer)
      session.post('Debugger.resume', () => {})
      session.post('Debugger.disable', () => session.disconnect())
      resolve(stack)
    }
    const timer = setTimeout(finish, stackMs, 'in native code: a query of SQLite, say')
    session.on('Debugger.paused', ({params: {callFrames}}) => {
      const lines = callFrames.slice(0, framesMax).map(({functionName, url, location: {lineNumber, columnNumber}}) => {
        return `    at ${functionName || '<anonymous>'} (${url}:${lineNumber + 1}:${(columnNumber ?? 0) + 1})`
      })
      finish(lines.join('\n'))
    })
    session.post('Debugger.enable', () => {})
    session.post('Debugger.pause', () => {})
  })
}

/**
 * One line of the log, as `#std/log.ts` writes them.
 * @param {'warn' | 'error'} level
 * @param {string} message
 * @param {{ms: number, stack?: string}} fields
 */
function say(level, message, fields) {
  const time = new Date().toISOString()
  const {stack, ...rest} = fields
  const text = isForPeople
    ? `${time.slice(11, 23)} ${level.padEnd(5)} ${message} ${JSON.stringify(rest)}${stack ? `\n${stack}` : ''}`
    : JSON.stringify({time, level, message, service: name, ...fields})
  writeSync(1, `${text}\n`)
}

parentPort?.postMessage('looking', [])
let last = Atomics.load(beats, 0)
let stillMs = 0
let isTold = false
for (;;) {
  // Counted in looks and not by the clock: a process that was halted as a whole has not stood still.
  await new Promise(resolve => setTimeout(resolve, checkMs))
  const beat = Atomics.load(beats, 0)
  if (beat !== last) {
    if (isTold) say('warn', 'The event loop turns again.', {ms: stillMs})
    last = beat
    stillMs = 0
    isTold = false
    continue
  }
  stillMs += checkMs
  if (stillMs >= reportMs && !isTold) {
    isTold = true
    // No other thread can be asked where it is.
    const stack = isMainThread ? await stackOfMain().catch(error => `unknown: ${error.message}`) : undefined
    say('error', 'The event loop stands still.', {ms: stillMs, stack})
  }
  if (endMs !== undefined && stillMs >= endMs && Atomics.load(beats, 0) === last) {
    say('error', 'The process ends, for whoever supervises it to start it again.', {ms: stillMs})
    process.kill(process.pid, 'SIGKILL')
  }
}
