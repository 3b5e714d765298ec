import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { helpOf } from '../support/help-of.ts'
import { CURFEW, makeHouse } from '../support/house.ts'
import { startCommand } from '../support/program.ts'

test('--help lists every command, and each teaches by example', async (t) => {
  const house = makeHouse(t)
  const all = await runCurfew(house, ['--help'])
  assert.deepEqual([all.code, all.stderr], [0, ''])
  assert.match(all.stdout, /^Examples:\n {2}curfew start/m)
  const one = await runCurfew(house, ['stop', '--help'])
  assert.deepEqual(one, { ...one, code: 0, stdout: await helpOf(['stop']), stderr: '' })
  for (const name of COMMANDS.keys()) {
    assert.match(all.stdout, new RegExp(`^ {2}${name} `, 'm'))
    const page = await helpOf([name])
    assert.match(page, new RegExp(`^Usage: curfew ${name}`), name)
    assert.match(page, new RegExp(`^Examples:\n(?: {2}.*curfew.*\n)+`, 'm'), name)
    assert.match(page, /--home <DIR>/, name)
  }
  assert.equal(existsSync(house.home), false)
})

test('curfew alone, help, and help COMMAND show the help; --version the version', async (t) => {
  const house = makeHouse(t)
  const all = (await runCurfew(house, ['--help'])).stdout
  assert.deepEqual(await said(house, []), [0, all, ''])
  assert.deepEqual(await said(house, ['help']), [0, all, ''])
  assert.deepEqual(await said(house, ['-h']), [0, all, ''])
  assert.deepEqual(await said(house, ['help', 'stop']), await said(house, ['stop', '--help']))
  const version = await said(house, ['--version'])
  assert.match(String(version[1]), /^\d+\.\d+\.\d+\n$/)
  assert.deepEqual(await said(house, ['-V']), version)
})

const MISTAKES: [string[], number, RegExp][] = [
  [['statsu'], 2, /there is no command "statsu"; did you mean "status"\?; /],
  [['strat'], 2, /there is no command "strat"; did you mean "start"\?; /],
  [['xyzzy'], 2, /there is no command "xyzzy"; `curfew --help` lists them/],
  [['__proto__'], 2, /there is no command "__proto__"/],
  [['constructor'], 2, /there is no command "constructor"/],
  [['\u001b[31m'], 2, /there is no command "\\x1b\[31m"/],
  [['status', '--jsno'], 2, /unknown option '--jsno'; did you mean --json\?/],
  [['doctor', '--fxi'], 2, /unknown option '--fxi'; did you mean --fix\?/],
  [['stop', '--force'], 2, /unknown option '--force'/],
  [['status', 'extra'], 2, /too many arguments/],
  [
    ['events', '--limit', '0'],
    2,
    /argument '0' is invalid\. expected a whole number from 1 to 1000/,
  ],
  [['events', '--limit', '1e3'], 2, /argument '1e3' is invalid/],
  [['events', '--before', '-1'], 2, /argument '-1' is invalid/],
  [['events', '--limit'], 2, /argument missing/],
  [['--home'], 2, /argument missing/],
  [['--home', '/tmp/x'], 2, /no command is given/],
  [['help', 'statu'], 2, /there is no command "statu"; did you mean "status"\?/],
  [['session'], 2, /no command of `curfew session` is given; `curfew session --help` lists them/],
  [['hold', '--why', '', '--', 'true'], 2, /the reason is given as an empty text/],
  [['hold', '--', ''], 2, /the program to run is given as an empty name/],
  [['attend', '--', ''], 2, /the program to run is given as an empty name/],
  [['report', 'run', '--tool', 't', '--', ''], 2, /the program to run is given as an empty name/],
  [['config', 'chek'], 2, /./],
  [['completion', 'bahs'], 2, /./],
  [['schema', 'statu'], 4, /there is no shape "statu"; did you mean "status"\?/],
  [['schema', 'constructor'], 4, /there is no shape "constructor"/],
]

