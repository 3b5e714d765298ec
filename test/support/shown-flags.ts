import assert from 'node:assert/strict'
import { runCurfew } from './cli.ts'
import type { House } from './house.ts'

/** That each command has the flags which a page shows of it, and a help that teaches by example. */
export async function assertFlagsAreThere(
  house: House,
  flags: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const pages = await Promise.all(
    [...flags.keys()].map((verb) => runCurfew(house, [...verb.split(' '), '--help'])),
  )
  for (const [at, [verb, known]] of [...flags].entries()) {
    const { stdout } = pages[at] ?? assert.fail()
    assert.match(stdout, new RegExp(`^Usage: curfew ${verb} `), verb)
    assert.match(stdout, /^Examples:\n(?: {2}.*curfew.*\n)+/m, verb)
    for (const flag of known) assert.match(stdout, new RegExp(`${flag}\\b`), `${verb} ${flag}`)
  }
}
