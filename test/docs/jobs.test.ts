import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { ENDED_STATUSES } from '../../src/domain/job.ts'
import { startDaemon } from '../support/daemon.ts'
import { helpOf } from '../support/help-of.ts'
import { startCommand } from '../support/program.ts'

const page = readFileSync(new URL('../../docs/jobs.md', import.meta.url), 'utf8')

test('every command and flag that the page on jobs shows is there', async () => {
  const shown = blocksOf('sh')
    .join('\n')
    .matchAll(/\bcurfew ([a-z]+)((?: (?!-- |[|;&#)])[^\n|;&#)"]*)?)/g)
  const flags = new Map<string, Set<string>>()
  for (const [, name = '', rest = ''] of shown) {
    assert.ok(COMMANDS.has(name), name)
    const known = flags.get(name) ?? new Set()
    flags.set(name, known)
    const own = rest.split(' -- ')[0] ?? ''
    for (const [flag] of own.matchAll(/--[a-z][-a-z]+/g)) known.add(flag)
  }
  assert.ok(flags.size >= 12)
  for (const [name, known] of flags) {
    const own = await helpOf([name])
    const sub = name === 'group' ? await helpOf(['group', 'set']) : ''
    for (const flag of known) assert.match(own + sub, new RegExp(`${flag}\\b`), `${name} ${flag}`)
  }
})

test('every way to end is told', () => {
  for (const status of ENDED_STATUSES) assert.match(page, new RegExp(`^\\| \`${status}\` \\|`, 'm'))
})

test('the example for a program runs', async (t) => {
  const { house } = await startDaemon(t)
  const [example = '', ...others] = blocksOf('js')
  assert.equal(others.length, 0)
  const library = new URL('../../src/index.ts', import.meta.url).href
  const code = example.replace("'curfew'", `'${library}'`).replace("'make', 'all'", "'true'")
  const file = join(house.folder, 'example.mjs')
  writeFileSync(file, code)
  const program = startCommand(t, process.execPath, [file], { env: house.env, cwd: house.folder })
  assert.equal((await program.ended).code, 0, program.stderr())
  assert.equal(program.stdout(), 'succeeded 0\n')
})

function blocksOf(language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code = '']) => code)
}
