/**
 * One thing looked at, and what came of it: what `resolve` and `doctor` are made of. A check that is not good says what
 * to do about it, in a sentence that can be followed by whoever reads it.
 */
import {oneLine, type Shell} from './shell/shell.ts'

export interface Check {
  readonly name: string
  /** `warn`: it works, and should not stay so. `skipped`: it could not be looked at, for a reason that is no fault. */
  readonly state: 'good' | 'warn' | 'bad' | 'skipped'
  readonly detail: string
  /** What to do about it. */
  readonly mend?: string
}

/** Checks of one thing. */
export interface Section {
  readonly title: string
  readonly checks: readonly Check[]
}

export const good = (name: string, detail: string): Check => ({name, state: 'good', detail})
export const bad = (name: string, detail: string, mend: string): Check => ({name, state: 'bad', detail, mend})
export const warn = (name: string, detail: string, mend: string): Check => ({name, state: 'warn', detail, mend})
export const skipped = (name: string, detail: string): Check => ({name, state: 'skipped', detail})

const marks = {good: ['green', '✓'], warn: ['yellow', '!'], bad: ['red', '✗'], skipped: ['dim', '·']} as const

/** The checks as lines: the names in a column, and under each that is not good what to do. */
export function checkLines(checks: readonly Check[], shell: Shell): string {
  const width = Math.max(0, ...checks.map(({name}) => name.length))
  return checks
    .flatMap(({name, state, detail, mend}) => {
      const [colour, sign] = marks[state]
      const said = oneLine(detail)
      const line = `${shell.paint(colour, sign)} ${name.padEnd(width)}  ${state === 'skipped' ? shell.paint('dim', said) : said}`
      return mend === undefined ? [line] : [line, `  ${' '.repeat(width)}  → ${oneLine(mend)}`]
    })
    .join('\n')
}
