/**
 * The token in every form of ours: it says that the page the form stands on was made for the browser that sends it. It
 * follows from a secret that only that browser holds, so nothing is kept here, and the token of one session is none of
 * another. This is the second guard against forms of other sites; the first is where browsers say that a request comes
 * from (`security-headers.ts`), which old browsers and proxies may leave out or change.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {html, type Html} from './html.ts'
import {isSameSecret} from '#engines/crypto/secrets.ts'

/** The name of the field. */
export const formTokenField = 'form-token'

/** The token of the browser that holds `secret`; it does not tell the secret. */
export const formTokenOf = (secret: string): string => toBase64Url(sha256(toUtf8(`form token of\n${secret}`)))

/** Whether `token` is that of `secret`; it takes as long for one that is nearly right as for any other. */
export const isFormToken = (token: string, secret: string | undefined): boolean =>
  secret !== undefined && isSameSecret(token, formTokenOf(secret))

/** The hidden field that each form with `method="post"` carries. `token` is that of the visit. */
export const formToken = (token: string): Html =>
  html`<input type="hidden" name="${formTokenField}" value="${token}" />`
