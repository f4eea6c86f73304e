/** Which feeds there are here, and what holds for them. */
import {describeFeedGenerator} from '#lex/gen/app/bsky/feed/describeFeedGenerator.ts'
import type {FeedsConfig} from '../../../../config.ts'
import type {Skeletons} from '../../../../skeletons/skeletons.ts'
import {query} from '../../../callers.ts'
import type {Did} from '#atp/syntax/did.ts'

type Deps = {
  did: Did
  skeletons: Pick<Skeletons, 'uris'>
  links: Pick<FeedsConfig, 'privacyPolicy' | 'termsOfService'>
}

export const endpoint = ({did, skeletons, links: {privacyPolicy, termsOfService}}: Deps) =>
  query(describeFeedGenerator, {
    auth: 'none',
    async handle() {
      const hasLinks = privacyPolicy !== undefined || termsOfService !== undefined
      const links = {...(privacyPolicy && {privacyPolicy}), ...(termsOfService && {termsOfService})}
      return {did, feeds: skeletons.uris().map(uri => ({uri})), ...(hasLinks && {links})}
    },
  })
