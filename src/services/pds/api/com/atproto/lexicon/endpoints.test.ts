/** What the methods of com.atproto.lexicon answer, given what stands behind them. */
import {cid, did, endpointTable} from '../../../../../../../test/pds-endpoints.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {endpoint as resolveLexicon} from './resolveLexicon.ts'

const nsid = 'com.example.note'
const doc = parseLexicon({lexicon: 1, id: nsid, defs: {main: {type: 'token', description: 'A note.'}}})

endpointTable(resolveLexicon, {
  auth: 'none',
  rows: [
    {
      it: 'gives the document, and where it is published',
      deps: note => ({
        lexicons: {
          async find(...all) {
            note(...all)
            return {doc, cid, did}
          },
        },
      }),
      params: {nsid},
      gives: {
        uri: `at://${did}/com.atproto.lexicon.schema/${nsid}`,
        cid,
        schema: {...doc, $type: 'com.atproto.lexicon.schema'},
      },
      asks: [[nsid, {waitMs: 10_000, isPassing: true}]],
    },
    {
      it: 'says that there is none',
      deps: () => ({lexicons: {find: async () => undefined}}),
      params: {nsid},
      fails: 'LexiconNotFound',
      status: 400,
    },
    {it: 'knows names by their form', params: {nsid: 'note'}, fails: 'InvalidRequest'},
  ],
})
