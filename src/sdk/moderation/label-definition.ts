/**
 * What a label means: what it does to what it stands on, in each place where that is shown. Some labels mean the same
 * everywhere; others are defined by their labelers (`com.atproto.label.defs#labelValueDefinition`).
 */
import type {LabelValueDefinition, LabelValueDefinitionStrings} from '#lex/gen/com/atproto/label/defs.ts'
import type {LabelerViewDetailed} from '#lex/gen/app/bsky/labeler/defs.ts'
import {labelValueDefinition} from '#lex/gen/com/atproto/label/defs.ts'

/** Where something is shown: an account in a list or on its page, a post among others or by itself, and their parts. */
export type ModerationContext =
  | 'profileList'
  | 'profileView'
  | 'avatar'
  | 'banner'
  | 'displayName'
  | 'contentList'
  | 'contentView'
  | 'contentMedia'

/** What is done in a place: covered, with a warning beside it, or with a word beside it. */
export type ModerationAction = 'blur' | 'alert' | 'inform'
export type ModerationBehavior = Readonly<Partial<Record<ModerationContext, ModerationAction>>>

/** What a label stands on: an account, its profile, or something that it wrote. */
export type LabelTarget = 'account' | 'profile' | 'content'

/** What somebody wants done about a label. */
export type LabelPreference = 'ignore' | 'warn' | 'hide'

export type LabelFlag =
  /** Nobody can look under it. */
  | 'no-override'
  /** Hidden from whoever has not allowed what is for adults. */
  | 'adult'
  /** Holds for whoever is not signed in. */
  | 'unauthed'
  /** Means nothing where an author says it of himself. */
  | 'no-self'

export interface LabelDefinition {
  readonly identifier: string
  /** Whether somebody may choose what is done about it. */
  readonly configurable: boolean
  readonly defaultSetting: LabelPreference
  readonly flags: ReadonlySet<LabelFlag>
  readonly behaviors: Readonly<Record<LabelTarget, ModerationBehavior>>
  readonly severity: string
  readonly blurs: string
  /** The labeler that defines it; undefined for one that means the same everywhere. */
  readonly definedBy: string | undefined
  /** Its names, by language. */
  readonly locales: readonly LabelValueDefinitionStrings[]
}

/** The definitions of labelers, by their DIDs. */
export type LabelDefinitions = ReadonlyMap<string, readonly LabelDefinition[]>

const pictures: ModerationBehavior = {avatar: 'blur', banner: 'blur'}
const person: ModerationBehavior = {...pictures, displayName: 'blur'}
const places: ModerationBehavior = {contentList: 'blur', contentView: 'blur'}
const everything = {
  account: {...person, ...places, profileList: 'blur', profileView: 'blur'},
  profile: person,
  content: places,
} as const
/** Under `!warn` an account keeps its name. */
const {displayName: _, ...butName} = everything.account
const media = {account: pictures, profile: pictures, content: {contentMedia: 'blur'}} as const

type Known = [
  identifier: string,
  fixed: boolean,
  defaultSetting: LabelPreference,
  flags: readonly LabelFlag[],
  behaviors: LabelDefinition['behaviors'],
]
const known: readonly Known[] = [
  ['!hide', true, 'hide', ['no-override', 'no-self'], everything],
  ['!warn', true, 'warn', ['no-self'], {...everything, account: butName}],
  ['!no-unauthenticated', true, 'hide', ['no-override', 'unauthed'], everything],
  ['porn', false, 'hide', ['adult'], media],
  ['sexual', false, 'warn', ['adult'], media],
  ['nudity', false, 'ignore', [], media],
  ['graphic-media', false, 'warn', ['adult'], media],
  // What `graphic-media` was called before.
  ['gore', false, 'warn', ['adult'], media],
]

/** Labels that mean the same everywhere, by what they are. */
export const knownLabels: ReadonlyMap<string, LabelDefinition> = new Map(
  known.map(([identifier, fixed, defaultSetting, flags, behaviors]) => [
    identifier,
    {
      identifier,
      configurable: !fixed,
      defaultSetting,
      flags: new Set(flags),
      behaviors,
      severity: identifier === '!hide' ? 'alert' : 'none',
      blurs: fixed ? 'content' : 'media',
      definedBy: undefined,
      locales: [],
    },
  ]),
)

/** What people have who have chosen nothing. */
export const defaultLabelPreferences: Readonly<Record<string, LabelPreference>> = {
  porn: 'hide',
  sexual: 'warn',
  nudity: 'ignore',
  'graphic-media': 'warn',
}

/** Only such a label can be defined by a labeler: nobody takes a `!hide` away. */
const isCustom = (value: string): boolean => /^[a-z-]+$/.test(value)

/** What a label of this labeler means; undefined for one that nobody has defined. */
export const labelDefinition = (
  value: string,
  labeler: string,
  definitions: LabelDefinitions | undefined,
): LabelDefinition | undefined =>
  (isCustom(value) && definitions?.get(labeler)?.find(({identifier}) => identifier === value)) || knownLabels.get(value)

/** By severity: what is said beside. */
const telling = new Map<string, ModerationAction>([
  ['alert', 'alert'],
  ['inform', 'inform'],
])
const settings = new Map<string, LabelPreference>([
  ['hide', 'hide'],
  ['ignore', 'ignore'],
])

/** How a labeler's own word on a label is to be read. */
export function interpretLabelValueDefinition(
  {identifier, severity, blurs, defaultSetting, adultOnly = false, locales}: LabelValueDefinition,
  definedBy?: string,
): LabelDefinition {
  const told = telling.get(severity)
  return {
    identifier,
    severity,
    blurs,
    definedBy,
    locales,
    configurable: true,
    defaultSetting: settings.get(defaultSetting ?? '') ?? 'warn',
    flags: new Set(adultOnly ? ['no-self', 'adult'] : ['no-self']),
    behaviors: behaviorsOf(blurs, told, adultOnly),
  }
}

function behaviorsOf(
  blurs: string,
  told: ModerationAction | undefined,
  adultOnly: boolean,
): LabelDefinition['behaviors'] {
  const said: ModerationBehavior = told ? {profileList: told, profileView: told} : {}
  if (blurs === 'content') {
    const view = adultOnly ? 'blur' : told
    const content: ModerationBehavior = {contentList: 'blur', ...(view && {contentView: view})}
    return {account: {...said, ...content}, profile: said, content}
  }
  if (blurs === 'media') {
    return {account: {...said, ...pictures}, profile: {...said, ...pictures}, content: media.content}
  }
  if (blurs !== 'none') return {account: {}, profile: {}, content: {}}
  const content: ModerationBehavior = told ? {contentList: told, contentView: told} : {}
  return {account: {...said, ...content}, profile: said, content}
}

/** All that these labelers define, for `ModerationOpts.definitions`. What is not as the lexicon says is left out. */
export const labelDefinitionsOf = (
  labelers: readonly Pick<LabelerViewDetailed, 'creator' | 'policies'>[],
): LabelDefinitions =>
  new Map(
    labelers.map(({creator, policies}) => [
      creator.did,
      (policies.labelValueDefinitions ?? [])
        .filter(definition => labelValueDefinition.check(definition, true) === undefined)
        .map(definition => interpretLabelValueDefinition(definition, creator.did)),
    ]),
  )
