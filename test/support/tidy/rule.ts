import { lineAt, type SourceText } from './source-text.ts'

export interface Rule {
  readonly name: string
  readonly reason: string
  /** Which files it is for. */
  readonly where: (path: string) => boolean
  readonly find: (source: SourceText) => Finding[]
  /** Files that break it: they prove that it can fail. */
  readonly bad: readonly Sample[]
  /** Files that come close and are fine. */
  readonly good: readonly Sample[]
}

export interface Finding {
  readonly line: number
  readonly what: string
}

export type Sample = readonly [path: string, text: string]

type View = 'code' | 'withoutComments' | 'strings' | 'text'

export function everywhere(): boolean {
  return true
}

export function inSrc(path: string): boolean {
  return path.startsWith('src/')
}

export function inSrcBut(...except: readonly string[]): (path: string) => boolean {
  return (path) => inSrc(path) && !except.some((each) => path.startsWith(`src/${each}`))
}

/** Where the pattern is found in one view of the file. */
export function matches(source: SourceText, view: View, pattern: RegExp): Finding[] {
  return [...source[view].matchAll(pattern)].map((match) => ({
    line: lineAt(source.text, match.index),
    what: match[0].trim().split('\n').join(' '),
  }))
}
