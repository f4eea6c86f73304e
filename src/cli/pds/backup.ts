/** `pds backup`: all that the PDS of this machine keeps, as it is at one moment, while it runs. */
import {resolve} from 'node:path'
import {command, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {progressOption} from '../shell/progress.ts'
import {grouped} from '../repo/checking.ts'
import {backUp} from './backup-folder.ts'
import {dataOption, pdsPlace} from './place.ts'

export const backup = command({
  about: `
Copies database, blobs and secrets into a folder, while the server runs: all that it
acknowledged before the copy was begun is in it, and no record whose blob is not. The
copy is checked. Give the same folder again the next day: only new blobs are copied, and
the backup before is good until the new one is whole. Keep it secret: whoever has it can
be this server. It reads the settings of the server (PDS_DATABASE, …) from the
environment, so run it as the server is run.`,
  arguments: {folder: one('folder', 'where to; made if need be')},
  options: {data: dataOption, progress: progressOption},
  examples: ['wholesky pds backup /backup/pds', 'wholesky pds backup /mnt/disk/pds --data /srv/wholesky/data'],
  async run({folder, data, progress}, shell) {
    const place = await pdsPlace(data, shell)
    const {note, missing} = await backUp(place, resolve(folder), shell, progress)
    const lost = missing.length > 0 ? `${missing.length}, such as ${missing[0].cid} of ${missing[0].did}` : undefined
    const fields = {accounts: grouped(note.accounts), blobs: grouped(note.blobs), event: note.seq, 'lost blobs': lost}
    await shell.answer(
      {ok: missing.length === 0, folder: resolve(folder), ...note, missing},
      `${shell.mark(missing.length === 0)} ${resolve(folder)} as of ${new Date(note.takenMs).toISOString()}\n${shell.fields(fields)}`,
    )
    return missing.length > 0 ? exitCodes.bad : exitCodes.ok
  },
})
