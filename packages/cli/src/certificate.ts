import { type Certificate, readCertificate } from 'pkjwt/keys'
import { type FlagTable, text, toggle } from './flags.js'
import { readInput } from './input.js'
import type { Io } from './io.js'

/** The flags for servers that know a key by its certificate. */
export const certificateFlags = {
  certificate: text('Key', 'FILE', 'the certificate of the key: its hash goes into the header, as Microsoft Entra ID wants it', {
    isFile: true,
  }),
  x5c: toggle('Key', 'send the certificate itself in the header, too'),
} satisfies FlagTable

/** Reads the certificate, where one is named. */
export async function openCertificate(file: string | undefined, io: Io): Promise<Certificate | undefined> {
  return file === undefined ? undefined : readCertificate(await readInput(file, 'the certificate', io))
}
