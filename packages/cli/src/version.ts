import manifest from 'pkjwt/package.json' with { type: 'json' }

/** The version of the package that this command line is part of. */
export const version: string = manifest.version
