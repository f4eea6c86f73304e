/** `key generate`: a fresh key of one of the two curves. */
import {Keypair} from '#atp/crypto/key.ts'
import {command, maybe, wordOf} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {formatSecretKey, writeKeyFile} from '../secret-key.ts'

export const generate = command({
  about: `
Makes a private key. Without --out it is part of the answer; with --out it goes
into a new file that only you may read, and only the public key is shown. The
file is what "repo pack --key" and "key inspect" take.`,
  arguments: {},
  options: {
    curve: maybe('curve', 'k256 (secp256k1, the default) or p256 (NIST P-256)', wordOf(['k256', 'p256'])),
    out: maybe('file', 'write the private key to this new file, mode 0600'),
  },
  examples: ['wholesky key generate', 'wholesky key generate --curve p256 --out alice.key'],
  async run({curve = 'k256', out}, shell) {
    const keypair = Keypair.generate(curve, shell.io.world.random)
    if (out !== undefined) await writeKeyFile(out, keypair)
    const secret = out === undefined ? formatSecretKey(keypair) : undefined
    const {didKey} = keypair
    await shell.answer(
      {curve, didKey, secret, file: out},
      shell.fields({curve, public: didKey, secret, 'secret in': out}),
    )
    return exitCodes.ok
  },
})
