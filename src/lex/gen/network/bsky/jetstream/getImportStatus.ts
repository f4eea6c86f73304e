// Generated from lexicons/network/bsky/jetstream/getImportStatus.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The newest when left out. */
  job?: string
}
export type Output = {
  job: string
  /** How it is. */
  state: 'running' | 'complete' | 'failed' | (string & {})
  /** What it does. */
  phase?: 'parse_bucket' | 'apply' | (string & {})
  /** Why it failed. */
  error?: string
  submittedAt?: Datetime
  finishedAt?: Datetime
  /** Whether the file was read to its end. */
  bucketed?: boolean
  segmentsToApply?: number
  segmentsApplied?: number
  rowsTotal?: number
  rowsValid?: number
  rowsRejected?: number
  segmentsExamined?: number
  segmentsPatched?: number
  rowsMutated?: number
  rowsMatchedAllVersions?: number
  rowsMatchedSpecific?: number
  specificCidsUnmatched?: number
  rowsCorruptOffset?: number
}
export type ErrorName = 'JobNotFound'
/** How far an import of times is; asked for as importTimestamps is. */
export const getImportStatus: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'network.bsky.jetstream.getImportStatus',
  {
    params: lex.params({
      job: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      job: lex.string(),
      state: lex.string({knownValues: ['running', 'complete', 'failed']}),
      phase: lex.string({knownValues: ['parse_bucket', 'apply']}),
      error: lex.string(),
      submittedAt: lex.string({format: 'datetime'}),
      finishedAt: lex.string({format: 'datetime'}),
      bucketed: lex.boolean(),
      segmentsToApply: lex.integer({minimum: 0}),
      segmentsApplied: lex.integer({minimum: 0}),
      rowsTotal: lex.integer({minimum: 0}),
      rowsValid: lex.integer({minimum: 0}),
      rowsRejected: lex.integer({minimum: 0}),
      segmentsExamined: lex.integer({minimum: 0}),
      segmentsPatched: lex.integer({minimum: 0}),
      rowsMutated: lex.integer({minimum: 0}),
      rowsMatchedAllVersions: lex.integer({minimum: 0}),
      rowsMatchedSpecific: lex.integer({minimum: 0}),
      specificCidsUnmatched: lex.integer({minimum: 0}),
      rowsCorruptOffset: lex.integer({minimum: 0}),
    }, ['job', 'state'])),
    errors: ['JobNotFound'],
  },
)

export {getImportStatus as main}
