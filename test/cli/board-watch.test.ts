import assert from 'node:assert/strict'
import { test } from 'node:test'
import { widthOf } from '../../src/cli/fit.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { shareBoards } from '../support/board-cli.ts'
import { startCurfew } from '../support/cli.ts'
import { CURFEW } from '../support/house.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const { daemon, run, curfew, as } = shareBoards()

test('board show --watch follows what happens on it, and only that', async (t) => {
  await curfew('task', 'add', 'seen', 'look')
  const watching = startCurfew(t, daemon.get().house, [
    'board',
    'show',
    'seen',
    '--watch',
    '--json',
  ])
  const tells = (what: string) =>
    waitFor(() => watching.lines().some((line) => line.includes(what)), { what })
  await tells('"pending":1')
  await curfew('task', 'add', 'unseen', 'look away')
  await as('eve')('task', 'claim', 'seen', '1')
  await tells('"in_progress":1')
  await as('eve')('task', 'done', 'seen', '1')
  await tells('"completed":1')
  for (const line of watching.lines()) SHAPES['board-shown'].parse(JSON.parse(line))
})

test(
  'on a terminal board show --watch draws from the top, as much as there is room for, until Ctrl-C',
  { skip: needs(needsLinux(), needsCommand('script')) },
  async (t) => {
    const { house } = daemon.get()
    const subject = `\u001B[2J${'wide 日本 '.repeat(20)}`
    const stdin = JSON.stringify(Array.from({ length: 12 }, () => ({ subject })))
    await run(['task', 'add', 'screen', '--from', '-'], { stdin })
    const line = `stty rows 8 cols 40; exec ${CURFEW.join(' ')} board show screen --watch`
    const env = { ...house.env, TERM: 'xterm', NO_COLOR: '1' }
    const terminal = startCommand(t, 'script', ['-qec', line, '/dev/null'], { env })
    const screens = () => terminal.stdout().split('\u001B[H\u001B[2J').slice(1)
    await waitFor(() => screens().length > 0, { what: 'a screen' })
    await as('eve')('task', 'claim', 'screen', '1')
    await waitFor(() => screens().at(-1)?.includes('● 1 \\x1b[2J'), { what: 'the claim' })
    for (const screen of screens()) {
      const lines = screen.trimEnd().split('\r\n')
      assert.equal(lines.length, 7, screen)
      assert.match(lines.at(-1) ?? '', /^… [89] more$/)
      assert.ok(lines.every((each) => widthOf(each) <= 40))
      assert.doesNotMatch(lines.join(''), /\p{Cc}/u)
    }
    terminal.send('\u0003')
    assert.equal((await terminal.ended).code, 130)
  },
)

test('claim --next --wait waits while others are at work, and ends when nothing is left', async (t) => {
  await curfew('task', 'add', 'line', 'first')
  await curfew('task', 'add', 'line', 'then', '--blocked-by', '1')
  await as('a')('task', 'claim', 'line', '--next')
  const args = ['task', 'claim', 'line', '--next', '--wait', '--as', 'b']
  const late = await run([...args.slice(0, 5), '50ms', '--as', 'b'])
  assert.deepEqual([late.code, late.stdout], [5, ''])
  const waiting = startCurfew(t, daemon.get().house, args)
  await as('a')('task', 'done', 'line', '1')
  assert.equal((await waiting.ended).code, 0, waiting.stderr())
  assert.equal(waiting.stdout(), '2\n')
  await curfew('task', 'done', 'line', '2', '--as', 'b')
  assert.equal((await run(args)).code, 4)
  assert.equal((await run(['task', 'claim', 'line', '2', '--wait', '--as', 'b'])).code, 2)
})
