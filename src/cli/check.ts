/** Checks (`runtime/health/check.ts`) as the command line shows them. */
import type {Check} from '#runtime/health/check.ts'
import {oneLine, type Shell} from './shell/shell.ts'

/** Checks of one thing. */
export interface Section {
  readonly title: string
  readonly checks: readonly Check[]
}

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
