import { importsOf } from './imports.ts'
import type { SourceText } from './source-text.ts'

/** How each package or builtin is first reached from a file by static imports: the chain of names. */
export function staticReach(
  sources: ReadonlyMap<string, SourceText>,
  from: string,
): Map<string, readonly string[]> {
  const reached = new Map<string, readonly string[]>()
  const open: (readonly string[])[] = [[from]]
  const seen = new Set([from])
  for (let chain = open.shift(); chain; chain = open.shift()) {
    const source = sources.get(chain.at(-1) ?? '')
    for (const each of source ? importsOf(source) : []) {
      const name = each.target ?? each.specifier
      if (each.kind !== 'value' || seen.has(name)) continue
      seen.add(name)
      if (each.target === undefined) reached.set(name, [...chain, name])
      else open.push([...chain, name])
    }
  }
  return reached
}
