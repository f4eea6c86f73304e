/** What those who follow events show of the PLC directory, for which they wait while it does not answer. */
import type {Identities} from '#sdk/identity.ts'
import type {Log} from '#std/log.ts'
import type {Metrics} from './metrics.ts'

/** For `IdentityOptions.onDirectory`. */
export const tellDirectory =
  (log: Log) =>
  (isAway: boolean): void => {
    if (isAway) log.warn('the PLC directory does not answer, what needs it waits')
    else log.info('the PLC directory answers again')
  }

export function observeDirectory(metrics: Metrics, service: string, {directory}: Pick<Identities, 'directory'>): void {
  const waits = 'Accounts whose events wait because the PLC directory does not answer.'
  metrics.gauge('directory_waiting_accounts', waits, {service}, () => directory.waiting)
  const givenUp = 'How often an account was given up, since the PLC directory answered for others and not for it.'
  metrics.gauge('directory_given_up', givenUp, {service}, () => directory.givenUp)
}
