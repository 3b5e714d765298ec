import { posix } from 'node:path'
import { lineAt, type SourceText } from './source-text.ts'

export interface Import {
  readonly line: number
  readonly specifier: string
  /** Path from the repository's root for one of our own files; undefined for packages and builtins. */
  readonly target: string | undefined
  /** `type` leaves nothing at run time, `lazy` is loaded when it is needed. */
  readonly kind: 'value' | 'type' | 'lazy'
}

const STATIC = /^[ \t]*(?:import|export)\b([^'"`;=]*?)\bfrom\s*'([^']+)'/gm
const BARE = /^[ \t]*import\s*'([^']+)'/gm
const DYNAMIC = /\b(?:import|require)\(\s*'([^']+)'/g
const TYPES_ONLY = /^\s*(?:type\b|\{(?:\s*type\s+\w[^,}]*,?)+\s*\}\s*$)/

/** What a file imports, statically, for its types only, or later. */
export function importsOf(source: SourceText): Import[] {
  const text = source.withoutComments
  const statics = [...text.matchAll(STATIC)].map(({ index, 1: names = '', 2: specifier = '' }) =>
    toImport(source, index, specifier, TYPES_ONLY.test(names) ? 'type' : 'value'),
  )
  const bare = [...text.matchAll(BARE)].map(({ index, 1: specifier = '' }) =>
    toImport(source, index, specifier, 'value'),
  )
  const dynamic = [...text.matchAll(DYNAMIC)].map(({ index, 1: specifier = '' }) =>
    toImport(source, index, specifier, /\btypeof\s*$/.test(text.slice(0, index)) ? 'type' : 'lazy'),
  )
  return [...statics, ...bare, ...dynamic]
}

function toImport(
  source: SourceText,
  index: number,
  specifier: string,
  kind: Import['kind'],
): Import {
  const isOurs = specifier.startsWith('.')
  const target = isOurs ? posix.join(posix.dirname(source.path), specifier) : undefined
  return { line: lineAt(source.text, index), specifier, target, kind }
}
