/**
 * Decisions are those of `@atproto/api`, which the official apps make: over every label that it knows and every kind that a
 * labeler can define, on everything that is shown, for whoever may look, whatever they have chosen.
 */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import * as official from '@atproto/api'
import type {LabelValueDefinition} from '#lex/gen/com/atproto/label/defs.ts'
import type {ModerationOpts} from './causes.ts'
import type {ModerationCause, ModerationDecision} from './decision.ts'
import {
  interpretLabelValueDefinition,
  knownLabels,
  type LabelPreference,
  type ModerationContext,
} from './label-definition.ts'
import {
  moderateFeedGenerator,
  moderateNotification,
  moderatePost,
  moderateProfile,
  moderateStatus,
  moderateUserList,
} from './moderate.ts'

const contexts: readonly ModerationContext[] = [
  'profileList',
  'profileView',
  'avatar',
  'banner',
  'displayName',
  'contentList',
  'contentView',
  'contentMedia',
]
const [author, other, viewer] = ['did:plc:author', 'did:plc:quoted', 'did:plc:viewer']
const [labeler, stranger] = ['did:plc:labeler', 'did:plc:stranger']
const nowMs = Date.parse('2026-06-01T00:00:00Z')
const cts = '2026-01-01T00:00:00Z'
const list = {
  uri: `at://${other}/app.bsky.graph.list/a`,
  cid: 'bafyreia',
  name: 'A',
  purpose: 'app.bsky.graph.defs#modlist',
}

type Subject = Record<string, unknown>
interface Made {
  moderate: keyof typeof pairs
  subject: Subject
}

/** Ours and theirs, both of which take views of answers as they come. */
const pairs = {
  profile: [moderateProfile, official.moderateProfile],
  post: [moderatePost, official.moderatePost],
  notification: [moderateNotification, official.moderateNotification],
  feed: [moderateFeedGenerator, official.moderateFeedGenerator],
  list: [moderateUserList, official.moderateUserList],
  status: [moderateStatus, official.moderateStatus],
} as unknown as Record<
  string,
  [
    ours: (subject: Subject, opts: ModerationOpts) => ModerationDecision,
    theirs: (subject: Subject, opts: official.ModerationOpts) => official.ModerationDecision,
  ]
>

const account = (did: string, more: object = {}): object => ({did, handle: 'a.test', ...more})
const postOf = (did: string, more: object = {}): Subject => ({
  uri: `at://${did}/app.bsky.feed.post/a`,
  cid: 'bafyreia',
  author: account(did),
  record: {$type: 'app.bsky.feed.post', text: 'hi', createdAt: cts},
  indexedAt: cts,
  ...more,
})
const quoting = (quoted: Subject, withMedia = false): Subject => {
  const record = {$type: 'app.bsky.embed.record#view', record: quoted}
  const media = {$type: 'app.bsky.embed.images#view', images: [{thumb: 'a', fullsize: 'a', alt: 'a cat'}]}
  return postOf(author, {
    embed: withMedia ? {$type: 'app.bsky.embed.recordWithMedia#view', record, media} : record,
  })
}
const quotedOf = (more: object = {}): Subject => ({
  $type: 'app.bsky.embed.record#viewRecord',
  uri: `at://${other}/app.bsky.feed.post/a`,
  author: account(other),
  value: {$type: 'app.bsky.feed.post', text: 'quoted', createdAt: cts},
  ...more,
})
const blockedOf = (more: object = {}): Subject => ({
  $type: 'app.bsky.embed.record#viewBlocked',
  uri: `at://${other}/app.bsky.feed.post/a`,
  blocked: true,
  author: {did: other, ...more},
})

/** All on which a label may stand, given what it is called and who says so. */
const labelled: Record<string, (val: string, src: (did: string) => string) => Made> = {}
const on = (name: string, moderate: string, make: (labels: (uri: string, did?: string) => object) => Subject): void => {
  labelled[name] = (val, src) => ({
    moderate,
    subject: make((uri, did = author) => ({labels: [{src: src(did), uri, val, cts}]})),
  })
}
const uriOf = (did: string, collection: string): string => `at://${did}/${collection}/self`
const profileOf = (did: string): string => uriOf(did, 'app.bsky.actor.profile')
on('an account', 'profile', labels => account(author, labels(author)) as Subject)
on('a profile', 'profile', labels => account(author, labels(profileOf(author))) as Subject)
on('a post', 'post', labels => postOf(author, labels(uriOf(author, 'app.bsky.feed.post'))))
on('the author of a post', 'post', labels => postOf(author, {author: account(author, labels(author))}))
on('a quoted post', 'post', labels => quoting(quotedOf(labels(uriOf(other, 'app.bsky.feed.post'), other))))
on('one quoted beside pictures', 'post', labels =>
  quoting(quotedOf({author: account(other, labels(profileOf(other), other))}), true),
)
on('who is quoted', 'post', labels => quoting(quotedOf({author: account(other, labels(other, other))})))
on('a feed', 'feed', labels => ({creator: account(author), ...labels(uriOf(author, 'app.bsky.feed.generator'))}))
on('a list', 'list', labels => ({...list, creator: account(author), ...labels(list.uri)}))
on('a list of nobody that is named', 'list', labels => ({...list, ...labels(list.uri, other)}))
on('a notification', 'notification', labels => ({author: account(author), ...labels(uriOf(author, 'a.b.c'))}))
on('a status', 'status', labels => account(author, {status: labels(uriOf(author, 'app.bsky.actor.status'))}) as Subject)

