/** What passes for the address of an account. */
import {Refusal} from '../refusal.ts'

const lengthMax = 254
/**
 * Without what separates and groups addresses in a mail (RFC 5322, section 3.2.3): `a,bob@example.com` would be another
 * account's than `bob@example.com`, and its mail would go to the same person.
 */
const shape = /^[^\s\p{Cc}@,:;<>()[\]"\\]+@[^\s\p{Cc}@,:;<>()[\]"\\]+\.[^\s\p{Cc}@,:;<>()[\]"\\]+$/u

export const isEmail = (text: string): boolean => text.length <= lengthMax && shape.test(text)

/**
 * An address in lower case, as it is kept: so it is the same whichever way it is typed. `barred` are domains of mail
 * services that throw addresses away, each with those below it. Throws `Refusal` `bad-email`.
 */
export function emailOf(text: string | undefined, barred: readonly string[] = []): string {
  const email = text?.trim().toLowerCase() ?? ''
  if (!isEmail(email)) throw new Refusal('bad-email', 'Enter an email address, such as alice@example.com.')
  const domain = email.slice(email.lastIndexOf('@') + 1).replace(/\.$/, '')
  if (barred.some(each => domain === each || domain.endsWith(`.${each}`))) {
    throw new Refusal('bad-email', 'This email address is not supported, please use a different email.')
  }
  return email
}

/** Services that hand out addresses for minutes, the best known of thousands. */
export const throwAwayDomains: readonly string[] = `10mail.org 10minutemail.com 10minutemail.net 20minutemail.com
  33mail.com anonbox.net burnermail.io byom.de cock.li deadaddress.com discard.email discardmail.com discardmail.de
  dispostable.com dropmail.me emailondeck.com emailsensei.com fakeinbox.com fakemailgenerator.com getairmail.com
  getnada.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net
  guerrillamail.org guerrillamailblock.com incognitomail.org inboxkitten.com jetable.org mail-temp.com mailcatch.com
  maildrop.cc mailexpire.com mailinator.com mailinator.net mailinator2.com mailnesia.com mailnull.com mailpoof.com
  mailsac.com mailtemp.info mintemail.com moakt.com mohmal.com mytemp.email mytrashmail.com nada.email nowmymail.com
  pokemail.net sharklasers.com sofort-mail.de spam4.me spambog.com spamgourmet.com temp-mail.io temp-mail.org
  tempail.com tempinbox.com tempmail.com tempmail.dev tempmail.net tempmailo.com tempr.email throwawaymail.com
  trash-mail.com trash-mail.de trashmail.com trashmail.de trashmail.net trashmail.ws wegwerfmail.de wegwerfmail.net
  yopmail.com yopmail.fr yopmail.net`.split(/\s+/)
