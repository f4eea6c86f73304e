/** `blob upload`: a file for a record to refer to. */
import {openAsBlob} from 'node:fs'
import {stat} from 'node:fs/promises'
import {extname} from 'node:path'
import {valueToJson} from '#atp/data/json.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {accountOption, actingSession} from '../account/sessions.ts'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'

const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.vtt': 'text/vtt',
  '.txt': 'text/plain',
  '.json': 'application/json',
}

export const upload = command({
  about: `
Sends a file to your PDS and shows the reference to put into a record, as in
"embed": {"$type": "app.bsky.embed.images", "images": [{"image": <reference>, "alt": ""}]}.
What no record refers to is thrown away after some hours.`,
  arguments: {file: one('file', 'the file')},
  options: {type: maybe('type', 'its media type; by default what its name says'), account: accountOption},
  examples: ['wholesky blob upload sunset.jpg', 'wholesky blob upload talk --type video/mp4 --json'],
  async run({file, type, account}, shell) {
    const {session} = actingSession(shell, account)
    const encoding = type ?? types[extname(file).toLowerCase()] ?? 'application/octet-stream'
    await stat(file) // its error names the file; that of the next line does not
    const body = await openAsBlob(file, {type: encoding})
    const headers = {'content-length': String(body.size)}
    const {blob} = await session.client.procedure(uploadBlob, body, {encoding, headers})
    const reference = valueToJson(blob as never)
    await shell.answer({blob: reference}, `${shell.mark(true)} ${file}\n${JSON.stringify(reference, undefined, 2)}`)
    return exitCodes.ok
  },
})
