/** By what a server without an identity of its own is known. */
import type {Did} from '#atp/syntax/did.ts'

/** The DID of a server that is found at this URL. */
export const serviceDid = (publicUrl: string): Did => `did:web:${encodeURIComponent(new URL(publicUrl).host)}` as Did
