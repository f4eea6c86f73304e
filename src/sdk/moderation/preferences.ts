/** What somebody wants to be spared, as decisions need it, from their preferences (`app.bsky.actor.getPreferences`). */
import {
  adultContentPref,
  contentLabelPref,
  hiddenPostsPref,
  labelersPref,
  mutedWordsPref,
  type ContentLabelPref,
  type MutedWord,
} from '#lex/gen/app/bsky/actor/defs.ts'
import type {ObjectSchema} from '#lex/schema/structure.ts'
import {defaultLabelPreferences, type LabelPreference} from './label-definition.ts'
import {typeOf} from './typed.ts'

export interface LabelerPreferences {
  readonly did: string
  /** Over those for all labelers. */
  readonly labels: Readonly<Record<string, LabelPreference>>
}

export interface ModerationPrefs {
  readonly adultContentEnabled: boolean
  /** By label, for all labelers. */
  readonly labels: Readonly<Record<string, LabelPreference>>
  /** Those that are listened to. */
  readonly labelers: readonly LabelerPreferences[]
  readonly mutedWords: readonly MutedWord[]
  /** AT-URIs. */
  readonly hiddenPosts: readonly string[]
}

/** Labels whose names have changed since somebody chose. */
const renamed: Readonly<Record<string, string>> = {gore: 'graphic-media', nsfw: 'porn', suggestive: 'sexual'}

/** `appLabelers` are the labelers that the app listens to whoever uses it. What is not as its lexicon says is left out. */
export function moderationPrefs(preferences: readonly unknown[], appLabelers: readonly string[] = []): ModerationPrefs {
  const adult = last(preferences, adultContentPref)
  const chosen = all(preferences, contentLabelPref)
  const dids = new Set([...appLabelers, ...(last(preferences, labelersPref)?.labelers ?? []).map(({did}) => did)])
  return {
    adultContentEnabled: adult?.enabled ?? false,
    labels: withNewNames(labelsOf(chosen, undefined, defaultLabelPreferences)),
    labelers: [...dids].map(did => ({did, labels: labelsOf(chosen, did, {})})),
    mutedWords: last(preferences, mutedWordsPref)?.items ?? [],
    hiddenPosts: last(preferences, hiddenPostsPref)?.items ?? [],
  }
}

function labelsOf(
  chosen: readonly ContentLabelPref[],
  did: string | undefined,
  before: Readonly<Record<string, LabelPreference>>,
): Record<string, LabelPreference> {
  const labels = {...before}
  for (const {labelerDid, label, visibility} of chosen) {
    if (labelerDid !== did || label === '__proto__') continue
    // What was called so before.
    labels[label] = (visibility === 'show' ? 'ignore' : visibility) as LabelPreference
  }
  return labels
}

function withNewNames(labels: Record<string, LabelPreference>): Record<string, LabelPreference> {
  for (const [before, now] of Object.entries(renamed)) if (Object.hasOwn(labels, before)) labels[now] = labels[before]
  return labels
}

/** Those of one kind. */
const all = <T>(preferences: readonly unknown[], schema: ObjectSchema<T>): T[] =>
  preferences.filter(
    (preference): preference is T => typeOf(preference) === schema.name && schema.check(preference, true) === undefined,
  )

const last = <T>(preferences: readonly unknown[], schema: ObjectSchema<T>): T | undefined =>
  all(preferences, schema).at(-1)
