/** `blob ls`: the blobs that an account's records refer to. */
import {parseTid} from '#atp/syntax/tid.ts'
import {listBlobs} from '#lex/gen/com/atproto/sync/listBlobs.ts'
import {subject, subjectArgument} from '../account/subject.ts'
import {command, maybe} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {networkOption} from '../network.ts'

const pageLimit = 1000

export const ls = command({
  about: `
Lists the CIDs of the blobs that the records of an account refer to.`,
  arguments: {account: subjectArgument},
  options: {
    since: maybe('rev', 'only those of records written after this revision', parseTid),
    network: networkOption,
  },
  examples: ['wholesky blob ls alice.test'],
  async run({account, since, network}, shell) {
    const {did, client} = await subject(account, network, shell)
    let cursor: string | undefined
    for (;;) {
      const page = await client.query(listBlobs, {did, since, limit: pageLimit, cursor})
      for (const cid of page.cids) await shell.item({did, cid}, cid)
      if (page.cids.length === 0 || page.cursor === undefined || page.cursor === cursor) return exitCodes.ok
      cursor = page.cursor
    }
  },
})
