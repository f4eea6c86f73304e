/** `blob download`: a blob from its account's server, checked against its CID. */
import {createHash} from 'node:crypto'
import {basename} from 'node:path'
import {parseCid} from '#atp/data/cid.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import {subject} from '../account/subject.ts'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes, Failed} from '../shell/exit.ts'
import {accountName, networkOption} from '../network.ts'
import {Progress, progressOption} from '../shell/progress.ts'
import {answerBytes} from '../shell/answer-bytes.ts'
import {refuseExisting, writeNewFile} from '../shell/new-file.ts'

export const download = command({
  about: `
Fetches a blob and checks that its bytes are what its CID says; a file of other bytes is
not kept.`,
  arguments: {
    account: one('account', 'whose blob: a handle or DID', accountName),
    cid: one('cid', 'its CID', parseCid),
  },
  options: {
    out: maybe('file', 'the file to write; must be new. By default named like the CID'),
    progress: progressOption,
    network: networkOption,
  },
  examples: ['wholesky blob download alice.test bafkreib… --out sunset.jpg'],
  async run({account, cid, out, progress, network}, shell) {
    const {did, client, service} = await subject(account, network, shell)
    const text = cid.toString()
    const file = out ?? basename(text)
    refuseExisting(file)
    const stream = await client.query(getBlob, {did, cid: text})
    using bar = new Progress(shell, 'fetching', undefined, progress)
    const hash = createHash('sha256')
    const size = await writeNewFile(
      file,
      answerBytes(stream, service),
      (chunk, done) => {
        hash.update(chunk)
        bar.at(done)
      },
      () => {
        if (hash.digest().equals(cid.digest)) return
        throw new Failed('wrong-hash', `The server gave other bytes than ${text} names; nothing is kept.`)
      },
    )
    bar.done()
    await shell.answer({ok: true, did, cid: text, size, file}, `${shell.mark(true)} ${file}, ${size} bytes`)
    return exitCodes.ok
  },
})
