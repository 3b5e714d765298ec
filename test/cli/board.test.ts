import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { shareBoards } from '../support/board-cli.ts'
import { CURFEW } from '../support/house.ts'
import { startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

const { daemon, run, curfew, as } = shareBoards()

test('two agents share a board: one has the task, the other is told who, and gets what was waiting', async () => {
  const [alice, bob] = [as('alice'), as('bob')]
  const first = await alice('task', 'add', 'garden', 'dig')
  assert.deepEqual(
    [first.stdout, first.stderr],
    ['1\n', 'curfew: board "garden" begins with it\n'],
    'a name that was mistyped would show',
  )
  const second = await alice('task', 'add', 'garden', 'sow', '--blocked-by', '1')
  assert.deepEqual([second.stdout, second.stderr], ['2\n', ''])
  const claimed = await alice('task', 'claim', 'garden', '--next')
  assert.deepEqual([claimed.code, claimed.stdout], [0, '1\n'])
  assert.match(claimed.stderr, /^curfew: task 1 is yours until \S+Z: dig\n$/)
  const owned = await bob('task', 'claim', 'garden', '1')
  assert.deepEqual([owned.code, owned.stdout, owned.stderr], [5, '', 'curfew: "alice" has it\n'])
  const blocked = await bob('task', 'claim', 'garden', '--next')
  assert.deepEqual([blocked.code, blocked.stderr], [5, 'curfew: all that is left waits for 1\n'])
  assert.equal((await bob('task', 'done', 'garden', '1')).code, 5)
  assert.match(
    (await alice('task', 'done', 'garden', '1')).stderr,
    /task 1 \(completed, alice\): dig/,
  )
  assert.equal((await bob('task', 'claim', 'garden', '--next')).stdout, '2\n')
  assert.match(
    (await curfew('board', 'show', 'garden')).stdout,
    /^board "garden"\n.*\nseen: (?:alice|bob) .*\n✓ 1 dig {2}alice\n└─ ● 2 sow {2}bob, \S+ m left\n$/,
  )
  await bob('task', 'done', 'garden', '2')
  const over = await bob('task', 'claim', 'garden', '--next')
  assert.deepEqual([over.code, over.stderr], [4, 'curfew: nothing is left to be claimed\n'])
})

test('who does it is --as, else CURFEW_AGENT, else the session; without any that is wrong usage', async () => {
  for (const [env, args, owner] of [
    [{ CURFEW_AGENT: 'a', CURFEW_SESSION: 's' }, ['--as', 'x'], 'x'],
    [{ CURFEW_AGENT: 'a', CURFEW_SESSION: 's' }, [], 'a'],
    [{ CURFEW_AGENT: '', CURFEW_SESSION: 's' }, [], 's'],
  ] as const) {
    await curfew('task', 'add', 'who', 'x')
    await run(['task', 'claim', 'who', '--next', ...args], { env })
    const { stdout } = await curfew('task', 'list', 'who', '-n', '1', '--json')
    assert.equal(SHAPES.tasks.parse(JSON.parse(stdout))[0]?.owner, owner)
  }
  const nameless = await Promise.all(
    ['claim', 'release', 'drop', 'edit'].map((verb) =>
      curfew('task', verb, 'who', '1', ...(verb === 'edit' ? ['--priority', '2'] : [])),
    ),
  )
  for (const { code, stderr } of nameless) {
    assert.deepEqual([code, stderr.startsWith('curfew: it is not said who you are;')], [2, true])
  }
})

test('T3: an owner is a name and a wrapper: namesakes elsewhere may not finish it', async () => {
  await curfew('task', 'add', 'twins', 'x')
  const here = { env: { CURFEW_AGENT: 'twin', CURFEW_WRAPPER: 'here' } }
  assert.equal((await run(['task', 'claim', 'twins', '1'], here)).code, 0)
  const there = { env: { CURFEW_AGENT: 'twin', CURFEW_WRAPPER: 'there' } }
  const refused = await run(['task', 'done', 'twins', '1'], there)
  assert.deepEqual([refused.code, /in wrapper here/.test(refused.stderr)], [5, true])
  assert.equal((await run(['task', 'done', 'twins', '1'], here)).code, 0)
})

const RING = `[{"subject":"a","blocked_by":["#${2}"]},{"subject":"b","blocked_by":["#${1}"]}]`

test('T1: many from a file or from stdin, all or none, their ids one a line', async (t) => {
  const file = join(tempDir(t), 'plan.json')
  writeFileSync(file, JSON.stringify([{ subject: 'a' }, { subject: 'b', blocked_by: [`#${1}`] }]))
  assert.equal((await curfew('task', 'add', 'plan', '--from', file)).stdout, '1\n2\n')
  const more = await run(['task', 'add', 'plan', '--from', '-'], { stdin: '{"subject":"c"}' })
  assert.equal(more.stdout, '3\n')
  const { stdout } = await curfew('task', 'show', 'plan', '2', '--json')
  assert.deepEqual(SHAPES.task.parse(JSON.parse(stdout)).blocked_by, [1])
  for (const [stdin, code, said] of [
    ['[{"subject":"d"},{"subject":7}]', 2, /^curfew: #[2]: subject: expected text\n/],
    [RING, 5, /task #[2] would wait for itself: #[2] → #[1] → #[2]; nothing was added/],
    [`${'['.repeat(9_000)}${']'.repeat(9_000)}`, 2, /is nested deeper than 32 levels/],
    ['[{"subject":"d"},{"subject":"e","blocked_by":[99]}]', 4, /99/],
    ['{"subject"', 2, /stdin is no JSON/],
    ['[]', 2, /at least one task/],
  ] as const) {
    const bad = await run(['task', 'add', 'plan', '--from', '-'], { stdin })
    assert.deepEqual([bad.code, bad.stdout], [code, ''], stdin)
    assert.match(bad.stderr, said)
  }
  assert.equal((await curfew('task', 'add', 'plan', 'f')).stdout, '4\n', 'no id was lost')
  assert.equal((await curfew('task', 'add', 'plan')).code, 2)
  assert.equal((await curfew('task', 'add', 'plan', 'x', '--from', file)).code, 2)
  assert.equal((await curfew('task', 'add', 'plan', '--from', `${file}.no`)).code, 4)
  writeFileSync(file, Buffer.from([0x22, 0xff, 0x22]))
  for (const [from, said] of [
    [file, 'is not UTF-8'],
    ['/dev/zero', 'has more than 64 MiB'],
  ] as const) {
    const bad = await curfew('task', 'add', 'plan', '--from', from)
    assert.deepEqual([bad.code, bad.stderr], [2, `curfew: file ${from} ${said}\n`])
  }
  const single = await curfew('task', 'add', 'plan', '')
  assert.equal(single.stderr, 'curfew: subject: expected text that is not empty\n')
})

test('T4, T5: edit tells what is different; versions, null, force and what takes nothing to do', async () => {
  const a = as('a')
  await a('task', 'add', 'edit', 'x', '--meta', 'k=v', '--meta', 'n:=[1]')
  const { stderr } = await a('task', 'edit', 'edit', '1', '--subject', 'y', '--meta', 'k:=null')
  assert.equal(stderr, 'curfew: task 1 (pending): y; changed subject, metadata\n')
  const { stdout } = await a('task', 'show', 'edit', '1', '--json')
  const { metadata, version } = SHAPES.task.parse(JSON.parse(stdout))
  assert.deepEqual(metadata, { n: [1] })
  const same = await a('task', 'edit', 'edit', '1', '--subject', 'y', '--version', `${version}`)
  assert.match(same.stderr, /nothing had to be changed/)
  const late = await a('task', 'edit', 'edit', '1', '--subject', 'z', '--version', '1')
  assert.deepEqual([late.code, /version/.test(late.stderr)], [5, true])
  assert.equal((await a('task', 'edit', 'edit', '1')).code, 2)
  assert.equal((await a('task', 'edit', 'edit', '1', '--status', 'in-progress')).code, 0)
  assert.equal((await as('b')('task', 'edit', 'edit', '1', '--owner', 'b')).code, 5)
  assert.equal((await as('b')('task', 'edit', 'edit', '1', '--owner', 'b', '--force')).code, 0)
  for (const [verb, said] of [
    ['release', 'pending'],
    ['cancel', 'cancelled'],
    ['archive', 'archived'],
    ['restore', 'cancelled'],
  ] as const) {
    const { code, stderr: told } = await as('b')('task', verb, 'edit', '1')
    assert.deepEqual([code, told], [0, `curfew: task 1 (${said}): y\n`])
  }
  const dropped = await as('b')('task', 'drop', 'edit', '1')
  assert.deepEqual([dropped.code, dropped.stderr], [0, 'curfew: task 1 dropped\n'])
  const typo = await a('task', 'edit', 'edit', '1', '--status', 'compleded')
  assert.match(typo.stderr, /did you mean "completed"/)
})

test('an edit by somebody else is no force, and what was put away waits for nobody', async () => {
  await curfew('task', 'add', 'meant', 'x')
  await as('carol')('task', 'edit', 'meant', '1', '--owner', 'carol')
  await as('bob')('task', 'edit', 'meant', '1', '--priority', '2')
  const refused = await as('bob')('task', 'claim', 'meant', '1')
  assert.deepEqual([refused.code, refused.stderr], [5, 'curfew: it is meant for "carol"\n'])
  assert.doesNotMatch((await curfew('events', '-n', '5')).stdout, /by force/)
  await as('bob')('task', 'archive', 'meant', '1')
  assert.match((await curfew('task', 'show', 'meant', '1')).stdout, /^task 1 · archived: x\n/)
})

test('what has no room on stderr is done all the same, and nothing is taken in from no name', async (t) => {
  const line = (...args: string[]) => [...CURFEW, ...args].map((each) => `'${each}'`).join(' ')
  await curfew('task', 'add', 'full', 'x')
  await as('a')('task', 'claim', 'full', '1')
  const words = `${line('task', 'done', 'full', '1', '--as', 'a')} 2>/dev/full`
  const { env } = daemon.get().house
  assert.equal((await startCommand(t, 'sh', ['-c', words], { env }).ended).code, 0)
  const nameless = await curfew('board', 'import', 'full', '')
  assert.deepEqual([nameless.code, /empty name/.test(nameless.stderr)], [2, true])
  const folder = tempDir(t)
  writeFileSync(join(folder, '0001.json'), '{')
  assert.equal((await curfew('board', 'import', 'none', folder)).code, 1)
})

test('mistyped names of boards, commands and flags name the nearest one', async () => {
  await curfew('board', 'create', 'harvest')
  for (const [args, code, guess] of [
    [['board', 'show', 'harvets'], 4, 'harvest'],
    [['task', 'list', 'harvst'], 4, 'harvest'],
    [['task', 'claim', 'havest', '--next', '--as', 'a'], 4, 'harvest'],
    [['board', 'exprot', 'harvest'], 2, 'export'],
    [['task', 'clami', 'harvest', '1'], 2, 'claim'],
    [['task', 'claim', 'harvest', '--nxet'], 2, '--next'],
  ] as const) {
    const { code: is, stderr, stdout } = await run(args)
    assert.deepEqual([is, stdout], [code, ''], args.join(' '))
    assert.match(stderr, new RegExp(`^curfew: .*did you mean "?${guess}"?\\?.*\\n$`))
  }
})

test('T6: the name of a board is data, whatever it is', async () => {
  const odd = ['../x', 'a/b c', '__proto__', '-x', 'é\n\u001b[2J', '🙂'.repeat(2_500)]
  await Promise.all(
    odd.map(async (name) => {
      assert.equal((await curfew('task', 'add', '--', name, 'one')).stdout, '1\n', name)
      const { code, stdout } = await curfew('board', 'show', '--', name)
      assert.deepEqual([code, stdout.endsWith('○ 1 one\n')], [0, true], name)
      assert.doesNotMatch(stdout, /(?!\n)\p{Cc}|\n\n/u)
    }),
  )
  const { stdout } = await curfew('board', 'list', '--json')
  const names = SHAPES.boards.parse(JSON.parse(stdout)).map(({ list }) => list)
  assert.ok(names.includes('é\n\u001b[2J') && names.includes('__proto__'))
})

test('a board goes out as JSON and comes back; files that cannot be read are named, the rest is taken in', async (t) => {
  const folder = tempDir(t)
  await curfew('task', 'add', 'from', 'one', '--description', 'text', '--meta', 'k=v')
  await curfew('task', 'add', 'from', 'two', '--blocked-by', '1')
  await curfew('task', 'drop', 'from', '1', '--as', 'a')
  const { stdout } = await curfew('board', 'export', 'from')
  writeFileSync(join(folder, 'board.json'), stdout)
  const taken = await run(['board', 'import', 'to', 'board.json'], { cwd: folder })
  assert.deepEqual([taken.code, taken.stderr], [0, 'curfew: took in 1 task\n'])
  assert.deepEqual(
    JSON.parse((await curfew('board', 'export', 'to')).stdout).tasks.map(
      (each: { id: number }) => each.id,
    ),
    [2],
  )
  const old = join(folder, 'old')
  mkdirSync(old)
  writeFileSync(
    join(old, '0003.json'),
    JSON.stringify({ id: 3, subject: 'three', status: 'pending' }),
  )
  writeFileSync(join(old, '0004.json'), '{')
  writeFileSync(join(old, '.highwatermark'), '7')
  const partly = await curfew('board', 'import', 'old', old)
  assert.match(partly.stderr, /0004\.json.*\ncurfew: took in 1 task\n$/)
  assert.equal((await curfew('task', 'add', 'old', 'next')).stdout, '8\n')
})

test('subjects from anywhere do not reach the terminal raw', async () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\u202e'
  const made = await as('eve')(
    'task',
    'add',
    'evil',
    evil,
    '--description',
    evil,
    '--meta',
    `k=${evil}`,
  )
  assert.equal(made.code, 0, made.stderr)
  const said = await Promise.all([
    as('eve')('task', 'claim', 'evil', '1'),
    curfew('board', 'show', 'evil'),
    curfew('task', 'list', 'evil'),
    curfew('task', 'show', 'evil', '1'),
    curfew('board'),
    curfew('events', '-n', '20'),
  ])
  for (const { stdout, stderr } of said)
    assert.doesNotMatch(stdout + stderr, /(?!\n)[\p{Cc}\p{Cf}]/u)
})
