/** Which handles this server gives out: one label under a domain of its own. */
import {isHandle, normalizeHandle, type Handle} from '#atp/syntax/handle.ts'

const labelMin = 3
const labelMax = 18

/** Names that people would take for the server itself, or that mail and web servers answer to. */
const reserved = new Set(
  `about abuse account accounts admin administrator api app apps atproto auth billing blog bluesky bot bsky cdn
  contact dev did dns email faq feed feeds ftp help hostmaster imap info jetstream labeler legal login mail me mod
  moderation moderator news noreply null oauth official ozone pds plc pop postmaster press privacy profile relay root
  security server settings sign-in sign-up signin signup smtp ssl staff status support system team terms test
  undefined verify webmaster well-known wholesky www xrpc`.split(/\s+/),
)

export type HandleVerdict =
  | {ok: true; handle: Handle}
  | {ok: false; error: 'InvalidHandle' | 'HandleNotAvailable' | 'UnsupportedDomain'; message: string}

/** `domains` begin with a dot. `handle` is what a person typed. */
export function judgeHandle(text: string, domains: readonly string[]): HandleVerdict {
  const lower = text.trim().toLowerCase()
  if (!isHandle(lower)) {
    return {ok: false, error: 'InvalidHandle', message: 'A handle is a domain name, such as alice.example.com.'}
  }
  const handle = normalizeHandle(lower)
  const domain = domains.find(suffix => handle.endsWith(suffix))
  if (domain === undefined) {
    const message = `This server gives out handles that end in ${domains.join(', ')}.`
    return {ok: false, error: 'UnsupportedDomain', message}
  }
  const label = handle.slice(0, -domain.length)
  if (label.includes('.')) {
    return {ok: false, error: 'InvalidHandle', message: `Choose one name before ${domain}, without a dot in it.`}
  }
  if (label.length < labelMin || label.length > labelMax) {
    const message = `The name before ${domain} has ${labelMin} to ${labelMax} characters.`
    return {ok: false, error: 'InvalidHandle', message}
  }
  if (reserved.has(label)) return {ok: false, error: 'HandleNotAvailable', message: `${handle} is reserved.`}
  return {ok: true, handle}
}
