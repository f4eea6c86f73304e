// Generated from lexicons/tools/ozone/server/getConfig.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  appview?: ServiceConfig
  pds?: ServiceConfig
  blobDivert?: ServiceConfig
  chat?: ServiceConfig
  viewer?: ViewerConfig
  /** The did of the verifier used for verification. */
  verifierDid?: Did
}
export type ErrorName = never
/** Get details about ozone's server configuration. */
export const getConfig: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.server.getConfig',
  {
    output: lex.body('application/json', lex.object({
      appview: lex.ref(() => serviceConfig),
      pds: lex.ref(() => serviceConfig),
      blobDivert: lex.ref(() => serviceConfig),
      chat: lex.ref(() => serviceConfig),
      viewer: lex.ref(() => viewerConfig),
      verifierDid: lex.string({format: 'did'}),
    })),
  },
)

export type ServiceConfig = {
  $type?: 'tools.ozone.server.getConfig#serviceConfig'
  url?: Uri
}
export const serviceConfig: lex.ObjectSchema<ServiceConfig> = lex.typed('tools.ozone.server.getConfig#serviceConfig', {
  url: lex.string({format: 'uri'}),
})

export type ViewerConfig = {
  $type?: 'tools.ozone.server.getConfig#viewerConfig'
  role?:
    | 'tools.ozone.team.defs#roleAdmin'
    | 'tools.ozone.team.defs#roleModerator'
    | 'tools.ozone.team.defs#roleTriage'
    | 'tools.ozone.team.defs#roleVerifier'
    | (string & {})
}
export const viewerConfig: lex.ObjectSchema<ViewerConfig> = lex.typed('tools.ozone.server.getConfig#viewerConfig', {
  role: lex.string({
    knownValues: [
      'tools.ozone.team.defs#roleAdmin',
      'tools.ozone.team.defs#roleModerator',
      'tools.ozone.team.defs#roleTriage',
      'tools.ozone.team.defs#roleVerifier',
    ],
  }),
})

export {getConfig as main}
