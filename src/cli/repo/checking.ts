/** What the `repo` commands share: opening a CAR, verifying it with a bar, and the words for what came of it. */
import {decodeCbor, decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Value} from '#atp/data/value.ts'
import {Malformed} from '#std/malformed.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {RefusedRepo, VerifiedRepo, VerifyOptions} from '#atp/repo/verification.ts'
import {tidMicros} from '#atp/syntax/tid.ts'
import {one} from '../shell/command.ts'
import {exitCodes, type ExitCode} from '../shell/exit.ts'
import {Progress} from '../shell/progress.ts'
import {oneLine, type Shell} from '../shell/shell.ts'
import {type CarFile, openCarFile} from './car-file.ts'

export const carArgument = one('car', 'a repository export (CAR), or - for standard input')

type Checked = VerifiedRepo | RefusedRepo

/** Verifies the CAR at `path` with a bar. Throws the system's error when it cannot be read. */
export async function checkCar(
  path: string,
  shell: Shell,
  showProgress: boolean,
  options: VerifyOptions,
): Promise<Checked> {
  using car = await openCarFile(path, shell, showProgress)
  return await checkOpenCar(car, shell, showProgress, options)
}

export async function checkOpenCar(
  car: CarFile,
  shell: Shell,
  showProgress: boolean,
  options: VerifyOptions,
): Promise<Checked> {
  let bar: Progress | undefined
  let phase = ''
  try {
    return await verifyRepo(car, {
      ...options,
      onProgress(step) {
        if (step.phase !== phase) {
          bar?.done()
          bar = new Progress(shell, step.phase, step.total, showProgress, step.phase === 'reading' ? 'bytes' : 'blocks')
          phase = step.phase
        }
        bar?.at(step.done)
      },
    })
  } finally {
    bar?.done()
  }
}

/** Decodes as the live network must be decoded, and notes whether that was needed. */
export function noticingDecoder(): {decode: (bytes: Uint8Array) => Value; sawIrregular: boolean} {
  const noticing = {
    sawIrregular: false,
    decode(bytes: Uint8Array): Value {
      try {
        return decodeCbor(bytes)
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        noticing.sawIrregular = true
        return decodeCborLenient(bytes)
      }
    },
  }
  return noticing
}

/** Says why a CAR was refused. */
export async function refuse(path: string, {reason, detail}: RefusedRepo, shell: Shell): Promise<ExitCode> {
  await shell.answer({ok: false, reason, detail}, oneLine(`${shell.mark(false)} ${path}: ${reason}: ${detail}`))
  return exitCodes.bad
}

/** The head of a repository as a document and as words. */
export const headOf = ({did, rev, root, data}: VerifiedRepo): Record<string, string> => ({
  did,
  rev,
  time: new Date(tidMicros(rev) / 1000).toISOString(),
  commit: root.toString(),
  data: data.toString(),
})

/** `1,234,567`. Without `toLocaleString`, whose tables of all languages take 13 MB. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
