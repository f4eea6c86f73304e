/** What the record types and methods are called that most people's apps ask for. All others go by their own names. */

/** Records, by collection, in the plural. */
const recordNames: Readonly<Record<string, string>> = {
  'app.bsky.actor.profile': 'your profile',
  'app.bsky.actor.status': 'your status, such as “live”',
  'app.bsky.feed.generator': 'feeds that you offer',
  'app.bsky.feed.like': 'likes',
  'app.bsky.feed.post': 'posts',
  'app.bsky.feed.postgate': 'who may quote your posts',
  'app.bsky.feed.repost': 'reposts',
  'app.bsky.feed.threadgate': 'who may reply to your posts',
  'app.bsky.graph.block': 'blocks',
  'app.bsky.graph.follow': 'follows',
  'app.bsky.graph.list': 'lists',
  'app.bsky.graph.listblock': 'blocks of whole lists',
  'app.bsky.graph.listitem': 'who is on your lists',
  'app.bsky.graph.starterpack': 'starter packs',
  'app.bsky.graph.verification': 'your verifications of others',
  'app.bsky.labeler.service': 'your labeling service',
  'app.bsky.notification.declaration': 'who may be notified of your posts',
  'chat.bsky.actor.declaration': 'who may send you messages',
  'com.atproto.lexicon.schema': 'lexicons that you publish',
}

/** What an app does by methods, each by its NSID or by how the NSIDs of a group begin; the narrowest first. */
const methodNames: readonly (readonly [pattern: string, name: string])[] = [
  ['app.bsky.actor.getPreferences', 'read your Bluesky settings, such as muted words and saved feeds'],
  ['app.bsky.actor.putPreferences', 'change your Bluesky settings, such as muted words and saved feeds'],
  ['app.bsky.bookmark.*', 'see and change your bookmarks'],
  ['app.bsky.contact.*', 'compare address books to find people'],
  ['app.bsky.draft.*', 'see and change your drafts'],
  ['app.bsky.graph.mute*', 'mute people, lists and threads'],
  ['app.bsky.graph.unmute*', 'unmute people, lists and threads'],
  ['app.bsky.notification.*', 'see and manage your notifications'],
  ['app.bsky.video.*', 'upload videos'],
  ['app.bsky.*', 'read Bluesky as you see it: timelines, posts, profiles'],
  ['chat.bsky.*', 'read and send your direct messages'],
  ['com.atproto.moderation.createReport', 'report people and posts to moderators'],
  ['com.atproto.repo.uploadBlob', 'have a service upload files to your account'],
  ['com.atproto.server.createAccount', 'open an account elsewhere in your name, as a step of moving there'],
  ['tools.ozone.*', 'act as a moderator'],
]

export const recordName = (collection: string): string =>
  Object.hasOwn(recordNames, collection) ? recordNames[collection] : `records of the type ${collection}`

export const methodName = (method: string): string =>
  methodNames.find(([pattern]) => isOf(method.toLowerCase(), pattern.toLowerCase()))?.[1] ?? `call ${method}`

const isOf = (method: string, pattern: string): boolean =>
  pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : method === pattern

const kindNames: Readonly<Record<string, string>> = {'image/*': 'pictures', 'video/*': 'videos', 'audio/*': 'sound'}

/** Files, by media type or pattern. */
export const fileName = (pattern: string): string =>
  pattern === '*/*'
    ? 'files of any kind'
    : Object.hasOwn(kindNames, pattern)
      ? kindNames[pattern]
      : `files of the type ${pattern}`
