/**
 * A folder for the files of one test file. It goes when the process ends: with all test files in one process, the
 * runner calls no `after` that stands outside a suite.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const made: string[] = []

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `wholesky-${name}-`))
  if (made.length === 0) process.once('exit', removeAll)
  made.push(folder)
  return folder
}

function removeAll(): void {
  for (const folder of made) rmSync(folder, {recursive: true, force: true})
}