const custom: LabelValueDefinition[] = ['content', 'media', 'none'].flatMap(blurs =>
  ['alert', 'inform', 'none'].flatMap(severity =>
    [false, true].flatMap(adultOnly =>
      [undefined, 'ignore', 'warn', 'hide'].map(defaultSetting => ({
        identifier: `custom-${blurs}-${severity}-${adultOnly ? 'adult' : 'any'}-${defaultSetting ?? 'default'}`,
        blurs,
        severity,
        adultOnly,
        ...(defaultSetting !== undefined && {defaultSetting}),
        locales: [],
      })),
    ),
  ),
)
const strangers: LabelValueDefinition = {identifier: 'odd', blurs: 'all', severity: 'loud', locales: []}
const definitions = new Map(
  [labeler, author, other].map(did => [
    did,
    [...custom, strangers].map(definition => interpretLabelValueDefinition(definition, did)),
  ]),
)
const labelDefs = Object.fromEntries(
  [labeler, author, other].map(did => [
    did,
    [...custom, strangers].map(definition => official.interpretLabelValueDefinition(definition as never, did)),
  ]),
)

type Chosen = {all?: LabelPreference; ofLabeler?: LabelPreference}
interface Looking {
  userDid: string | undefined
  adultContentEnabled: boolean
  chosen?: Chosen
  prefs?: object
}

function bothOpts(val: string, {userDid, adultContentEnabled, chosen = {}, prefs = {}}: Looking) {
  const {all, ofLabeler} = chosen
  const both = {
    adultContentEnabled,
    labels: all === undefined ? {} : {[val]: all},
    labelers: [{did: labeler, labels: ofLabeler === undefined ? {} : {[val]: ofLabeler}}],
    mutedWords: [],
    hiddenPosts: [],
    ...prefs,
  }
  const ours: ModerationOpts = {userDid, prefs: both, definitions, nowMs}
  const theirs = {userDid, prefs: both, labelDefs} as official.ModerationOpts
  return {ours, theirs}
}

/** A cause in one line: enough to tell any two apart that differ. */
function lineOf(cause: ModerationCause | official.ModerationCause): string {
  const {type, source, priority, downgraded = false} = cause
  const by = source.type === 'labeler' ? source.did : source.type === 'list' ? source.list.uri : source.type
  let more = ''
  if (cause.type === 'label') more = `${cause.label.val} ${cause.target} ${cause.setting} ${cause.noOverride}`
  if (cause.type === 'mute-word') more = cause.matches.map(({word, predicate}) => `${word.value}=${predicate}`).join()
  return `${type} ${by} ${priority} ${downgraded} ${more}`
}

function uiOf(decision: ModerationDecision | official.ModerationDecision): string[] {
  return contexts.map(context => {
    const {filters, blurs, alerts, informs, noOverride} = decision.ui(context)
    const parts = [filters, blurs, alerts, informs].map(causes => causes.map(lineOf).join('; '))
    return `${context}: ${parts.join(' | ')} ${noOverride}`
  })
}

function compare({moderate, subject}: Made, val: string, looking: Looking, what: () => string): void {
  const {ours: opts, theirs: theirOpts} = bothOpts(val, looking)
  const [ours, theirs] = pairs[moderate]
  const [one, two] = [ours(subject, opts), theirs(subject, theirOpts)]
  if (one.causes.length === 0 && two.causes.length === 0) return
  const [shown, wanted] = [uiOf(one), uiOf(two)]
  if (shown.join() !== wanted.join()) deepEqual(shown, wanted, what())
  const facts = ({blocked, muted, did, isMe, labelCauses}: typeof one | typeof two): unknown[] => [
    blocked,
    muted,
    did,
    isMe,
    labelCauses.length,
  ]
  if (facts(one).join() !== facts(two).join()) deepEqual(facts(one), facts(two), what())
}

const allChoices: readonly Chosen[] = [
  {},
  ...(['ignore', 'warn', 'hide'] as const).flatMap(one => [{all: one}, {ofLabeler: one}]),
  {all: 'hide', ofLabeler: 'ignore'},
]
const sources: Record<string, (did: string) => string> = {
  itself: did => did,
  'a labeler': () => labeler,
  'a stranger': () => stranger,
}

