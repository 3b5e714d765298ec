import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Command } from 'commander'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { createShell } from '../../src/cli/shell.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { jsonSchemaOf } from '../../src/offline/schema.ts'
import { runCurfew, runJson, startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'

type Shape = keyof typeof SHAPES

/** In the order of a life; each prints one JSON value of its shape. */
const LIFE: [string[], Shape, number][] = [
  [['status'], 'status', 0],
  [['events'], 'events', 0],
  [['doctor'], 'doctor', 0],
  [['paths'], 'paths', 0],
  [['config'], 'config', 0],
  [['config', 'check'], 'config', 0],
  [['force-unlock'], 'force-unlock', 0],
  [['stop'], 'stopped', 0],
  [['start'], 'started', 0],
  [['start'], 'started', 0],
  [['status'], 'status', 0],
  [['events'], 'events', 0],
  [['events', '--limit', '1'], 'events', 0],
  [['doctor'], 'doctor', 0],
  [['config'], 'config', 0],
  [['force-unlock'], 'error', 1],
  [['wrappers'], 'wrappers', 0],
  [['chores'], 'chores', 0],
  [['run', '--delay', '1h', '--', 'true'], 'run', 0],
  [['run', '--wait', '--', 'sh', '-c', 'echo x; exit 7'], 'run', 7],
  [['edit', '1', '--priority', '3'], 'run', 0],
  [['pause', '1'], 'jobs', 0],
  [['resume', '1'], 'jobs', 0],
  [['jobs'], 'jobs', 0],
  [['jobs', '--status', 'failed'], 'jobs', 0],
  [['job', '2'], 'job', 0],
  [['logs', '2'], 'logs', 0],
  [['wait', '2'], 'wait', 7],
  [['retry', '2', '--in-place'], 'run', 0],
  [['wait', '2'], 'wait', 7],
  [['job', '2'], 'job', 0],
  [['progress', '1/2', '--job', '1'], 'error', 5],
  [['kill', '1'], 'jobs', 0],
  [['remove', '1'], 'removed-jobs', 0],
  [['run', '--delay', '1h', '--group', 'gpu', '--', 'true'], 'error', 4],
  [['group', 'set', 'gpu', '--slots', '1'], 'group', 0],
  [['group'], 'groups', 0],
  [['group', 'list'], 'groups', 0],
  [['pause', '--group', 'gpu'], 'jobs', 0],
  [['group', 'remove', 'gpu'], 'removed-group', 0],
  [['group', 'remove', 'gpu'], 'error', 4],
  [['run', '--session', 's', '--wait', '--', 'true'], 'run', 0],
  [['followups'], 'followups', 0],
  [['followups', 'test', '--preset', 'codex', '--session', 's'], 'follow-up-trial', 0],
  [['followups', 'retry', '3'], 'followups-retried', 0],
  [['wait', '--session', 's'], 'followups', 0],
  [['ack', '3'], 'acknowledged', 0],
  [['ack', '77'], 'error', 4],
  [['session', 'end', 's'], 'session-end', 0],
  [['reports'], 'reports', 0],
  [['report', 'show', 'none'], 'error', 4],
  [['report', 'tail', '../none'], 'error', 2],
  [['report', 'prune', '--keep', '3'], 'removed-reports', 0],
  [['board', 'list'], 'boards', 0],
  [['board', 'show', 'b'], 'error', 4],
  [['task', 'add', 'b', 'one', '--meta', 'n:=1'], 'tasks-added', 0],
  [['task', 'add', 'b', 'two', '--blocked-by', '1', '--as', 'a'], 'tasks-added', 0],
  [['task', 'claim', 'b', '--next', '--as', 'a'], 'claim', 0],
  [['task', 'claim', 'b', '1', '--as', 'z'], 'claim', 5],
  [['task', 'claim', 'b', '--next', '--as', 'a'], 'claim', 5],
  [['task', 'renew', 'b', '1', '--as', 'a'], 'tasks-changed', 0],
  [['task', 'done', 'b', '1', '--as', 'z'], 'error', 5],
  [['task', 'done', 'b', '1', '--as', 'z', '--force'], 'tasks-changed', 0],
  [['task', 'edit', 'b', '2', '--subject', 'zwei', '--as', 'a'], 'tasks-changed', 0],
  [['task', 'edit', 'b', '2', '--priority', '1', '--version', '1', '--as', 'a'], 'error', 5],
  [['task', 'cancel', 'b', '2', '--as', 'a'], 'tasks-changed', 0],
  [['task', 'list', 'b'], 'tasks', 0],
  [['task', 'show', 'b', '2'], 'task', 0],
  [['task', 'drop', 'b', '2', '--as', 'a'], 'tasks-dropped', 0],
  [['board', 'create', 'c', '--role', 'r'], 'board', 0],
  [['task', 'release', 'b', '1', '--as', 'z'], 'error', 5],
  [['task', 'archive', 'b', '1', '--as', 'a'], 'tasks-changed', 0],
  [['task', 'restore', 'b', '1', '--as', 'a'], 'tasks-changed', 0],
  [['board', 'show', 'b'], 'board-shown', 0],
  [['board', 'export', 'b'], 'board-export', 0],
  [['board', 'import', 'd', '.'], 'board-import', 1],
  [['board', 'archive', 'c'], 'board', 0],
  [['board', 'reset', 'c'], 'board-reset', 0],
  [['chores', 'run', 'store'], 'chore', 0],
  [['chores', 'reset', 'store'], 'chore', 0],
  [['wake'], 'status', 0],
  [['bedtime'], 'status', 0],
  [['restart'], 'started', 0],
  [['stop'], 'stopped', 0],
  [['status'], 'status', 0],
  [['events'], 'events', 0],
  [['wrappers'], 'wrappers', 0],
  [['chores'], 'chores', 0],
  [['jobs'], 'jobs', 0],
  [['job', '2'], 'job', 0],
  [['logs', '2'], 'logs', 0],
  [['wait', '2'], 'wait', 7],
  [['followups'], 'followups', 0],
  [['reports', '--state', 'running'], 'reports', 0],
  [['report', 'prune'], 'removed-reports', 0],
  [['group'], 'groups', 0],
  [['board'], 'boards', 0],
  [['board', 'show', 'b', '--open'], 'board-shown', 0],
  [['board', 'export', 'b'], 'board-export', 0],
  [['task', 'list', 'b'], 'tasks', 0],
  [['task', 'show', 'b', '1'], 'task', 0],
  [['job', '99'], 'error', 4],
  [['clean'], 'removed-jobs', 0],
  [['run'], 'error', 2],
  [['nonsense'], 'error', 2],
]

test('what is printed with --json is of the shape that `curfew schema` describes, and nothing else is on stdout', async (t) => {
  const house = makeHouse(t)
  for (const [args, shape, code] of LIFE) {
    const result = await runCurfew(house, withJson(args))
    assert.equal(result.code, code, `${args.join(' ')}: ${result.stdout}${result.stderr}`)
    assert.match(result.stdout, /^[^\n]+\n$/, `${args.join(' ')} prints one line`)
    const value: unknown = JSON.parse(result.stdout)
    const parsed = strictly(shape).safeParse(value)
    assert.ok(parsed.success, `${args.join(' ')}: ${parsed.error?.message}\n${result.stdout}`)
  }
})

test('what lies in home for others is of its shape, and so is what crosses the socket', async (t) => {
  const house = makeHouse(t)
  const daemon = await startDaemon(t, { house })
  const { readFileSync } = await import('node:fs')
  strictly('lifecycle').parse(JSON.parse(readFileSync(house.paths.lifecycle, 'utf8')))
  strictly('hello').parse(await daemon.ask('hello'))
  strictly('status').parse(await daemon.status())
  strictly('reload').parse(await daemon.ask('reload'))
  strictly('events').parse(await askHouse(house, 'events', {}))
  strictly('stop').parse(await daemon.ask('stop', { why: 'test' }))
})

test('events -f --json prints one event a line', async (t) => {
  const daemon = await startDaemon(t)
  const follower = startCurfew(t, daemon.house, ['events', '-f', '--json'])
  await follower.line('{')
  await daemon.ask('reload')
  const { id } = await daemon.event('config_reloaded')
  strictly('event').parse(JSON.parse(await follower.line(`{"id":${id},`)))
})

test('schema lists every shape and prints each as JSON Schema', async (t) => {
  const house = makeHouse(t)
  const names = (await runCurfew(house, ['schema'])).stdout.trim().split('\n')
  assert.deepEqual(names, names.toSorted())
  for (const name of [...Object.keys(SHAPES), 'config-file', 'marker'])
    assert.ok(names.includes(name), name)
  for (const name of names)
    assert.match(String(Reflect.get(Object(jsonSchemaOf(name)), '$schema')), /json-schema\.org/)
  assert.deepEqual(await runJson(house, ['schema', 'status']), {
    code: 0,
    value: JSON.parse(JSON.stringify(jsonSchemaOf('status'))),
  })
})

test('every command that takes --json is in the life above', async () => {
  const tried = new Set(LIFE.flatMap(([[first, second]]) => [first, `${first} ${second}`]))
  const program = new Command().enablePositionalOptions()
  const shell = createShell({})
  for (const { load } of COMMANDS.values()) await (await load())(program, shell)
  const takesJson = program.commands.flatMap((command) => [
    ...(hasJson(command) ? [command.name()] : []),
    ...command.commands.filter(hasJson).map((each) => `${command.name()} ${each.name()}`),
  ])
  assert.ok(takesJson.length > 40, String(takesJson.length))
  assert.deepEqual(
    takesJson.filter((name) => !tried.has(name)),
    [],
  )
})

function hasJson({ options }: Command): boolean {
  return options.some(({ long }) => long === '--json')
}

test('times end in Z with milliseconds, ids grow, lists are newest first', async (t) => {
  const daemon = await startDaemon(t)
  writeFileSync(daemon.house.paths.wakeSignal, '')
  await daemon.event('woken')
  const events = await daemon.ask('events')
  assert.ok(events.length >= 2)
  const ids = events.map(({ id }) => id)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  )
  for (const { at } of events) assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const before = await daemon.ask('events', { before: ids[0] ?? 0, limit: 1 })
  assert.deepEqual(
    before.map(({ id }) => id),
    [ids[1]],
  )
})

/** Also what the shape does not mention is a mistake here. */
function strictly(shape: Shape): {
  safeParse: typeof SHAPES.error.safeParse
  parse: (value: unknown) => unknown
} {
  const schema = SHAPES[shape]
  const check = (value: unknown): void =>
    assert.deepEqual(schema.parse(value), value, `${shape} says it all`)
  return {
    safeParse: ((value: unknown) => {
      const result = schema.safeParse(value)
      if (result.success) check(value)
      return result
    }) as typeof SHAPES.error.safeParse,
    parse: (value) => {
      check(value)
      return value
    },
  }
}

/** Behind "--" it would be the job's. */
function withJson(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return end === -1 ? [...args, '--json'] : args.toSpliced(end, 0, '--json')
}
