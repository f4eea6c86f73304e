#!/usr/bin/env node
/**
 * What `npx wholesky` and `npm start` run, under whatever Node the machine has: plain JavaScript that hands over to the
 * pinned Node of this package, which reads TypeScript, and keeps its compiled code so that the next start is faster.
 */
import {fileURLToPath} from 'node:url'
import {endWithShell, handOver, nodePath, serverEnv, serverFlags} from './pinned.js'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const cache = here('../../node_modules/.cache/wholesky')
const node = nodePath()
const more = serverEnv(process.argv[2], process.env)
// In place of this process, where the system can do that: who started it knows it by its number.
if (node === process.execPath && Object.keys(more).length > 0 && process.platform === 'linux' && !process.connected) {
  const flags = [...serverFlags(process.argv[2]), ...process.execArgv]
  process.execve?.(node, [node, ...flags, ...process.argv.slice(1)], {...more, ...process.env})
}
endWithShell()
// Node reads no TypeScript under `node_modules`, where this is when it is installed as a dependency.
const isInstalled = /[\\/]node_modules[\\/]/.test(here('.'))

if (node === process.execPath && !isInstalled) {
  const {enableCompileCache} = await import('node:module')
  // In the environment too, where threads look: one that has to read TypeScript loads a compiler, 15 MB in each.
  process.env.NODE_COMPILE_CACHE ??= cache
  enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import('./wholesky.ts')
} else {
  const strip = isInstalled
    ? ['--disable-warning=ExperimentalWarning', '--import', new URL('./strip-types.js', import.meta.url).href]
    : []
  const args = [...serverFlags(process.argv[2]), ...strip, here('./wholesky.ts'), ...process.argv.slice(2)]
  handOver(node, args, {NODE_COMPILE_CACHE: cache, ...more, ...process.env})
}
