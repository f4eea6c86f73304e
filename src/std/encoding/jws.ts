/** What a token in JWS compact form (RFC 7515 section 3.1) is put together from, where it is signed in place. */
import {toUtf8} from '../text.ts'
import {toBase64Url} from './base64.ts'

/** The header or the claims of a token: JSON in base64url. */
export const jwsPart = (value: object): string => toBase64Url(toUtf8(JSON.stringify(value)))
