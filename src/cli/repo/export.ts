/** `repo export`: an account's whole repository as a file. */
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {command, flag, maybe, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {accountName, findHome, networkOf, networkOption} from '../network.ts'
import {answerBytes} from '../shell/answer-bytes.ts'
import {refuseExisting, writeNewFile} from '../shell/new-file.ts'
import {Progress, progressOption} from '../shell/progress.ts'
import {checkCar, grouped, headOf, noticingDecoder, refuse} from './checking.ts'

export const exportCommand = command({
  about: `
Fetches all records of an account from its PDS as a CAR file, piece by piece, whatever
its size. With --verify it is then checked from end to end, the signature by the key in
the account's DID document. Blobs are not part of it: "blob ls" and "blob download".`,
  arguments: {
    account: one('account', 'a handle or DID', accountName),
    out: maybe('file', 'the file to write; must be new. By default <account>.car'),
  },
  options: {
    verify: flag('check the whole of it, signature and all'),
    progress: progressOption,
    network: networkOption,
  },
  examples: ['wholesky repo export alice.test', 'wholesky repo export atproto.com a.car --verify --network public'],
  async run({account, out, verify, progress, network: given}, shell) {
    const network = networkOf(given, shell.io.env)
    const file = out ?? `${account.replaceAll(':', '-')}.car`
    refuseExisting(file)
    const {identity, pds, client} = await findHome(account, network, shell.io.world)
    const {did, key} = identity
    using bar = new Progress(shell, 'fetching', undefined, progress)
    using heap = new YoungHeap()
    const size = await writeNewFile(file, answerBytes(await client.query(getRepo, {did}), pds), (chunk, done) => {
      heap.passed(chunk.length)
      bar.at(done)
    })
    bar.done()
    const summary = `${file}: ${grouped(size)} bytes from ${pds}`
    if (!verify) {
      await shell.answer({ok: true, did, file, size, verified: false}, `${shell.mark(true)} ${summary}`)
      return exitCodes.ok
    }
    const lenient = noticingDecoder()
    const verdict = await checkCar(file, shell, progress, {did, key, decode: lenient.decode})
    if (!verdict.ok) return refuse(file, verdict, shell)
    const {recordCount} = verdict
    const head = headOf(verdict)
    await shell.answer(
      {ok: true, ...head, file, size, verified: true, recordCount, signature: key ? 'good' : 'unchecked'},
      `${shell.mark(true)} ${summary}\n` +
        shell.fields({...head, records: grouped(recordCount), signature: key ? 'good' : 'the document names no key'}),
    )
    return exitCodes.ok
  },
})
