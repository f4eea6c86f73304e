/** `repo unpack`: a repository export as a folder of JSON files. */
import {existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {valueToJson} from '#atp/data/json.ts'
import {command, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {progressOption} from '../shell/progress.ts'
import {carArgument, checkCar, grouped, headOf, noticingDecoder, refuse} from './checking.ts'
import {recordFile} from './record-path.ts'

/** What "repo pack" reads the DID and the last revision from. */
export const headFile = 'commit.json'

export const unpack = command({
  about: `
Writes each record of a repository export to <folder>/<collection>/<rkey>.json, and
its head to <folder>/${headFile}. The export is checked, except for its signature; the
folder appears only when all of it is good. "repo pack" goes the other way.`,
  arguments: {car: carArgument},
  options: {
    out: one('folder', 'where the files go; must be new or empty'),
    progress: progressOption,
  },
  examples: ['wholesky repo unpack alice.car --out alice'],
  async run({car, out, progress}, shell) {
    const target = resolve(out)
    // An empty folder may stand there, and gives way. Anything else is refused by this very call.
    if (existsSync(target) && readdirSync(target).length === 0) rmdirSync(target)
    else if (existsSync(target))
      throw Object.assign(new Error('not empty'), {code: 'EEXIST', syscall: 'mkdir', path: out})
    mkdirSync(dirname(target), {recursive: true})
    const partial = mkdtempSync(join(dirname(target), `.${basename(target)}-`))
    const folders = new Set<string>()
    const lenient = noticingDecoder()
    try {
      const verdict = await checkCar(car, shell, progress, {
        decode: lenient.decode,
        onRecord({path, value}) {
          const file = join(partial, recordFile(path))
          const folder = dirname(file)
          if (!folders.has(folder)) mkdirSync(folder, {recursive: true})
          folders.add(folder)
          writeFileSync(file, JSON.stringify(value === undefined ? null : valueToJson(value), undefined, 2) + '\n')
        },
      })
      if (!verdict.ok) return await refuse(car, verdict, shell)
      const head = headOf(verdict)
      writeFileSync(join(partial, headFile), JSON.stringify(head, undefined, 2) + '\n')
      renameSync(partial, target)
      const canonical = !lenient.sawIrregular
      const count = verdict.recordCount
      await shell.answer(
        {ok: true, ...head, recordCount: count, canonical, folder: out},
        `${shell.mark(true)} ${grouped(count)} record${count === 1 ? '' : 's'} of ${head.did} in ${out}` +
          (canonical ? '' : '\n  Some are not in the canonical encoding, and will not pack to the same repository.'),
      )
      return exitCodes.ok
    } finally {
      rmSync(partial, {recursive: true, force: true})
    }
  },
})
