import assert from 'node:assert/strict'
import { helpOf } from './help-of.ts'

/** That each command has the flags which a page shows of it, and a help that teaches by example. */
export async function assertFlagsAreThere(
  flags: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  for (const [verb, known] of flags) {
    const page = await helpOf(verb.split(' '))
    assert.match(page, new RegExp(`^Usage: curfew ${verb} `), verb)
    assert.match(page, /^Examples:\n(?: {2}.*curfew.*\n)+/m, verb)
    for (const flag of known) assert.match(page, new RegExp(`${flag}\\b`), `${verb} ${flag}`)
  }
}
