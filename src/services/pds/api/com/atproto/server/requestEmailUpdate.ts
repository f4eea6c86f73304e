/** Says whether a code is needed to change the caller's address, and sends it to the old one if so. */
import {requestEmailUpdate} from '#lex/gen/com/atproto/server/requestEmailUpdate.ts'
import {procedure} from '../../../callers.ts'
import type {Emails} from '../../../../mail/emails.ts'

type Deps = {emails: Pick<Emails, 'requestChange'>}

export const endpoint = ({emails}: Deps) =>
  procedure(requestEmailUpdate, {
    auth: 'full',
    handle: async ({caller}) => ({tokenRequired: await emails.requestChange(caller.did)}),
  })
