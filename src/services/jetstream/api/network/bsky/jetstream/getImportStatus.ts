/** How far an import of times is. */
import {getImportStatus} from '#lex/gen/network/bsky/jetstream/getImportStatus.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {query, type ImportDeps} from '../../../callers.ts'

export const endpoint = ({imports}: ImportDeps) =>
  query(getImportStatus, {
    auth: 'operator',
    async handle({params: {job}}) {
      const status = imports?.status(job)
      if (!status) throw new XrpcError('JobNotFound', 'There was no such import.', {status: 404})
      return {...status}
    },
  })
