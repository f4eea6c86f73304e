/** Preferences are read as the official client reads them, and what a labeler defines is taken as it takes it. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import * as official from '@atproto/api'
import {labelDefinitionsOf} from './label-definition.ts'
import {moderationPrefs} from './preferences.ts'

const [app, one, two] = [
  'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
  'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb',
  'did:plc:cccccccccccccccccccccccc',
]
const defs = 'app.bsky.actor.defs'
const label = (name: string, visibility: string, labelerDid?: string) => ({
  $type: `${defs}#contentLabelPref`,
  label: name,
  visibility,
  ...(labelerDid !== undefined && {labelerDid}),
})
const labelers = (...dids: string[]) => ({$type: `${defs}#labelersPref`, labelers: dids.map(did => ({did}))})
/** So that the official client has nothing to write back. */
const saved = {$type: `${defs}#savedFeedsPrefV2`, items: []}

const rows: Record<string, unknown[]> = {
  'nothing chosen': [],
  'adult content': [{$type: `${defs}#adultContentPref`, enabled: true}],
  'adult content twice': [true, false].map(enabled => ({$type: `${defs}#adultContentPref`, enabled})),
  'labels for all': [label('porn', 'warn'), label('nudity', 'hide'), label('porn', 'show'), label('custom', 'ignore')],
  'labels of labelers': [label('a', 'hide', one), label('a', 'warn', two), labelers(one), label('b', 'show', app)],
  'labels by names of before': [label('gore', 'hide'), label('nsfw', 'warn'), label('suggestive', 'show')],
  'labelers twice': [labelers(one), labelers(two)],
  words: [{$type: `${defs}#mutedWordsPref`, items: [{value: 'a', targets: ['content'], actorTarget: 'all'}]}],
  posts: [{$type: `${defs}#hiddenPostsPref`, items: ['at://did:plc:a/app.bsky.feed.post/a']}],
}
class AppAgent extends official.AtpAgent {
  static override appLabelers = [app]
}
for (const [what, preferences] of Object.entries(rows)) {
  test(`preferences are read as by the official client: ${what}`, async () => {
    const fetch = async (): Promise<Response> => Response.json({preferences: [...preferences, saved]})
    const agent = new AppAgent({service: 'https://pds.example.com', fetch})
    const {moderationPrefs: theirs} = await agent.getPreferences()
    deepEqual(JSON.parse(JSON.stringify(moderationPrefs(preferences, [app]))), JSON.parse(JSON.stringify(theirs)))
  })
}

test('what is no preference by its lexicon is left out', () => {
  const strange = [
    {$type: `${defs}#adultContentPref`, enabled: 'yes'},
    {$type: `${defs}#labelersPref`},
    {$type: 'com.example.other', enabled: true},
    {enabled: true},
    null,
  ]
  deepEqual(moderationPrefs(strange), moderationPrefs([]))
})

test('labels may be called as objects are inside', () => {
  const {labels} = moderationPrefs([label('__proto__', 'hide'), label('constructor', 'hide')])
  equal(Object.getPrototypeOf(labels), Object.prototype)
  equal(labels.constructor as unknown, 'hide')
})

test('of what a labeler defines, what is not as its lexicon says is left out', () => {
  const good = {identifier: 'a', severity: 'alert', blurs: 'media', locales: []}
  const labelValueDefinitions = [good, {...good, identifier: 'b', locales: undefined}]
  const labeler = {creator: {did: one}, policies: {labelValues: [], labelValueDefinitions}}
  const found = labelDefinitionsOf([labeler as never])
  deepEqual(
    [...(found.get(one) ?? [])].map(({identifier, definedBy}) => [identifier, definedBy]),
    [['a', one]],
  )
})
