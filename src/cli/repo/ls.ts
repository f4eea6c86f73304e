/** `repo ls`: the records of a repository export, in the order of their paths. */
import {valueToJson} from '#atp/data/json.ts'
import {parseNsid} from '#atp/syntax/nsid.ts'
import {command, flag, maybe} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {carArgument, checkCar, noticingDecoder} from './checking.ts'

export const ls = command({
  about: `
Lists path and CID of every record, and with --records the records too. The export
is checked while it is listed, except for its signature; a list that was cut short
by a fault ends with the reason and exit code 1.`,
  arguments: {car: carArgument},
  options: {
    collection: maybe('nsid', 'only this collection', parseNsid),
    records: flag('show the records, in JSON'),
  },
  examples: [
    'wholesky repo ls alice.car',
    'wholesky repo ls alice.car --collection app.bsky.feed.post --records --json | head',
  ],
  async run({car, collection, records}, shell) {
    const {decode} = noticingDecoder()
    const verdict = await checkCar(car, shell, false, {
      collection,
      decode: records ? decode : undefined,
      onRecord({path, cid, value}) {
        const record = value === undefined ? undefined : valueToJson(value)
        const shown = record === undefined ? shell.paint('dim', cid.toString()) : JSON.stringify(record)
        return shell.item({path, cid: cid.toString(), record}, `${path}  ${shown}`)
      },
    })
    if (verdict.ok) return exitCodes.ok
    const {reason, detail} = verdict
    await shell.item({ok: false, reason, detail}, `${shell.mark(false)} ${car}: ${reason}: ${detail}`)
    return exitCodes.bad
  },
})
