/** The hint for every key that is sound and of no use here. */
export const hintMakeAnother = 'Make one that is: pkjwt keygen --alg RS256, or ES256, ES384, ES512, EdDSA'
