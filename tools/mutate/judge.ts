/**
 * A process that runs the test files it is told, all in itself, and ends at the first failure: by 1, as soon as a test
 * fails; by 0, when all have passed. On request it notes how many milliseconds of a core that took.
 */
import {writeFileSync} from 'node:fs'
import {run} from 'node:test'

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
