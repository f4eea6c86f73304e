/**
 * A folder for the files of one test file. It goes when the process ends: with all test files in one process, the
 * runner calls no `after` that stands outside a suite.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'node:test'

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

/** A folder in which temporary files of this process are until the end of the test, so that those of no other are there. */
export function ownTemporaryFolder(context: TestContext): string {
  const {TMPDIR} = process.env
  const folder = temporaryFolder('own')
  process.env.TMPDIR = folder
  context.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  return folder
}
