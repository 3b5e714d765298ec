import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { runCurfew } from '../support/cli.ts'
import { houseWithCurfewOnPath } from '../support/curfew-on-path.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needsCommand } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { putReport } from '../support/reports.ts'

const inBash = { skip: needsCommand('bash') }

test('completion: bash completes commands, options and values', inBash, async (t) => {
  const house = houseWithCurfewOnPath(t)
  const complete = openBash(t, house)
  assert.deepEqual(
    (await complete('curfew ')).filter((name) => COMMANDS.has(name)).sort(),
    [...COMMANDS.keys()].sort(),
  )
  assert.deepEqual(await complete('curfew st'), ['start', 'status', 'stop'])
  assert.deepEqual(await complete('curfew force'), ['force-unlock'])
  const options = await complete('curfew status --')
  for (const option of ['--json', '--watch', '--home'])
    assert.ok(options.includes(option), options.join())
  assert.ok((await complete('curfew schema ')).includes('config-file'))
  assert.deepEqual(await complete('curfew schema force'), ['force-unlock'])
  assert.deepEqual(await complete('curfew config ch'), ['check'])
  assert.deepEqual(
    await complete('curfew schema $(touch${IFS}hit) '),
    [],
    'what was typed is not run',
  )
  assert.deepEqual(readdirSync(house.folder), ['bin'], 'completing touches nothing')
})

test('completion: jobs, groups and statuses are offered as they are', inBash, async (t) => {
  const house = houseWithCurfewOnPath(t)
  const complete = openBash(t, house)
  const job = await runCurfew(house, ['run', '--wait', '--', 'true'])
  const waiting = await runCurfew(house, ['run', '--delay', '1h', '--', 'true'])
  await runCurfew(house, ['group', 'set', 'gpu', '--slots', '2'])
  const [ended, queued] = [job.stdout.trim(), waiting.stdout.trim()]
  assert.deepEqual(await complete('curfew job '), [ended, queued])
  assert.deepEqual(await complete('curfew kill '), [queued])
  assert.deepEqual(await complete('curfew retry '), [ended])
  assert.deepEqual(await complete('curfew group set '), ['default', 'gpu'])
  assert.ok((await complete('curfew jobs --status ')).includes('timed_out'))
  await runCurfew(house, ['stop'])
  assert.deepEqual(await complete('curfew job '), [ended, queued], 'with no daemon too')
})

test('completion: reports are offered as they are', inBash, async (t) => {
  const house = houseWithCurfewOnPath(t)
  const complete = openBash(t, house)
  mkdirSync(house.paths.reports, { recursive: true, mode: 0o700 })
  for (const id of ['r-one', 'r-two']) putReport(house.paths.reports, id, { state: 'failed' })
  const both = ['r-one', 'r-two']
  assert.deepEqual((await complete('curfew report show r-')).toSorted(), both)
  assert.deepEqual((await complete('curfew report tail ')).toSorted(), both)
  assert.ok((await complete('curfew reports --state ')).includes('cancelled'))
})

test('completion: boards, the tasks of the one that was typed, and statuses', inBash, async (t) => {
  const house = houseWithCurfewOnPath(t)
  const complete = openBash(t, house)
  await runCurfew(house, ['task', 'add', 'garden', 'dig'])
  await runCurfew(house, ['task', 'add', 'garden', 'sow', '--blocked-by', '1'])
  await runCurfew(house, ['task', 'claim', 'garden', '1', '--as', 'a'])
  for (const name of ['needs quotes', '$(touch hit)', '-x']) {
    await runCurfew(house, ['board', 'create', '--', name])
  }
  assert.deepEqual(await complete('curfew task cl'), ['claim'])
  assert.deepEqual(await complete('curfew board show '), ['garden'])
  assert.deepEqual(await complete('curfew task show garden '), ['1', '2'])
  assert.deepEqual(await complete('curfew task done garden '), ['1'])
  assert.deepEqual(await complete('curfew task claim garden '), [], 'what is ready')
  assert.ok((await complete('curfew task list garden --status ')).includes('cancelled'))
  await runCurfew(house, ['stop'])
  assert.deepEqual(await complete('curfew task show garden '), ['1', '2'])
})

test('completion: each shell gets a script that its own check takes', async (t) => {
  const house = makeHouse(t)
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout, stderr } = await runCurfew(house, ['completion', shell])
    assert.deepEqual([code, stderr], [0, ''], shell)
    assert.match(stdout, /curfew/)
    if (needsCommand(shell) !== false) continue
    const file = join(house.folder, `completion.${shell}`)
    writeFileSync(file, stdout)
    const checked = startCommand(t, shell, ['-n', file])
    assert.deepEqual([(await checked.ended).code, checked.stderr()], [0, ''], shell)
  }
})

test('completion: without a shell, or with an unknown one, that is wrong usage', async (t) => {
  const house = makeHouse(t)
  for (const args of [['completion'], ['completion', 'tcsh']]) {
    const { code, stderr } = await runCurfew(house, args)
    assert.equal(code, 2)
    assert.match(stderr, /^curfew: [^\n]+\n$/)
  }
})

type Complete = (line: string) => Promise<string[]>

/** What a bash that has loaded the completion, twice, offers after TAB behind a line. */
function openBash(t: TestContext, house: House): Complete {
  const script = `
    source <(curfew completion bash)
    source <(curfew completion bash)
    spec=$(complete -p curfew)
    wanted='-F ([^ ]+)'
    [[ $spec =~ $wanted ]] || exit 8
    offer=\${BASH_REMATCH[1]}
    while IFS= read -r line; do
      COMP_LINE=$line COMP_POINT=\${#line} COMPREPLY=()
      read -r -a COMP_WORDS <<<"$line"
      [[ $line == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      "$offer" curfew "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}" </dev/null
      printf '%s\\n' "\${#COMPREPLY[@]}" "\${COMPREPLY[@]}"
    done
  `
  const bash = startCommand(t, 'bash', ['--norc', '-c', script], {
    env: house.env,
    cwd: house.folder,
  })
  return async (line) => {
    bash.send(line)
    const count = Number(await bash.nextLine())
    const offered: string[] = []
    for (let at = 0; at < count; at += 1) offered.push((await bash.nextLine()).trim())
    assert.equal(bash.stderr(), '')
    return offered.filter((each) => each !== '').sort()
  }
}