/** Everything of one label, or all that matters where nothing is chosen; gives how many decisions those were. */
function compareAll(val: string, choices: readonly Chosen[] = allChoices): number {
  let count = 0
  for (const [target, make] of Object.entries(labelled)) {
    for (const [source, src] of Object.entries(sources)) {
      const made = make(val, src)
      for (const userDid of [undefined, viewer, author, other]) {
        for (const adultContentEnabled of [false, true]) {
          for (const chosen of choices) {
            const looking = {userDid, adultContentEnabled, chosen}
            compare(made, val, looking, () => JSON.stringify({val, target, source, ...looking}))
            count++
          }
        }
      }
    }
  }
  return count
}

const each = Object.keys(labelled).length * Object.keys(sources).length * 4 * 2 * allChoices.length
for (const val of [...knownLabels.keys(), 'unknown', '!unknown', 'odd']) {
  test(`a label is decided on as the official client does, in all ${each} ways: ${val}`, () =>
    equal(compareAll(val), each))
}
for (const blurs of ['content', 'media', 'none']) {
  test(`a label of a labeler's own is decided on as the official client does: it blurs ${blurs}`, () => {
    for (const {identifier, defaultSetting, ...definition} of custom) {
      // What is set by default is asked for where nobody has chosen.
      if (definition.blurs === blurs) compareAll(identifier, defaultSetting === undefined ? allChoices : [{}])
    }
  })
}

test('this client knows the labels that the official one knows', () => {
  deepEqual([...knownLabels.keys()], Object.keys(official.LABELS))
  for (const {identifier, flags, ...definition} of knownLabels.values()) {
    const {flags: theirs, ...rest} = official.LABELS[identifier as keyof typeof official.LABELS]
    deepEqual({...definition, identifier, flags: [...flags]}, {definedBy: undefined, ...rest, flags: theirs})
  }
})

test('how one stands to an account is decided on as the official client does', () => {
  const standings: Record<string, object> = {
    nothing: {},
    muted: {muted: true},
    'muted by a list': {muted: true, mutedByList: list},
    blocking: {blocking: 'at://a'},
    'blocking by a list': {blocking: 'at://a', blockingByList: list},
    'blocked by': {blockedBy: true},
    all: {muted: true, blocking: 'at://a', blockedBy: true},
  }
  for (const [what, viewerState] of Object.entries(standings)) {
    const of = {viewer: viewerState}
    const made: Made[] = [
      {moderate: 'profile', subject: account(author, of) as Subject},
      {moderate: 'post', subject: postOf(author, {author: account(author, of)})},
      {moderate: 'post', subject: quoting(quotedOf({author: account(other, of)}))},
      {moderate: 'post', subject: quoting(quotedOf({author: account(other, of)}), true)},
      {moderate: 'post', subject: quoting(blockedOf(of))},
      {moderate: 'post', subject: quoting(blockedOf(of), true)},
      {
        moderate: 'post',
        subject: quoting({$type: 'app.bsky.embed.record#viewNotFound', uri: 'at://a', notFound: true}),
      },
      {moderate: 'notification', subject: {author: account(author, of)}},
      {moderate: 'feed', subject: {creator: account(author, of)}},
      {moderate: 'list', subject: {...list, creator: account(author, of)}},
      {moderate: 'status', subject: account(author, of) as Subject},
    ]
    for (const one of made) {
      for (const userDid of [undefined, viewer, author, other]) {
        for (const hiddenPosts of [
          [],
          [`at://${author}/app.bsky.feed.post/a`],
          [`at://${other}/app.bsky.feed.post/a`],
        ]) {
          const looking = {userDid, adultContentEnabled: true, prefs: {hiddenPosts}}
          compare(one, 'none', looking, () => JSON.stringify({what, moderate: one.moderate, ...looking}))
        }
      }
    }
  }
})

for (const val of ['constructor', '__proto__', 'toString']) {
  test(`a label that is called ${val}, as objects have it inside, means nothing until a labeler defines it`, () => {
    const {ours} = bothOpts('a', {userDid: viewer, adultContentEnabled: true})
    const {subject} = labelled['a post'](val, () => labeler)
    const settingsIn = (opts: ModerationOpts) =>
      moderatePost(subject as never, opts).causes.map(cause => 'setting' in cause && cause.setting)
    deepEqual(settingsIn(ours), [])
    const definition = {...custom[0], identifier: val, defaultSetting: 'hide'}
    const defined = new Map([[labeler, [interpretLabelValueDefinition(definition, labeler)]]])
    // One that labelers may name as they like has the setting of its definition, and none that an object was born with.
    deepEqual(settingsIn({...ours, definitions: defined}), /^[a-z-]+$/.test(val) ? ['hide'] : [])
  })
}
