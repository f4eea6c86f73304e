/** One move of an account, by `wholesky account migrate` or by `goat account migrate`, each a process as people run it. */
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {AtpAgent} from '@atproto/api'
import {cliFile} from '../../bench/servers.ts'
import type {Home, Homes} from './homes.ts'
import {password} from './belongings.ts'

export interface Move {
  readonly did: string
  readonly name: string
  readonly from: Home
  readonly to: Home
  /** Where the program keeps what it keeps. */
  readonly folder: string
}

export interface Moved {
  /** The most memory that the program has had, in MiB, where that is measured. */
  readonly peakMiB: number | undefined
}

/** Where `goat` is: https://github.com/bluesky-social/goat, built apart from this project. */
export const goatFile = process.env.GOAT ?? ''
export const hasGoat = goatFile !== '' && existsSync(goatFile)
export const goatHint = 'goat is not here: GOAT=<file> says where (go build in a clone of its repository).'

interface Ran {
  code: number | null
  output: string
  peakMiB: number | undefined
}

/** Runs a program to its end; with `killMs`, it is killed after that, and has no code. */
async function ran(file: string, args: readonly string[], env: Record<string, string>, killMs?: number): Promise<Ran> {
  const child = spawn(file, args, {env: {PATH: process.env.PATH, ...env}, stdio: ['ignore', 'pipe', 'pipe']})
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killMs)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  clearTimeout(timer)
  const [, peakKiB] = /peak (\d+) KiB/.exec(output) ?? []
  return {code, output, peakMiB: peakKiB === undefined ? undefined : Number(peakKiB) / 1024}
}

const envOf = ({plc}: Homes, {name, from, folder}: Move): Record<string, string> => ({
  XDG_CONFIG_HOME: join(folder, name),
  WHOLESKY_PASSWORD: password,
  WHOLESKY_NEW_PASSWORD: password,
  WHOLESKY_PLC_URL: plc,
  WHOLESKY_PDS_URL: from.url,
})

const argsOf = ({did, name, to}: Move): string[] => {
  const where = ['--to', to.url, '--handle', `${name}${to.domain}`]
  return [cliFile, 'account', 'migrate', did, ...where]
}

/** Runs our command until it wants the code, reads that where it was mailed, and runs it again. */
export async function byUs(homes: Homes, move: Move): Promise<Moved> {
  const env = {...envOf(homes, move), NODE_OPTIONS: `--import=${new URL('peak.ts', import.meta.url)}`}
  const migrate = (...more: string[]): Promise<Ran> => ran(process.execPath, [...argsOf(move), ...more], env)
  const first = await migrate()
  if (!first.output.includes('--code XXXXX')) throw new Error(`no code is asked for: ${first.output}`)
  const last = await migrate('--code', move.from.code(`${move.name}@example.com`))
  if (last.code !== 0) throw new Error(`it ended with ${last.code}: ${last.output}`)
  return {peakMiB: Math.max(first.peakMiB ?? 0, last.peakMiB ?? 0) || undefined}
}

/** As `byUs`, but the command is killed some time after it began, each time a little later, until it is done before that. */
export async function byKilled(homes: Homes, move: Move): Promise<Moved> {
  const env = envOf(homes, move)
  let code: string[] = []
  for (let afterMs = 300; afterMs < 60_000; afterMs = Math.ceil(afterMs * 1.25)) {
    const {code: ended, output} = await ran(process.execPath, [...argsOf(move), ...code], env, afterMs)
    if (ended === 0) return {peakMiB: undefined}
    if (ended === null) continue // killed
    const isMailed = output.includes('--code XXXXX')
    if (isMailed) code = ['--code', move.from.code(`${move.name}@example.com`)]
    else if (/code was not taken/.test(output)) code = []
    else throw new Error(`it ended with ${ended}: ${output}`)
  }
  throw new Error('it does not end')
}

/** The same as its own help says: log in, have a code sent, migrate. */
export async function byGoat({plc}: Homes, {did, name, from, to, folder}: Move): Promise<Moved> {
  const env = {HOME: join(folder, `goat-${name}`), XDG_STATE_HOME: join(folder, `goat-${name}`), ATP_PLC_HOST: plc}
  const goat = async (...args: string[]): Promise<void> => {
    const {code, output} = await ran(goatFile, ['--plc-host', plc, ...args], env)
    if (code !== 0) throw new Error(`goat ${args.slice(0, 3).join(' ')} ended with ${code}: ${output}`)
  }
  await goat('account', 'login', '-u', did, '-p', password, '--pds-host', from.url)
  await goat('account', 'plc', 'request-token')
  const email = `${name}@example.com`
  const args = ['--new-handle', `${name}${to.domain}`, '--new-email', email, '--new-password', password]
  await goat('account', 'migrate', '--pds-host', to.url, ...args, '--plc-token', from.code(email))
  return {peakMiB: undefined}
}

/** Whether the account can be used where it is: it logs in and writes. */
export async function isAtHome({url}: Home, did: string): Promise<void> {
  const agent = new AtpAgent({service: url})
  await agent.login({identifier: did, password})
  const {data} = await agent.com.atproto.server.checkAccountStatus()
  if (!data.activated || !data.validDid) throw new Error(`${did} is not at home at ${url}: ${JSON.stringify(data)}`)
  const {preferences} = (await agent.app.bsky.actor.getPreferences()).data
  if (preferences.length === 0) throw new Error(`${did} has lost its preferences`)
  const {uri} = await agent.post({text: 'here'})
  await agent.deletePost(uri)
}
