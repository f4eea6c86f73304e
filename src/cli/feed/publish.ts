/** `feed publish`, `feed unpublish`: the record by which people find a feed. */
import {openAsBlob} from 'node:fs'
import {stat} from 'node:fs/promises'
import {extname, resolve} from 'node:path'
import {service as serviceIn} from '#atp/identity/did-document.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {type Generator, generator} from '#lex/gen/app/bsky/feed/generator.ts'
import {getFeedSkeleton} from '#lex/gen/app/bsky/feed/getFeedSkeleton.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {getServiceAuth} from '#lex/gen/com/atproto/server/getServiceAuth.ts'
import {type Draft, Repo} from '#sdk/records.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {accountOption, actingSession} from '../account/sessions.ts'
import {identitiesOf, networkOf, strangerAt} from '../network.ts'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes, Failed, UsageError} from '../shell/exit.ts'
import type {Shell} from '../shell/shell.ts'
import {describe, feedNamed, type NamedFeed, serviceOption, serviceUrl} from './place.ts'

type Session = ReturnType<typeof actingSession>['session']

const avatarTypes: Readonly<Record<string, string>> = {'.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg'}
const avatarSizeMax = 1_000_000

export const publish = command({
  about: `
Puts a feed where people find it: writes its record, app.bsky.feed.generator, in the
acting account's repository, with its avatar, and then checks from outside that the feed
answers. The feed service has to have the feed already. Run it again for what has changed:
what the file does not say stays as it is in the record.`,
  arguments: {file: one('feed', 'the file of the feed, or the name of a built-in one')},
  options: {
    feed: maybe('name', 'which feed, in a file of several'),
    service: serviceOption,
    account: accountOption,
  },
  examples: [
    'wholesky feed publish feeds/cats.ts',
    'wholesky feed publish whats-hot --service https://feeds.example.com',
  ],
  async run({file, feed: name, service, account}, shell) {
    const {session, kept} = actingSession(shell, account)
    const {world, env} = shell.io
    const named = await feedNamed(file, name)
    const {feed} = named
    const url = serviceUrl(service, kept.network, env)
    const {did, names} = await describe(url, world)
    if (!names.has(feed.name)) {
      throw new Failed(
        'unknown-feed',
        `${url} has no feed ${feed.name}: put its file into the folder FEEDS_FOLDER there.`,
      )
    }
    const avatar = await avatarOf(named, session)
    const createdAt = datetimeOf(world.now())
    await new Repo(session.client, kept.did).edit(generator, feed.name as RecordKey, before => {
      const {$type: _, ...rest}: Partial<Generator> = before?.value ?? {}
      const {description = rest.description} = feed
      // Facets are places in a text, and mean nothing in another.
      if (description !== rest.description) delete rest.descriptionFacets
      delete rest.acceptsInteractions
      return {
        createdAt,
        ...rest,
        did,
        displayName: feed.title,
        ...(description !== undefined && {description}),
        ...(feed.acceptsInteractions && {acceptsInteractions: true}),
        ...avatar,
      } as Draft<Generator>
    })
    const uri = `at://${kept.did}/${generator.nsid}/${feed.name}`
    const posts = await readFromOutside({uri, did, session, network: networkOf(kept.network, env)}, shell)
    await shell.answer(
      {uri, did, posts},
      `${shell.mark(true)} ${uri}\n${shell.fields({service: did, answers: `${posts} posts on its first page`})}`,
    )
    return exitCodes.ok
  },
})

async function avatarOf({feed: {avatar}, folder}: NamedFeed, session: Session): Promise<Pick<Generator, 'avatar'>> {
  if (avatar === undefined) return {}
  const path = resolve(folder, avatar)
  const encoding = avatarTypes[extname(path).toLowerCase()]
  if (encoding === undefined) throw new UsageError(`${path}: an avatar is a PNG or JPEG`)
  const {size} = await stat(path) // its error names the file; that of the next line does not
  if (size > avatarSizeMax) throw new UsageError(`${path}: an avatar has at most ${avatarSizeMax} bytes`)
  const body = await openAsBlob(path, {type: encoding})
  const {blob} = await session.client.procedure(uploadBlob, body, {encoding, headers: {'content-length': `${size}`}})
  return {avatar: blob as unknown as Generator['avatar']}
}

interface Outside {
  readonly uri: string
  readonly did: Did
  readonly session: Session
  readonly network: ReturnType<typeof networkOf>
}

/** Goes the way that an AppView goes: from the DID to its document, to the service, to a page. How many posts it has. */
async function readFromOutside({uri, did, session, network}: Outside, shell: Shell): Promise<number> {
  const {world} = shell.io
  const found = await identitiesOf(network, world).document(did)
  const endpoint = found.ok ? serviceIn(found.value, 'bsky_fg') : undefined
  const why = found.ok ? 'its document names no #bsky_fg' : found.detail
  if (endpoint === undefined) throw new Failed('not-found', `The record is written, and ${did} leads nowhere: ${why}`)
  const {token} = await session.client.query(getServiceAuth, {aud: did, lxm: getFeedSkeleton.nsid})
  const headers = {authorization: `Bearer ${token}`}
  const {feed} = await strangerAt(endpoint, world).query(getFeedSkeleton, {feed: uri as never}, {headers})
  return feed.length
}

export const unpublish = command({
  about: `
Deletes the record of a feed in the acting account's repository. The feed service still
has the feed: it goes with its file.`,
  arguments: {name: one('name', 'the name of the feed')},
  options: {account: accountOption},
  examples: ['wholesky feed unpublish cats'],
  async run({name, account}, shell) {
    const {session, kept} = actingSession(shell, account)
    const rkey = name as RecordKey
    const uri = `at://${kept.did}/${generator.nsid}/${name}`
    try {
      await session.client.query(getRecord, {repo: kept.did, collection: generator.nsid, rkey})
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.error !== 'RecordNotFound') throw error
      throw new Failed('not-found', `There is no record ${uri}`)
    }
    await new Repo(session.client, kept.did).delete(generator, rkey)
    await shell.answer({uri, deleted: true}, `${shell.mark(true)} ${uri} is deleted`)
    return exitCodes.ok
  },
})
