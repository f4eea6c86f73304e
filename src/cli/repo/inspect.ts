/** `repo inspect`: what is in a CAR, whether or not it is a whole repository. */
import {Malformed} from '#std/malformed.ts'
import {CarParser} from '#atp/repo/car-read.ts'
import {decodeCommit, type Commit} from '#atp/repo/commit.ts'
import {tidMicros} from '#atp/syntax/tid.ts'
import {command} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {Progress, progressOption} from '../shell/progress.ts'
import type {Shell} from '../shell/shell.ts'
import {type CarFile, openCarFile} from './car-file.ts'
import {carArgument, checkOpenCar, grouped, refuse} from './checking.ts'

const chunkSize = 256 * 1024

export const inspect = command({
  about: `
Shows the commit that a CAR begins at, how many blocks it has, and for a whole
repository how many records of which collections. A part of a repository, such as
the blocks of one commit, can be inspected too. Signatures are not checked: see
"repo verify".`,
  arguments: {car: carArgument},
  options: {progress: progressOption},
  examples: ['wholesky repo inspect alice.car'],
  async run({car: path, progress}, shell) {
    using car = await openCarFile(path, shell, progress)
    const surveyed = survey(car, shell, progress)
    if (surveyed instanceof Malformed) {
      const {format, reason, message} = surveyed
      return refuse(path, {ok: false, reason: `${format}-${reason}`, detail: message}, shell)
    }
    const {roots, commit, blockCount} = surveyed
    const collections = new Map<string, {records: number; size: number}>()
    const verdict = await checkOpenCar(car, shell, progress, {
      onRecord({path: recordPath, bytes}) {
        const collection = recordPath.slice(0, recordPath.indexOf('/'))
        const tally = collections.get(collection)
        if (tally) {
          tally.records++
          tally.size += bytes.length
        } else collections.set(collection, {records: 1, size: bytes.length})
      },
    })
    const head = {
      did: commit?.did,
      rev: commit?.rev,
      time: commit && new Date(tidMicros(commit.rev) / 1000).toISOString(),
      commit: roots[0],
      data: commit?.data.toString(),
    }
    const whole = verdict.ok
    const counted = [...collections].map(([collection, tally]) => ({collection, ...tally}))
    const why = verdict.ok ? undefined : {reason: verdict.reason, detail: verdict.detail}
    await shell.answer(
      {...head, roots, size: car.size, blockCount, whole, ...why, collections: whole ? counted : undefined},
      [
        shell.paint('bold', path),
        shell.fields({
          ...head,
          'more roots': roots.slice(1).join(' ') || undefined,
          size: `${grouped(car.size)} bytes in ${grouped(blockCount)} blocks`,
          repository: why
            ? `not whole: ${why.detail}`
            : verdict.ok && verdict.isPreorder
              ? 'whole, in preorder'
              : 'whole',
        }),
        ...(whole ? ['', ...table(counted, shell)] : []),
      ].join('\n'),
    )
    return exitCodes.ok
  },
})

function table(counted: {collection: string; records: number; size: number}[], shell: Shell): string[] {
  if (counted.length === 0) return ['  no records']
  const rows = counted.map(({collection, records, size}) => [grouped(records), grouped(size), collection])
  const widths = [0, 1].map(i => Math.max(...rows.map(row => row[i].length), 7))
  const lines = [['records', 'bytes', 'collection'], ...rows].map(([records, size, collection], i) => {
    const line = `  ${records.padStart(widths[0])}  ${size.padStart(widths[1])}  ${collection}`
    return i === 0 ? shell.paint('dim', line) : line
  })
  return lines
}

type Survey = {roots: string[]; commit: Commit | undefined; blockCount: number}

/** Reads every block once, checking hashes. Gives back what is wrong with the file as a CAR. */
function survey(car: CarFile, shell: Shell, showProgress: boolean): Survey | Malformed {
  const parser = new CarParser()
  const progress = new Progress(shell, 'surveying', car.size, showProgress)
  let commit: Commit | undefined
  try {
    for (let at = 0; at < car.size; at += chunkSize) {
      parser.push(car.read(at, chunkSize))
      while (parser.next()) {
        const block = parser.checkedBlock()
        if (!commit && parser.roots?.[0]?.equals(parser.cid)) commit = commitIn(block)
      }
      progress.at(at)
    }
    parser.finish()
  } catch (error) {
    if (error instanceof Malformed) return error
    throw error
  } finally {
    progress.done()
  }
  return {roots: (parser.roots ?? []).map(String), commit, blockCount: parser.blockCount}
}

function commitIn(block: Uint8Array): Commit | undefined {
  try {
    return decodeCommit(block.slice())
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
