/** `key inspect`: what a key is, in each of its public spellings. */
import {toHex} from '#std/bytes.ts'
import {formatDidKey, formatMultikey, parseDidKey, parseMultikey, type PublicKey} from '#atp/crypto/key.ts'
import {command, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {readKeyFile, readSecretKey} from '../secret-key.ts'

export const inspect = command({
  about: `
Reads a public key (did:key:z… or z…) or a private one (its text, or the file
that "key generate --out" made) and shows the public key. A private key is never
shown again.`,
  arguments: {key: one('key', 'did:key:z…, a multikey z…, a private key z…, or a key file')},
  options: {},
  examples: ['wholesky key inspect did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'],
  async run({key}, shell) {
    const {isPrivate, publicKey} = readKey(key)
    const {curve, bytes} = publicKey
    const spelt = {didKey: formatDidKey(publicKey), multikey: formatMultikey(publicKey), hex: toHex(bytes)}
    const kind = isPrivate ? 'private' : 'public'
    await shell.answer({kind, curve, ...spelt}, `${shell.mark(true)} ${kind} key\n${shell.fields({curve, ...spelt})}`)
    return exitCodes.ok
  },
})

function readKey(text: string): {isPrivate: boolean; publicKey: PublicKey} {
  if (text.startsWith('did:')) return {isPrivate: false, publicKey: parseDidKey(text)}
  const keypair = readSecretKey(text)
  if (keypair) return {isPrivate: true, publicKey: keypair.publicKey}
  if (/^z[1-9A-HJ-NP-Za-km-z]{40,}$/.test(text)) return {isPrivate: false, publicKey: parseMultikey(text)}
  return {isPrivate: true, publicKey: readKeyFile(text).publicKey}
}
