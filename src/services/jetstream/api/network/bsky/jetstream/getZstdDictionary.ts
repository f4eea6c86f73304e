/** The dictionary that frames of `subscribeEvents` may be compressed with. What has an ID never changes. */
import {getZstdDictionary} from '#lex/gen/network/bsky/jetstream/getZstdDictionary.ts'
import type {Compression} from '../../../../compression.ts'
import {query} from '../../../callers.ts'

type Deps = {eventsCompression: Pick<Compression, 'id' | 'dictionary'>}

export const endpoint = ({eventsCompression: {id, dictionary}}: Deps) =>
  query(getZstdDictionary, {
    auth: 'none',
    async handle({params, fail, headers}) {
      if (params.id !== undefined && params.id !== id) throw fail('DictionaryNotFound', `The dictionary here is ${id}.`)
      headers.set(
        'cache-control',
        params.id === undefined ? 'public, max-age=300' : 'public, max-age=31536000, immutable',
      )
      return {encoding: 'application/octet-stream', body: dictionary}
    },
  })
