import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { CURFEW, makeHouse } from '../support/house.ts'
import { startCommand } from '../support/program.ts'

const page = readFileSync(new URL('../../docs/board.md', import.meta.url), 'utf8')

test('every command and flag that the page on boards shows is there', async (t) => {
  const house = makeHouse(t)
  const shown = blocksOf('sh')
    .join('\n')
    .matchAll(/\bcurfew (board|task) ([a-z]+)([^\n;)#]*)/g)
  const flags = new Map<string, Set<string>>()
  for (const [, noun = '', verb = '', rest = ''] of shown) {
    const known = flags.get(`${noun} ${verb}`) ?? new Set()
    flags.set(`${noun} ${verb}`, known)
    for (const [flag] of rest.matchAll(/--[a-z][-a-z]+/g)) known.add(flag)
  }
  assert.ok(flags.size >= 7)
  for (const [command, known] of flags) {
    const { code, stdout } = await runCurfew(house, [...command.split(' '), '--help'])
    assert.equal(code, 0, command)
    for (const flag of known) assert.match(stdout, new RegExp(`${flag}\\b`), `${command} ${flag}`)
  }
})

test('the worker in three lines of shell works off the plan above it, in its order', async (t) => {
  const { house } = await startDaemon(t)
  const [, , plan = '', worker = ''] = blocksOf('sh')
  const work = join(house.folder, 'work-on')
  writeFileSync(work, `#!/bin/sh\nprintf '%s' "$1" | grep -o '"id":[0-9]*' >> done\n`, {
    mode: 0o700,
  })
  const curfew = CURFEW.map((word) => `'${word}'`).join(' ')
  const script = `curfew() { ${curfew} "$@"; }\n${plan}\n${worker}\n`
  const program = startCommand(t, 'bash', ['-c', script], {
    env: { ...house.env, CURFEW_AGENT: 'ann' },
    cwd: house.folder,
  })
  assert.equal((await program.ended).code, 0, program.stderr())
  assert.deepEqual(program.lines().slice(0, 4), ['1', '2', '3', '4'])
  const order = readFileSync(join(house.folder, 'done'), 'utf8')
  assert.equal(order, '"id":1\n"id":2\n"id":3\n"id":4\n')
})

test('the example for a program runs', async (t) => {
  const { house } = await startDaemon(t)
  const [example = ''] = blocksOf('js')
  const library = new URL('../../src/index.ts', import.meta.url).href
  const file = join(house.folder, 'example.mjs')
  writeFileSync(file, example.replace("'curfew'", `'${library}'`))
  const program = startCommand(t, process.execPath, [file], { env: house.env, cwd: house.folder })
  assert.equal((await program.ended).code, 0, program.stderr())
  assert.equal(program.stdout(), 'ok 2\n')
})

function blocksOf(language: string): string[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code = '']) => code)
}
