import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { houseWithCurfewOnPath } from '../support/curfew-on-path.ts'
import { type House, makeHouse } from '../support/house.ts'
import { startCommand } from '../support/program.ts'
import { assertFlagsAreThere } from '../support/shown-flags.ts'

const page = readFileSync(new URL('../../docs/board.md', import.meta.url), 'utf8')

test('every command and flag that the page on boards shows is there', async () => {
  const flags = new Map<string, Set<string>>()
  for (const [, verb = '', rest = ''] of page.matchAll(
    /\bcurfew ((?:task|board) [a-z]+)([^\n|;&#)`]*)/g,
  )) {
    const known = flags.get(verb) ?? new Set()
    flags.set(verb, known)
    for (const [flag] of rest.matchAll(/--[a-z][-a-z]+/g)) known.add(flag)
  }
  assert.ok(flags.size >= 14, [...flags.keys()].join())
  await assertFlagsAreThere(flags)
})

test('two shells share a board as the page says', async (t) => {
  const house = houseWithCurfewOnPath(t)
  await startDaemon(t, { house })
  const [alice = '', bob = ''] = blocksOf('sh')
  assert.equal(await shell(t, house, `${alice}`), '1\n2\n1\n')
  const codes = bob.replaceAll(/ +#.*$/gm, '; echo $?').replace(/^.*--watch.*$/m, '')
  assert.equal(await shell(t, house, codes), '\n5\n5\n'.trimStart())
  await shell(t, house, 'CURFEW_AGENT=alice curfew task done garden 1')
  const drawn = await shell(t, house, 'curfew board show garden')
  const shown = blocksOf('')[0] ?? ''
  const roughly = (text: string): string => text.replaceAll(/^seen: .*$/gm, 'seen')
  assert.equal(roughly(drawn), roughly(shown))
})

test('planner and workers do the work as the page says, each task once and in order', async (t) => {
  const house = houseWithCurfewOnPath(t)
  await startDaemon(t, { house })
  writeFileSync(
    join(house.folder, 'work-on'),
    '#!/bin/sh\nprintf %s "$1" | grep -o \'"id":[0-9]*\'\n',
    {
      mode: 0o755,
    },
  )
  const [, , planner = '', worker = ''] = blocksOf('sh')
  assert.equal(worker.trimEnd().split('\n').length, 3)
  assert.equal(await shell(t, house, planner), '1\n2\n3\n4\n')
  const done = await Promise.all(
    ['a', 'b'].map((name) =>
      shell(t, house, `CURFEW_AGENT=${name}; export CURFEW_AGENT\n${worker}`),
    ),
  )
  const ids = done.join('').match(/\d+/g) ?? []
  assert.deepEqual(ids.toSorted(), ['1', '2', '3', '4'])
  const shown = await shell(t, house, 'curfew board show release --open')
  assert.match(shown, /○ 0 pending {2}● 0 in progress {2}✓ 4 completed/)
})

test('hooks of the page veto, and what they say is what the agent is told', async (t) => {
  const house = makeHouse(t)
  const { board } = JSON.parse(blocksOf('json')[0] ?? '')
  const script = join(house.folder, 'check')
  writeFileSync(
    script,
    '#!/bin/sh\nread -r line; case $line in *bad*) echo "not on $CURFEW_BOARD" >&2; exit 1;; esac\n',
    { mode: 0o755 },
  )
  mkdirSync(house.home, { mode: 0o700 })
  const hooks = { ...board.hooks, create: [script], complete: null }
  writeFileSync(house.paths.config, JSON.stringify({ board: { ...board, hooks } }), { mode: 0o600 })
  await startDaemon(t, { house })
  const vetoed = await runCurfew(house, ['task', 'add', 'garden', 'a bad one'])
  assert.equal(vetoed.code, 5)
  assert.match(vetoed.stderr, /not on garden/)
  assert.equal((await runCurfew(house, ['task', 'add', 'garden', 'one'])).stdout, '1\n')
})

test('the example for a program runs', async (t) => {
  const { house } = await startDaemon(t)
  const [example = '', ...others] = blocksOf('js')
  assert.equal(others.length, 0)
  const library = new URL('../../src/index.ts', import.meta.url).href
  const file = join(house.folder, 'example.mjs')
  writeFileSync(file, example.replace("'curfew'", `'${library}'`))
  const program = startCommand(t, process.execPath, [file], { env: house.env, cwd: house.folder })
  assert.equal((await program.ended).code, 0, program.stderr())
  assert.equal(program.stdout(), 'ok 2\n')
})

/** What the lines print, run by sh in the folder of the house. */
async function shell(t: TestContext, { env, folder }: House, lines: string): Promise<string> {
  const program = startCommand(t, 'sh', ['-c', lines], { env, cwd: folder })
  await program.ended
  return program.stdout()
}

function blocksOf(language: string): string[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code = '']) => code)
}
