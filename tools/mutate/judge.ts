/**
 * A process that runs the test files it is told, all in itself, and ends at the first failure: by 1, as soon as a test
 * fails; by 0, when all have passed. On request it notes how many milliseconds of a core that took. Who started it holds
 * the other end of its standard input, and must have made it the leader of a group: see `judging.ts`.
 */
import {writeFileSync} from 'node:fs'
import {run} from 'node:test'
import {Worker} from 'node:worker_threads'

// A mutant may go round in circles, so that nothing here gets its turn: another thread notices that nobody waits for the
// verdict any more, and ends all of the group. It reads without blocking a thread, which would hold up the end.
const watch = `
const {Socket} = require('node:net')
const end = () => process.kill(0, 'SIGKILL')
new Socket({fd: 0}).on('end', end).on('error', end).resume()
`
new Worker(watch, {eval: true, env: {}, execArgv: []}).unref()

const files = process.argv.slice(2)
const tests = run({files, isolation: 'none'})
tests.on('test:fail', ({todo}) => {
  if (todo === undefined || todo === false) process.exit(1)
})
tests.on('test:summary', ({file, success}) => {
  if (file !== undefined) return
  const {user, system} = process.cpuUsage()
  if (process.env.MUTATE_CPU !== undefined) writeFileSync(process.env.MUTATE_CPU, String((user + system) / 1000))
  process.exit(success ? 0 : 1)
})
// Read, or nothing flows.
tests.resume()
