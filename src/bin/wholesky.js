#!/usr/bin/env node
/**
 * What `npx wholesky` starts, under whatever Node the machine has: plain JavaScript that hands over to the pinned Node
 * of this package, which reads TypeScript, and keeps its compiled code so that the next start is faster.
 */
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {constants} from 'node:os'
import {fileURLToPath} from 'node:url'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const isRecent = Number.parseInt(process.versions.node, 10) >= 26
const cache = here('../../node_modules/.cache/wholesky')
const main = here('./wholesky.ts')

if (isRecent) {
  const {enableCompileCache} = await import('node:module')
  enableCompileCache(process.env.NODE_COMPILE_CACHE ?? cache)
  await import('./wholesky.ts')
} else {
  // In this package's own folder after `npm ci` here, or beside it where it is installed as a dependency.
  const pinned = [here('../../node_modules/.bin/node'), here('../../../.bin/node')].find(path => existsSync(path))
  if (!pinned) {
    process.stderr.write(`wholesky needs Node 26; this is ${process.version}, and npm ci has put none beside it.\n`)
    process.exit(70)
  }
  const child = spawn(pinned, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {NODE_COMPILE_CACHE: cache, ...process.env},
  })
  // A terminal sends Ctrl-C to both; whoever else signals this process means the one it stands for.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    process.stderr.write(`wholesky: ${pinned} does not start: ${error.message}\n`)
    process.exitCode = 70
  })
  child.on('exit', (code, signal) => (process.exitCode = code ?? 128 + constants.signals[signal]))
}
