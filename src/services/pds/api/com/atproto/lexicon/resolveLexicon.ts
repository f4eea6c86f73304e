/** The lexicon of a name, as its authority publishes it: from here while it is fresh, and else looked up. */
import {formatAtUri} from '#atp/syntax/at-uri.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {schemaCollection} from '#lex/doc/resolve.ts'
import {type Output, resolveLexicon} from '#lex/gen/com/atproto/lexicon/resolveLexicon.ts'
import {query} from '../../../callers.ts'
import type {Lexicons} from '../../../../lexicons/lexicons.ts'

type Deps = {lexicons: Pick<Lexicons, 'find'>}

/** For one that is not at hand. */
const waitMs = 10_000

export const endpoint = ({lexicons}: Deps) =>
  query(resolveLexicon, {
    auth: 'none',
    async handle({params: {nsid}, fail}) {
      const found = await lexicons.find(nsid, {waitMs, isPassing: true})
      if (!found) throw fail('LexiconNotFound', `Nobody publishes a lexicon ${nsid} that can be had now.`)
      const {doc, cid, did} = found
      const schema = {...doc, $type: schemaCollection} as unknown as Output['schema']
      return {uri: formatAtUri(did, schemaCollection, nsid as string as RecordKey), cid, schema}
    },
  })
