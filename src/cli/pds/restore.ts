/** `pds restore`: a backup in the place of a PDS that is lost. */
import {resolve} from 'node:path'
import {command, flag, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {progressOption} from '../shell/progress.ts'
import {grouped} from '../repo/checking.ts'
import {restore as putBack} from './backup-folder.ts'
import {dataOption, pdsPlace} from './place.ts'

export const restore = command({
  about: `
Puts a backup where the PDS of this machine has its data, and checks all of it. Nothing is
replaced: what is there must be moved away first. A damaged one is refused, and nothing of
it put back. An interrupted one is begun again by the same command. Events are numbered on
from far above the backup's newest, so that none of those the network knows is given out
again; what was written after the backup is gone here, and each account's next commit
brings its followers to the state that there is.`,
  arguments: {folder: one('folder', 'a folder that "pds backup" made')},
  options: {
    data: dataOption,
    withoutLostBlobs: flag('put all else back where blobs are missing or damaged; else nothing is'),
    progress: progressOption,
  },
  examples: ['wholesky pds restore /backup/pds', 'wholesky pds restore /backup/pds --data /srv/wholesky/data'],
  async run({folder, data, withoutLostBlobs, progress}, shell) {
    const place = await pdsPlace(data, shell)
    const {note, missing} = await putBack(resolve(folder), place, shell, {
      shown: progress,
      withoutLost: withoutLostBlobs,
    })
    const taken = new Date(note.takenMs).toISOString()
    const lost = missing.length > 0 ? `${missing.length}, such as ${missing[0].cid} of ${missing[0].did}` : undefined
    const fields = {accounts: grouped(note.accounts), blobs: grouped(note.blobs), database: place.database}
    const next = '  Give it to the user that runs the server (chown -R), and start that.'
    await shell.answer(
      {
        ok: true,
        ...note,
        database: place.database,
        blobs: place.blobs,
        secrets: place.secrets,
        missing,
      },
      `${shell.mark(true)} as it was at ${taken}\n${shell.fields({...fields, 'lost blobs': lost})}\n${next}`,
    )
    return exitCodes.ok
  },
})
