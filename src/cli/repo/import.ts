/** `repo import`: a repository export into the account that is logged in. */
import {importRepo} from '#lex/gen/com/atproto/repo/importRepo.ts'
import {getLatestCommit} from '#lex/gen/com/atproto/sync/getLatestCommit.ts'
import {accountOption, actingSession} from '../account/sessions.ts'
import {command} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {Progress, progressOption} from '../shell/progress.ts'
import {carArgument, checkOpenCar, grouped, refuse} from './checking.ts'
import {openCarFile, piecesOf} from './car-file.ts'

export const importCommand = command({
  about: `
Sends a repository export to the PDS of the logged-in account, which replaces the
account's records with these, in one new commit that its own key signs. The file is
checked first, except for its signature, and sent in pieces, whatever its size. Upload
the blobs that its records refer to separately: "blob upload".`,
  arguments: {car: carArgument},
  options: {account: accountOption, progress: progressOption},
  examples: ['wholesky repo import alice.car', 'wholesky repo import big.car --account alice.test --progress'],
  async run({car: path, account, progress}, shell) {
    const {session, kept} = actingSession(shell, account)
    using car = await openCarFile(path, shell, progress)
    const verdict = await checkOpenCar(car, shell, progress, {})
    if (!verdict.ok) return refuse(path, verdict, shell)
    const {recordCount, data} = verdict
    using bar = new Progress(shell, 'sending', car.size, progress)
    const body = piecesOf(car, done => bar.at(done))
    const headers = {'content-length': String(car.size)}
    await session.client.procedure(importRepo, body, {encoding: 'application/vnd.ipld.car', headers})
    bar.done()
    const {rev, cid} = await session.client.query(getLatestCommit, {did: kept.did})
    await shell.answer(
      {ok: true, did: kept.did, file: path, recordCount, data: data.toString(), rev, commit: cid},
      `${shell.mark(true)} ${grouped(recordCount)} ${recordCount === 1 ? 'record is now all' : 'records are now those'} of ${shell.paint('bold', kept.handle)}\n` +
        shell.fields({data: data.toString(), rev, commit: cid}),
    )
    return exitCodes.ok
  },
})
