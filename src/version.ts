import manifest from '../package.json' with { type: 'json' }

/** The version of this package, the same from source and from dist. */
export const VERSION: string = manifest.version