test('a mistake in what was typed: one line on stderr that names the nearest, nothing on stdout', async (t) => {
  const house = makeHouse(t)
  for (const [args, wanted, says] of MISTAKES) {
    const { code, stdout, stderr } = await runCurfew(house, args)
    assert.match(stderr, says, args.join(' '))
    assert.match(stderr, /^curfew: \P{Cc}+\n$/u, args.join(' '))
    assert.deepEqual([code, stdout], [wanted, ''], args.join(' '))
  }
  assert.equal(existsSync(house.home), false)
})

test('errors with --json are an object on stdout with the same exit code', async (t) => {
  const house = makeHouse(t)
  const refused = await startDaemon(t, { house })
  for (const [args, wanted, kind] of [
    [['statsu', '--json'], 2, 'usage'],
    [['status', '--jsn', '--json'], 2, 'usage'],
    [['events', '--limit', '0', '--json'], 2, 'usage'],
    [['status', '--json', '--home', '/'], 6, 'unusable'],
    [['force-unlock', '--json'], 1, 'failed'],
  ] as const) {
    const { code, value } = await runJson(refused.house, args)
    assert.deepEqual([code, SHAPES.error.parse(value).error.kind], [wanted, kind], args.join(' '))
    const { stderr } = await runCurfew(refused.house, args)
    assert.ok(!stderr.includes('curfew: '), 'said once')
  }
})

test('no colour off a terminal; on one there is, and NO_COLOR or a dumb pipe turns it off', async (t) => {
  const house = makeHouse(t)
  const plain = await runCurfew(house, ['status'])
  assert.doesNotMatch(plain.stdout, /(?!\n)\p{Cc}/u)
  const forced = await runCurfew(house, ['doctor'], {
    env: { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' },
  })
  assert.doesNotMatch(forced.stdout, /(?!\n)\p{Cc}/u)
  const terminal = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const line = [...CURFEW, 'status'].join(' ')
    const program = startCommand(t, 'script', ['-qec', line, '/dev/null'], {
      env: { ...house.env, TERM: 'xterm', ...env },
    })
    await program.ended
    return program.stdout()
  }
  assert.match(await terminal({}), /\p{Cc}\[1m/u)
  assert.doesNotMatch(await terminal({ NO_COLOR: '1' }), /(?![\r\n])\p{Cc}/u)
})

test('a reader that has seen enough ends a command quietly; a full disk does not pass for success', async (t) => {
  const house = makeHouse(t)
  const head = startCommand(
    t,
    'sh',
    ['-c', '{ "$@"; echo $? >&2; } | head -n 1', 'sh', ...CURFEW, 'schema', 'config-file'],
    {
      env: house.env,
    },
  )
  await head.ended
  assert.deepEqual([head.stdout(), head.stderr()], ['{\n', '0\n'])
  const full = startCommand(t, 'sh', ['-c', '"$@" > /dev/full', 'sh', ...CURFEW, 'paths'], {
    env: house.env,
  })
  assert.equal((await full.ended).code, process.platform === 'linux' ? 1 : full.child.exitCode)
  if (process.platform === 'linux')
    assert.equal(full.stderr(), 'curfew: writing to stdout: ENOSPC\n')
})

test('what follows ends when its reader goes away', async (t) => {
  const daemon = await startDaemon(t)
  const follower = startCurfew(t, daemon.house, ['events', '-f'])
  await follower.line('20')
  follower.child.stdout.destroy()
  for (let count = 0; count < 3; count += 1) await daemon.ask('reload')
  assert.equal((await follower.ended).code, 0, follower.stderr())
})

async function said(house: ReturnType<typeof makeHouse>, args: string[]): Promise<unknown[]> {
  const { code, stdout, stderr } = await runCurfew(house, args)
  return [code, stdout, stderr]
}
