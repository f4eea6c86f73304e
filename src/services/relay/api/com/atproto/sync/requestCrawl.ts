/** A server asks to be followed. */
import {requestCrawl} from '#lex/gen/com/atproto/sync/requestCrawl.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {procedure} from '../../../callers.ts'
import {parseHostname} from '../../../../hosts/hostname.ts'
import type {Hosts} from '../../../../hosts/hosts.ts'
import type {Siblings} from '../../../../operator/siblings.ts'

type Deps = {hosts: Pick<Hosts, 'requestCrawl'>; siblings: Pick<Siblings, 'passCrawl'>}

export const endpoint = ({hosts, siblings}: Deps) =>
  procedure(requestCrawl, {
    auth: 'none',
    async handle({input: {hostname}, request, fail}) {
      switch (await hosts.requestCrawl(hostname)) {
        case 'followed':
          siblings.passCrawl(request, hostname)
          return undefined
        case 'banned':
          throw fail('HostBanned', 'This relay does not follow that server.')
        case 'domain-banned':
          throw fail('HostBanned', 'This relay does not follow servers of that domain.')
        case 'closed':
          throw fail('Forbidden', 'This relay follows the servers of its configuration only.')
        case 'too-many':
          throw fail('RateLimitExceeded', 'Too many servers ask just now, or have asked today; try again later.')
        case 'relay':
          throw fail('InvalidRequest', 'That server is a relay, not a PDS.')
        case 'unreachable':
          // By the name that the relays of others answer with, which the lexicon does not declare.
          throw new XrpcError('HostNotFound', 'That server does not answer com.atproto.server.describeServer.')
        case 'bad-hostname': {
          // Of what is a hostname, only those of this machine may be refused so.
          const isName = parseHostname(hostname) !== undefined
          const expected = isName
            ? 'localhost:<port> may ask only with RELAY_LOCAL_HOSTS=true.'
            : 'expected a DNS name without port, such as pds.example.com.'
          throw fail('InvalidRequest', `hostname: ${expected}`)
        }
      }
    },
  })
