/** `lex parse`: checks lexicon documents and says what they define. */
import {command, some} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {oneLine} from '../shell/shell.ts'
import {readDocuments} from './documents.ts'

export const parse = command({
  about: `
Reads lexicon documents: every type and constraint must be one that the lexicon
language knows, where it may stand. Says what each document defines.`,
  arguments: {paths: some('path', 'a document in JSON, a folder of them, or - for standard input')},
  options: {},
  examples: ['wholesky lex parse lexicons/app/bsky/feed', 'wholesky lex parse my-lexicon.json --json'],
  async run({paths}, shell) {
    let allGood = true
    for await (const read of readDocuments(paths, shell)) {
      if ('fault' in read) {
        allGood = false
        const {reason, message} = read.fault
        await shell.item(
          {ok: false, file: read.file, reason, detail: message},
          oneLine(`${shell.mark(false)} ${read.file}: ${message}`),
        )
        continue
      }
      const {file, doc} = read
      const defs = Object.fromEntries(Object.entries(doc.defs).map(([name, {type}]) => [name, type]))
      const listed = Object.entries(defs).map(([name, type]) => `${name} ${shell.paint('dim', type)}`)
      await shell.item(
        {ok: true, file, id: doc.id, defs},
        oneLine(`${shell.mark(true)} ${doc.id}: ${listed.join(', ')}`),
      )
    }
    return allGood ? exitCodes.ok : exitCodes.bad
  },
})
