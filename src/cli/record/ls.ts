/** `record ls`: what is in a repository, as its server says. */
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {parseNsid} from '#atp/syntax/nsid.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import {Repo} from '#sdk/records.ts'
import {subject, subjectArgument} from '../account/subject.ts'
import {command, flag, maybe, wholeNumber} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {networkOption} from '../network.ts'
import type {Shell} from '../shell/shell.ts'

const pageLimit = 100

export const ls = command({
  about: `
Without --collection: the collections of a repository. With it: the records, the newest
key first. The server is trusted; "repo export --verify" proves the whole, and
"get --proof" one record.`,
  arguments: {account: subjectArgument},
  options: {
    collection: maybe('nsid', 'the records of this collection', parseNsid),
    records: flag('show the records whole, in JSON'),
    limit: maybe('count', 'no more than this many; all by default', wholeNumber(1)),
    reverse: flag('the oldest first'),
    network: networkOption,
  },
  examples: [
    'wholesky record ls alice.test',
    'wholesky record ls alice.test --collection app.bsky.feed.post --limit 10 --json',
  ],
  async run({account, collection, records, limit = Infinity, reverse, network}, shell) {
    const {did, client} = await subject(account, network, shell)
    if (collection === undefined) {
      const {collections} = await client.query(describeRepo, {repo: did})
      for (const name of collections) await shell.item({collection: name}, name)
      return exitCodes.ok
    }
    const repo = new Repo(client, did)
    let cursor: string | undefined
    for (let left = limit; left > 0;) {
      const page = await repo.uncheckedPage(collection, {limit: Math.min(left, pageLimit), cursor, reverse})
      // Not every server keeps to the limit that it was given.
      for (const {uri, cid, value} of page.records.slice(0, left)) {
        const json = valueToJson(value as Value)
        const shown = records ? JSON.stringify(json) : gist(json)
        await shell.item({uri, cid, value: json}, `${uri}  ${shell.paint('dim', shown)}`)
      }
      left -= page.records.length
      if (page.cursor === undefined) break
      cursor = page.cursor
    }
    return exitCodes.ok
  },
})

const gistMax = 60

/** What a record is about, in a few words: its text or name, else what it points to. */
export function gist(json: unknown): string {
  const {text, displayName, name, subject, $type} = (json ?? {}) as Record<string, unknown>
  const {uri} = (subject ?? {}) as {uri?: unknown}
  const words = [text, displayName, name, subject, uri, $type].find(word => typeof word === 'string' && word !== '')
  const line = String(words ?? '').replaceAll(/\s+/g, ' ')
  return line.length > gistMax ? `${line.slice(0, gistMax - 1).toWellFormed()}…` : line
}

/** The gist as the end of a line about a record, where there is one. */
export const shownGist = (json: unknown, shell: Shell): string =>
  json === undefined ? '' : `  ${shell.paint('dim', gist(json))}`
