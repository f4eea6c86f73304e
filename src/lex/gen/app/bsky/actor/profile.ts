// Generated from lexicons/app/bsky/actor/profile.json by the lexicon generator. Do not edit.
import type {BlobRef} from '#atp/data/value.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'
import * as repoStrongRef from '../../../com/atproto/repo/strongRef.ts'

/** A declaration of a Bluesky account profile. */
export type Profile = {
  $type: 'app.bsky.actor.profile'
  displayName?: string
  /** Free-form profile description text. */
  description?: string
  /** Free-form pronouns text. */
  pronouns?: string
  website?: Uri
  /** Small image to be displayed next to posts from account. AKA, 'profile picture' */
  avatar?: BlobRef
  /** Larger horizontal image to display behind profile view. */
  banner?: BlobRef
  /** Self-label values, specific to the Bluesky application, on the overall account. */
  labels?: lex.Typed<labelDefs.SelfLabels> | lex.Other
  joinedViaStarterPack?: repoStrongRef.StrongRef
  pinnedPost?: repoStrongRef.StrongRef
  createdAt?: Datetime
}
export const profile: lex.RecordSchema<Profile, 'self'> = lex.record('app.bsky.actor.profile', 'literal:self', lex.object({
  displayName: lex.string({maxGraphemes: 64, maxLength: 640}),
  description: lex.string({maxGraphemes: 256, maxLength: 2560}),
  pronouns: lex.string({maxGraphemes: 20, maxLength: 200}),
  website: lex.string({format: 'uri'}),
  avatar: lex.blob({accept: ['image/png', 'image/jpeg'], maxSize: 1000000}),
  banner: lex.blob({accept: ['image/png', 'image/jpeg'], maxSize: 1000000}),
  labels: lex.union(() => [labelDefs.selfLabels]),
  joinedViaStarterPack: lex.ref(() => repoStrongRef.main),
  pinnedPost: lex.ref(() => repoStrongRef.main),
  createdAt: lex.string({format: 'datetime'}),
}))

export {profile as main}
