/** What HTTP Basic shows (RFC 7617, section 2): a name and a password, in every request. */
import {fromBase64} from '../encoding/base64.ts'
import {fromUtf8} from '../text.ts'

/**
 * `name:password`, from a header `Authorization`; '' where it cannot be read. `undefined` for a header that is none of
 * Basic, or longer than the 2,000 characters that a name and a password have at most.
 */
export function basicCredentials(header: string | null): string | undefined {
  const [, code] = /^basic +(\S{1,2000}) *$/i.exec(header ?? '') ?? []
  if (code === undefined) return undefined
  const bytes = fromBase64(code)
  return (bytes && fromUtf8(bytes)) ?? ''
}
