/**
 * Where a password comes from: a file, the environment, or the person at the terminal. Never the command line itself,
 * which others can read.
 */
import {readFileSync} from 'node:fs'
import {maybe} from './command.ts'
import {UsageError} from './exit.ts'
import type {Shell} from './shell.ts'

export const passwordOption = maybe(
  'file',
  'read the password from this file; otherwise WHOLESKY_PASSWORD, or you are asked',
)

/** Throws `UsageError` when there is nowhere to take it from, and the system's error for a file. */
export async function readPassword(
  file: string | undefined,
  whose: string,
  shell: Shell,
  {variable, option} = {variable: 'WHOLESKY_PASSWORD', option: '--password-file'},
): Promise<string> {
  const {env, askSecret} = shell.io
  if (file !== undefined) return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  const kept = env[variable]
  if (kept) return kept
  if (askSecret) return askSecret(`Password of ${whose}: `)
  throw new UsageError(`no password given: use ${option} <file>, or set ${variable}`)
}
