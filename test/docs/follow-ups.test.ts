import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCurfew, runJson } from '../support/cli.ts'
import { houseWithCurfewOnPath } from '../support/curfew-on-path.ts'
import { startDaemon } from '../support/daemon.ts'
import { submit } from '../support/daemon-jobs.ts'
import { type House, makeHouse } from '../support/house.ts'
import { configure } from '../support/night.ts'
import { startCommand } from '../support/program.ts'
import { assertFlagsAreThere } from '../support/shown-flags.ts'
import { waitFor } from '../support/wait-for.ts'

const PAGES = ['follow-ups', 'reports'].map((name) =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'),
)
const [page = '', reportsPage = ''] = PAGES
const COMMAND =
  /(?<=[`(]|^ *|with: )curfew ((?:followups (?:test|retry)|session end|report (?:run|show|tail|prune)|schema|[a-z]+))([^\n|;&)`]*)/gm

test('every command and flag that the pages on follow-ups and reports show is there', async (t) => {
  const house = makeHouse(t)
  const flags = new Map<string, Set<string>>()
  for (const [, verb = '', rest = ''] of PAGES.join('\n').matchAll(COMMAND)) {
    const known = flags.get(verb) ?? new Set()
    flags.set(verb, known)
    for (const [flag] of (rest.split(' -- ')[0] ?? '').matchAll(/--[a-z][-a-z]+/g)) known.add(flag)
    if (verb === 'schema') {
      assert.equal((await runCurfew(house, ['schema', rest.trim()])).code, 0, rest)
    }
  }
  assert.ok(flags.size >= 14, [...flags.keys()].join())
  await assertFlagsAreThere(flags)
})

test('the first lines of the page, and the test of a preset, do as it says', async (t) => {
  const house = houseWithCurfewOnPath(t)
  standIn(house, 'make', 'echo 3 of 210 tests failed; exit 2')
  standIn(house, 'claude', 'touch "$0.ran"')
  await startDaemon(t, { house })
  const [first = '', trial = ''] = blocksOf(page, 'sh')
  const said = await shell(house, first)
  const example = blocksOf(page, '')[0] ?? ''
  const [top = '', command = ''] = example.split('\n')
  const roughly = top.replace('12', '1').replace(/ after .*$/, '')
  assert.ok(said.includes(roughly), said)
  assert.ok(said.includes(`\n${command}\n`) && said.includes('\n> 3 of 210 tests failed\n'), said)
  const [name, ...argv] = JSON.parse(await shell(house, trial)) as string[]
  assert.deepEqual([name, ...argv.slice(0, 2)], ['claude', '-p', '--resume'])

  async function shell({ env, folder }: House, lines: string): Promise<string> {
    const program = startCommand(t, 'sh', ['-c', lines], { env, cwd: folder })
    await program.ended
    assert.equal(program.stderr(), '')
    return program.stdout()
  }
})

test('every config that the pages show is taken, and an agent with options of its own finds nothing on its stdin', async (t) => {
  const house = houseWithCurfewOnPath(t)
  const configs = [...blocksOf(page, 'json'), ...blocksOf(reportsPage, 'json')]
  mkdirSync(house.home, { mode: 0o700 })
  for (const text of configs) {
    configure(house, JSON.parse(text))
    assert.equal((await runCurfew(house, ['config', 'check'])).code, 0, text)
  }
  const ofAgent = configs.find((text) => text.includes('claude')) ?? ''
  configure(house, JSON.parse(ofAgent))
  const agent = standIn(house, 'claude', 'cat > "$0.stdin"; printf "%s\\n" "$@" > "$0.argv"')
  const daemon = await startDaemon(t, { house })
  await submit(house, 'echo "\\$(touch oops) $HOME"', { session: 's" x' })
  await waitFor(async () => (await daemon.ask('followups', { state: 'delivered' })).length > 0, {
    what: 'it to hear',
  })
  assert.equal(readFileSync(`${agent}.stdin`, 'utf8'), '')
  const argv = readFileSync(`${agent}.argv`, 'utf8').split('\n')
  assert.deepEqual(argv.slice(0, 5), ['-p', '--model', 'haiku', '--resume', 's" x'])
  assert.match(argv[5] ?? '', /^Background job 1 has ended: succeeded/)
})

test('the example of a program that reports runs, and what it says is there to be read', async (t) => {
  const house = makeHouse(t)
  const [example = '', ...others] = blocksOf(reportsPage, 'js')
  assert.equal(others.length, 0)
  const library = new URL('../../src/index.ts', import.meta.url).href
  const file = join(house.folder, 'example.mjs')
  writeFileSync(file, `const files = ['a', 'b']\n${example.replace("'curfew'", `'${library}'`)}`)
  const program = startCommand(t, process.execPath, [file], { env: house.env, cwd: house.folder })
  assert.equal((await program.ended).code, 0, program.stderr())
  const { value } = await runJson(house, ['reports', '--json'])
  const expected = { tool: 'import', state: 'succeeded', units_completed: 2, units_total: 2 }
  assert.partialDeepStrictEqual(value, [{ ...expected, tail: ['reading a', 'reading b'] }])
})

/** A program of that name that does no more than that; gives its path. */
function standIn({ folder }: House, name: string, script: string): string {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(/^ *```(\w*)\n(.*?)^ *```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code = '']) => code)
}
