// Generated from lexicons/com/atproto/label/defs.json by the lexicon generator. Do not edit.
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

/** Metadata tag on an atproto resource (eg, repo or record). */
export type Label = {
  $type?: 'com.atproto.label.defs#label'
  /** The AT Protocol version of the label object. */
  ver?: number
  /** DID of the actor who created this label. */
  src: Did
  /** AT URI of the record, repository (account), or other resource that this label applies to. */
  uri: Uri
  /** Optionally, CID specifying the specific version of 'uri' resource this label applies to. */
  cid?: CidString
  /** The short string name of the value or type of this label. */
  val: string
  /** If true, this is a negation label, overwriting a previous label. */
  neg?: boolean
  /** Timestamp when this label was created. */
  cts: Datetime
  /** Timestamp at which this label expires (no longer applies). */
  exp?: Datetime
  /** Signature of dag-cbor encoded label. */
  sig?: Uint8Array
}
export const label: lex.ObjectSchema<Label> = lex.typed('com.atproto.label.defs#label', {
  ver: lex.integer(),
  src: lex.string({format: 'did'}),
  uri: lex.string({format: 'uri'}),
  cid: lex.string({format: 'cid'}),
  val: lex.string({maxLength: 128}),
  neg: lex.boolean(),
  cts: lex.string({format: 'datetime'}),
  exp: lex.string({format: 'datetime'}),
  sig: lex.bytes(),
}, ['src', 'uri', 'val', 'cts'])

/** Metadata tags on an atproto record, published by the author within the record. */
export type SelfLabels = {
  $type?: 'com.atproto.label.defs#selfLabels'
  values: SelfLabel[]
}
export const selfLabels: lex.ObjectSchema<SelfLabels> = lex.typed('com.atproto.label.defs#selfLabels', {
  values: lex.array(lex.ref(() => selfLabel), {maxLength: 10}),
}, ['values'])

/**
 * Metadata tag on an atproto record, published by the author within the record. Note that schemas should use
 * #selfLabels, not #selfLabel.
 */
export type SelfLabel = {
  $type?: 'com.atproto.label.defs#selfLabel'
  /** The short string name of the value or type of this label. */
  val: string
}
export const selfLabel: lex.ObjectSchema<SelfLabel> = lex.typed('com.atproto.label.defs#selfLabel', {
  val: lex.string({maxLength: 128}),
}, ['val'])

/** Declares a label value and its expected interpretations and behaviors. */
export type LabelValueDefinition = {
  $type?: 'com.atproto.label.defs#labelValueDefinition'
  /** The value of the label being defined. Must only include lowercase ascii and the '-' character ([a-z-]+). */
  identifier: string
  /**
   * How should a client visually convey this label? 'inform' means neutral and informational; 'alert' means negative
   * and warning; 'none' means show nothing.
   */
  severity: 'inform' | 'alert' | 'none' | (string & {})
  /**
   * What should this label hide in the UI, if applied? 'content' hides all of the target; 'media' hides the
   * images/video/audio; 'none' hides nothing.
   */
  blurs: 'content' | 'media' | 'none' | (string & {})
  /** The default setting for this label. */
  defaultSetting?: 'ignore' | 'warn' | 'hide' | (string & {})
  /** Does the user need to have adult content enabled in order to configure this label? */
  adultOnly?: boolean
  locales: LabelValueDefinitionStrings[]
}
export const labelValueDefinition: lex.ObjectSchema<LabelValueDefinition> = lex.typed('com.atproto.label.defs#labelValueDefinition', {
  identifier: lex.string({maxLength: 100, maxGraphemes: 100}),
  severity: lex.string({knownValues: ['inform', 'alert', 'none']}),
  blurs: lex.string({knownValues: ['content', 'media', 'none']}),
  defaultSetting: lex.string({knownValues: ['ignore', 'warn', 'hide'], default: 'warn'}),
  adultOnly: lex.boolean(),
  locales: lex.array(lex.ref(() => labelValueDefinitionStrings)),
}, ['identifier', 'severity', 'blurs', 'locales'])

/** Strings which describe the label in the UI, localized into a specific language. */
export type LabelValueDefinitionStrings = {
  $type?: 'com.atproto.label.defs#labelValueDefinitionStrings'
  /** The code of the language these strings are written in. */
  lang: Language
  /** A short human-readable name for the label. */
  name: string
  /** A longer description of what the label means and why it might be applied. */
  description: string
}
export const labelValueDefinitionStrings: lex.ObjectSchema<LabelValueDefinitionStrings> = lex.typed('com.atproto.label.defs#labelValueDefinitionStrings', {
  lang: lex.string({format: 'language'}),
  name: lex.string({maxGraphemes: 64, maxLength: 640}),
  description: lex.string({maxGraphemes: 10000, maxLength: 100000}),
}, ['lang', 'name', 'description'])

export type LabelValue =
  | '!hide'
  | '!warn'
  | '!no-unauthenticated'
  | 'porn'
  | 'sexual'
  | 'nudity'
  | 'graphic-media'
  | 'bot'
  | (string & {})
export const labelValue: lex.StringSchema<LabelValue> = lex.string({
  knownValues: [
    '!hide',
    '!warn',
    '!no-unauthenticated',
    'porn',
    'sexual',
    'nudity',
    'graphic-media',
    'bot',
  ],
})
