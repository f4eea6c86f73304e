/** Why something may have to be covered or left out: what it is labelled as, and how the person stands to its account. */
import type {Label} from '#lex/gen/com/atproto/label/defs.ts'
import type {ListViewBasic} from '#lex/gen/app/bsky/graph/defs.ts'
import {type LabelCause, type ModerationCause, plainCause} from './decision.ts'
import {
  labelDefinition,
  type LabelDefinition,
  type LabelDefinitions,
  type LabelPreference,
  type LabelTarget,
  type ModerationBehavior,
} from './label-definition.ts'
import type {LabelerPreferences, ModerationPrefs} from './preferences.ts'

/** Who is shown something. */
export interface ModerationOpts {
  /** The person; undefined for one who is not signed in. */
  readonly userDid: string | undefined
  readonly prefs: ModerationPrefs
  /** What the labelers that are listened to have defined. */
  readonly definitions?: LabelDefinitions
  /** The time, in milliseconds since 1970: words can be muted for a while. */
  readonly nowMs: number
}

/** An account, as far as a decision needs it: any of the views of a profile. */
export interface ModeratedAccount {
  readonly did: string
  readonly labels?: readonly Label[]
  readonly viewer?: {
    readonly muted?: boolean
    readonly mutedByList?: ListViewBasic
    readonly blocking?: string
    readonly blockingByList?: ListViewBasic
    readonly blockedBy?: boolean
    readonly following?: string
  }
}

const ofProfile = ({uri}: Label): boolean => uri.endsWith('/app.bsky.actor.profile/self')
const byList = (list: ListViewBasic | undefined) => (list ? ({type: 'list', list} as const) : undefined)

/** How the person stands to an account, and what the account and its profile are labelled as. */
export function accountCauses(account: ModeratedAccount, opts: ModerationOpts): ModerationCause[] {
  const {did, labels = []} = account
  // That is how an account says it, in its profile, of all of itself.
  const ofAccount = labels.filter(label => !ofProfile(label) || label.val === '!no-unauthenticated')
  return [
    ...standingCauses(account),
    ...labelCauses('account', did, ofAccount, opts),
    ...labelCauses('profile', did, labels.filter(ofProfile), opts),
  ]
}

/** What the person, or the account, wants of the other. */
export function standingCauses({viewer = {}}: Pick<ModeratedAccount, 'viewer'>): ModerationCause[] {
  const {muted, mutedByList, blocking, blockingByList, blockedBy} = viewer
  return [
    ...(muted ? [plainCause('muted', byList(mutedByList))] : []),
    ...(blocking ? [plainCause('blocking', byList(blockingByList))] : []),
    ...(blockedBy ? [plainCause('blocked-by')] : []),
  ]
}

/** What something of the account `did` is labelled as, by those who are listened to, and by the account itself. */
export const labelCauses = (
  target: LabelTarget,
  did: string,
  labels: readonly Label[] | undefined,
  opts: ModerationOpts,
): LabelCause[] => (labels ?? []).flatMap(label => labelCause(target, did, label, opts) ?? [])

function labelCause(target: LabelTarget, did: string, label: Label, opts: ModerationOpts): LabelCause | undefined {
  const {prefs, definitions, userDid} = opts
  const definition = labelDefinition(label.val, label.src, definitions)
  const isOwn = label.src === did
  const labeler = isOwn ? undefined : prefs.labelers.find(one => one.did === label.src)
  if (!definition || !(isOwn || labeler)) return undefined
  const {flags, behaviors} = definition
  const setting = settingOf(definition, labeler, prefs)
  if (setting === 'ignore') return undefined
  if ((isOwn && flags.has('no-self')) || (userDid !== undefined && flags.has('unauthed'))) return undefined
  const noOverride = flags.has('no-override') || isForAdultsOnly(definition, prefs)
  const behavior = behaviors[target]
  return {
    type: 'label',
    source: labeler ? {type: 'labeler', did: labeler.did} : {type: 'user'},
    label,
    definition,
    target,
    setting,
    behavior,
    noOverride,
    priority: noOverride ? 1 : setting === 'hide' ? 2 : priorityOf(behavior),
  }
}

/** For adults, and the person is none, or wants nothing of it. */
const isForAdultsOnly = ({flags}: LabelDefinition, {adultContentEnabled}: ModerationPrefs): boolean =>
  flags.has('adult') && !adultContentEnabled

function settingOf(
  definition: LabelDefinition,
  labeler: LabelerPreferences | undefined,
  prefs: ModerationPrefs,
): LabelPreference {
  const {identifier, configurable, defaultSetting} = definition
  if (!configurable) return defaultSetting
  if (isForAdultsOnly(definition, prefs)) return 'hide'
  return chosen(labeler?.labels, identifier) ?? chosen(prefs.labels, identifier) ?? defaultSetting
}

/** What somebody has chosen for a label, which may be called like anything that objects have. */
const chosen = (
  labels: Readonly<Record<string, LabelPreference>> | undefined,
  identifier: string,
): LabelPreference | undefined => (labels && Object.hasOwn(labels, identifier) ? labels[identifier] : undefined)

/** The more is covered, the weightier. */
function priorityOf({profileView, contentView, contentList, contentMedia}: ModerationBehavior): number {
  if (profileView === 'blur' || contentView === 'blur') return 5
  return contentList === 'blur' || contentMedia === 'blur' ? 7 : 8
}
