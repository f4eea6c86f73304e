/** The control of the command line: finds the command, reads its words, runs it, and turns every end into a code. */
import {ConfigError} from '#std/config.ts'
import {Malformed} from '#std/malformed.ts'
import {SessionEnded} from '#sdk/session.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {pad} from './shell/columns.ts'
import {helpPage, readWords, unknown} from './shell/command.ts'
import {serviceNames} from '#bin/services.ts'
import {commands} from './commands.ts'
import {exitCodes, exitHelp, Failed, isItUp, isSystemError, OutputClosed, UsageError} from './shell/exit.ts'
import type {ExitCode, SystemError} from './shell/exit.ts'
import {oneLine, Shell, type Io} from './shell/shell.ts'
import {version} from './version.ts'

/** Carries out one command line (without the program's name) and says how it ended. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  // Before the words are read, only this tells whether the complaint must be a document.
  const shell = new Shell(io, argv.includes('--json'))
  let code: ExitCode
  try {
    code = await dispatch(argv, io, shell)
  } catch (error) {
    code = await complain(error, argv, shell)
  }
  await shell.flush()
  return code
}

async function dispatch(argv: readonly string[], io: Io, shell: Shell): Promise<ExitCode> {
  const words = argv[0] === 'help' ? argv.slice(1) : argv
  const isHelp = argv[0] === 'help' || words.includes('--help') || words.includes('-h')
  const found = findCommand(words)
  if (!found) return withoutCommand(words, isHelp, io, shell)

  const definition = await found.load()
  const {values, json} = isHelp
    ? {values: {}, json: false}
    : readWords(definition, words.slice(found.name.split(' ').length))
  if (isHelp) {
    await io.stdout.write(`${helpPage(found.name, found.summary, definition)}\n\n${exitHelp}\n`)
    return exitCodes.ok
  }
  const own = new Shell(io, json)
  try {
    return await definition.run(values as never, own)
  } finally {
    await own.flush()
  }
}

const findCommand = ([first, second]: readonly string[]): (typeof commands)[number] | undefined =>
  commands.find(({name}) => name === first || name === `${first} ${second}`)

/** Where to read on after a word that was wrong. */
function whereHelpIs(argv: readonly string[]): string {
  const found = findCommand(argv)
  return found ? `"wholesky ${found.name} --help" shows what it takes.` : '"wholesky --help" lists all commands.'
}

/** What others call it, and what it is here. */
const alsoMeant: ReadonlyMap<string, string> = new Map([
  ['start', 'up'],
  ['run', 'up'],
  ['serve', 'up'],
])

/** Asked for no command, or for one that is not there. */
async function withoutCommand(words: readonly string[], isHelp: boolean, io: Io, shell: Shell): Promise<ExitCode> {
  const [first, second] = words
  if (first === '--version') {
    await shell.answer({version}, version)
    return exitCodes.ok
  }
  const hasNoun = first !== undefined && !first.startsWith('-')
  const family = hasNoun ? commands.filter(({name}) => name.startsWith(`${first} `)) : commands
  const hasVerb = second !== undefined && !second.startsWith('-')
  if (family.length === 0 || (hasNoun && hasVerb)) {
    const typed = hasVerb ? `${first} ${second}` : first
    const known = ['up', ...serviceNames, ...commands.map(({name}) => name)]
    throw new UsageError(unknown(`the command '${typed}'`, alsoMeant.get(typed ?? '') ?? typed, known))
  }
  // Help that was asked for is the answer; help for want of a command is a complaint.
  if (isHelp) await io.stdout.write((await overview(family)) + '\n')
  else await shell.remark(await overview(family))
  return isHelp ? exitCodes.ok : exitCodes.usage
}

/** Programs of their own, which run until Ctrl-C, and what they do: each service says it of itself. */
async function servers(): Promise<string[][]> {
  const {rows} = await import('#bin/rows.ts')
  const alone = rows.map(({name, config: {about}}) => [name, `run ${about[0].toLowerCase()}${about.slice(1, -1)}`])
  return [['up', 'run the whole network on this machine (npm start)'], ...alone]
}

async function overview(shown: readonly {name: string; summary: string}[]): Promise<string> {
  const all = shown === commands ? await servers() : []
  const rows = [...all, ...shown.map(({name, summary}) => [name, summary])]
  return [
    'wholesky: the AT Protocol in one program',
    '',
    'Usage: wholesky <command> [options]',
    '',
    ...pad(rows).map(line => `  ${line}`),
    '',
    'wholesky <command> --help shows more. Every command takes --json, except those that run a server.',
    '',
    exitHelp,
  ].join('\n')
}

/** Says why a command could not end by itself: on stderr in words, or with `--json` as the one document on stdout. */
async function complain(error: unknown, argv: readonly string[], shell: Shell): Promise<ExitCode> {
  if (error instanceof OutputClosed) return exitCodes.ok
  const say = async (code: ExitCode, kind: string, detail: string, more: object = {}): Promise<ExitCode> => {
    const said = detail.replaceAll(privateKeys, '[private key]')
    if (shell.json) await shell.answer({ok: false, error: {kind, detail: said, ...more}}, '')
    else if (code === exitCodes.waiting) await shell.remark(oneLine(said))
    else await shell.remark(`wholesky: ${kind === 'internal' ? said : oneLine(said)}`)
    return code
  }
  if (error instanceof UsageError) {
    const code = await say(exitCodes.usage, 'usage', error.message)
    if (!shell.json) await shell.remark(whereHelpIs(argv))
    return code
  }
  // A variable of a service, where a command looks for it.
  if (error instanceof ConfigError) return say(exitCodes.usage, 'usage', error.message)
  if (error instanceof Malformed) {
    const {format, reason, offset} = error
    return say(exitCodes.bad, 'malformed', error.message, {format, reason, offset})
  }
  if (error instanceof Failed) return say(error.code, error.kind, error.message)
  if (error instanceof SessionEnded) {
    return say(exitCodes.bad, 'session-ended', `${error.message} Log in again: wholesky account login`)
  }
  if (error instanceof UpstreamError) {
    const code = error.status < 500 ? exitCodes.bad : exitCodes.unreadable
    return say(code, error.error, withHint(error))
  }
  if (isSystemError(error)) return say(exitCodes.unreadable, 'unreadable', plainly(error), {code: error.code})
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return say(exitCodes.internal, 'internal', `a bug in this program: ${detail}`)
}

/** What a server said, and what to do where that can be told from it. */
function withHint({error, message, status}: UpstreamError): string {
  const said = /[.!?]$/.test(message) ? message : `${message}.`
  if (error === 'UpstreamFailure' && message.startsWith('localhost')) {
    return `${said} ${isItUp}`
  }
  if (error === 'AuthFactorTokenRequired') return `${said} Give the code: --code <code>`
  if (status === 429) return `${said} Wait a little and try again.`
  return error === 'UpstreamFailure' || error === 'InvalidRequest' ? said : `${said} (${error})`
}

/** One that was typed where a file or a public key belongs is not repeated: what is said here ends up in logs. */
const privateKeys = /z(?:3v|42)[1-9A-HJ-NP-Za-km-z]{30,}/g

function plainly(error: SystemError): string {
  const words: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission is denied',
    EISDIR: 'that is a folder, not a file',
    ENOTDIR: 'that is a file, not a folder',
    EEXIST: 'it already exists',
    ENOSPC: 'the disk is full',
  }
  const reason = words[error.code] ?? error.message
  return error.path === undefined ? reason : `${error.path}: ${reason}`
}
