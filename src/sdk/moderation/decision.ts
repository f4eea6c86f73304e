/**
 * What is to be done about something that somebody is about to be shown: for which reasons (`causes`), and what follows
 * from them in each place (`ui`).
 */
import type {Label} from '#lex/gen/com/atproto/label/defs.ts'
import type {ListViewBasic} from '#lex/gen/app/bsky/graph/defs.ts'
import type {
  LabelDefinition,
  LabelPreference,
  LabelTarget,
  ModerationBehavior,
  ModerationContext,
} from './label-definition.ts'
import type {MutedWordMatch} from './muted-words.ts'

/** Whose wish it is: the person's own, that of a list that they have chosen, or of a labeler whom they listen to. */
export type CauseSource =
  | {readonly type: 'user'}
  | {readonly type: 'list'; readonly list: ListViewBasic}
  | {readonly type: 'labeler'; readonly did: string}

interface Cause {
  readonly source: CauseSource
  /** The smaller, the weightier: 1 to 8. */
  readonly priority: number
  /** Of something that is only quoted: it may be left out for it, and has no mark of its own. */
  readonly downgraded?: boolean
}
export interface LabelCause extends Cause {
  readonly type: 'label'
  readonly label: Label
  readonly definition: LabelDefinition
  readonly target: LabelTarget
  /** What is to be done, after all that anybody has chosen. */
  readonly setting: LabelPreference
  readonly behavior: ModerationBehavior
  readonly noOverride: boolean
}
export interface MutedWordCause extends Cause {
  readonly type: 'mute-word'
  readonly matches: readonly MutedWordMatch[]
}
export interface PlainCause extends Cause {
  readonly type: 'blocking' | 'blocked-by' | 'block-other' | 'muted' | 'hidden'
}
export type ModerationCause = LabelCause | MutedWordCause | PlainCause

/** What is done in one place. Of `filters` and `blurs` the weightiest cause comes first. */
export interface ModerationUi {
  /** It is left out of a list. */
  readonly filters: readonly ModerationCause[]
  /** It is covered. */
  readonly blurs: readonly ModerationCause[]
  /** A warning stands beside it. */
  readonly alerts: readonly ModerationCause[]
  /** A word stands beside it. */
  readonly informs: readonly ModerationCause[]
  /** The cover cannot be taken off. */
  readonly noOverride: boolean
}

interface Rule {
  readonly priority: number
  /** Lists that it is left out of. */
  readonly leftOutOf: readonly ModerationContext[]
  readonly behavior: ModerationBehavior
  /** It holds for one's own, too. */
  readonly ofOwn: boolean
  readonly noOverride: boolean
}

const bothLists: readonly ModerationContext[] = ['profileList', 'contentList']
const covered: ModerationBehavior = {contentList: 'blur', contentView: 'blur'}
const block: Rule = {
  priority: 3,
  leftOutOf: bothLists,
  behavior: {...covered, profileList: 'blur', profileView: 'alert', avatar: 'blur', banner: 'blur'},
  ofOwn: false,
  noOverride: true,
}
/** What follows from causes that are no labels. */
const rules: Readonly<Record<Exclude<ModerationCause['type'], 'label'>, Rule>> = {
  blocking: block,
  'blocked-by': {...block, priority: 4},
  'block-other': {...block, priority: 4},
  muted: {
    priority: 6,
    leftOutOf: bothLists,
    behavior: {profileList: 'inform', profileView: 'alert', contentList: 'blur', contentView: 'inform'},
    ofOwn: false,
    noOverride: false,
  },
  'mute-word': {priority: 6, leftOutOf: ['contentList'], behavior: covered, ofOwn: false, noOverride: false},
  hidden: {priority: 6, leftOutOf: bothLists, behavior: covered, ofOwn: true, noOverride: false},
}

/** Whoever hides a label on an account has the account left out, and what it wrote; one on a post, that post. */
const leftOutByTarget: Readonly<Record<LabelTarget, readonly ModerationContext[]>> = {
  account: bothLists,
  content: ['contentList'],
  profile: [],
}

const ruleOf = (cause: ModerationCause): Rule => {
  if (cause.type !== 'label') return rules[cause.type]
  const {priority, target, setting, behavior, noOverride} = cause
  return {
    priority,
    leftOutOf: setting === 'hide' ? leftOutByTarget[target] : [],
    behavior,
    // One sees what one's own is labelled as.
    ofOwn: true,
    noOverride,
  }
}

export const plainCause = (type: PlainCause['type'], source: CauseSource = {type: 'user'}): PlainCause => ({
  type,
  source,
  priority: rules[type].priority,
})

export const mutedWordCause = (matches: readonly MutedWordMatch[]): MutedWordCause => ({
  type: 'mute-word',
  source: {type: 'user'},
  priority: rules['mute-word'].priority,
  matches,
})

const byWeight = (causes: ModerationCause[]): ModerationCause[] =>
  causes.toSorted((one, other) => one.priority - other.priority)

export class ModerationDecision {
  /** Whose it is. */
  readonly did: string
  /** It is the person's own. */
  readonly isMe: boolean
  readonly causes: readonly ModerationCause[]

  constructor(did: string, isMe: boolean, causes: readonly ModerationCause[]) {
    this.did = did
    this.isMe = isMe
    this.causes = causes
  }

  get blocked(): boolean {
    return this.blockCause !== undefined
  }

  get muted(): boolean {
    return this.muteCause !== undefined
  }

  get blockCause(): ModerationCause | undefined {
    return this.causes.find(({type}) => type === 'blocking' || type === 'blocked-by' || type === 'block-other')
  }

  get muteCause(): ModerationCause | undefined {
    return this.causes.find(({type}) => type === 'muted')
  }

  get labelCauses(): readonly LabelCause[] {
    return this.causes.filter(cause => cause.type === 'label')
  }

  /** What is done where it is shown. */
  ui(context: ModerationContext): ModerationUi {
    const [filters, blurs, alerts, informs]: ModerationCause[][] = [[], [], [], []]
    let noOverride = false
    for (const cause of this.causes) {
      const rule = ruleOf(cause)
      if (this.isMe && !rule.ofOwn) continue
      // Of one's own only what one has hidden oneself is left out.
      const isLeftOut = rule.leftOutOf.includes(context) && !(this.isMe && cause.type === 'label')
      if (isLeftOut) filters.push(cause)
      if (cause.downgraded) continue
      const action = rule.behavior[context]
      if (action === 'blur') {
        blurs.push(cause)
        noOverride ||= rule.noOverride && !this.isMe
      } else if (action === 'alert') alerts.push(cause)
      else if (action === 'inform') informs.push(cause)
    }
    return {filters: byWeight(filters), blurs: byWeight(blurs), alerts, informs, noOverride}
  }
}
