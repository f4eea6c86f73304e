/** `feed new`: a file to begin with. */
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes, Failed, isSystemError, UsageError} from '../shell/exit.ts'

/** The file of a feed with this name, to be changed by whoever asked for it. */
export const template = (name: string): string => `/** What this feed is about. */
import {defineFeed} from 'wholesky/feed'

export default defineFeed({
  name: '${name}',
  title: '${name}',
  description: 'Posts about ${name}',

  // Asked once for each post as it comes: does the feed take it?
  takes: ({record}) => record.text.toLowerCase().includes('${name}'),

  // Asked for each page: which posts, in which order?
  skeleton: request => request.posts.newest({from: 'taken'}, request),
})
`

function feedName(text: string): string {
  if (!/^[a-z0-9-]{1,15}$/.test(text)) throw new UsageError('expected 1 to 15 of the letters a to z, digits and "-"')
  return text
}

export const create = command({
  about: `
Writes a file with a feed in it, to begin with: which posts it takes, and which it shows.
In the folder "feeds" a feed service of "npm start" reads it, and again as you change it.`,
  arguments: {name: one('name', 'its name, which is the key of its record later on', feedName)},
  options: {folder: maybe('folder', 'where to; "feeds" by default')},
  examples: ['wholesky feed new cats'],
  async run({name, folder = 'feeds'}, shell) {
    const path = join(folder, `${name}.ts`)
    await mkdir(folder, {recursive: true})
    try {
      await writeFile(path, template(name), {flag: 'wx'})
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST') throw error
      throw new Failed('file-exists', `${path} is there already.`)
    }
    await shell.answer(
      {path},
      `${shell.mark(true)} ${path}\n  wholesky feed dev ${path}      shows what it gives, as you change it\n` +
        `  wholesky feed publish ${path}  puts it where people find it`,
    )
    return exitCodes.ok
  },
})
