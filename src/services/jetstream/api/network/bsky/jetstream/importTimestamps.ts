/** Begins to give records of the archive other times. */
import {importTimestamps} from '#lex/gen/network/bsky/jetstream/importTimestamps.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {procedure, type ImportDeps} from '../../../callers.ts'

const refusals = {
  ImportInProgress: [409, 'Another import is under way.'],
  InvalidPath: [400, 'There is no such file in the folder of imports.'],
} as const

export const endpoint = ({imports}: ImportDeps) =>
  procedure(importTimestamps, {
    auth: 'operator',
    async handle({input: {path}}) {
      if (!imports) throw new XrpcError('ImportNotReady', 'There is no archive here.', {status: 503})
      const begun = await imports.submit(path)
      if (typeof begun === 'object') return begun
      const [status, message] = refusals[begun]
      throw new XrpcError(begun, message, {status})
    },
  })
