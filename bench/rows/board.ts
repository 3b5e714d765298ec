import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { BoardView, TaskView } from '../../src/contract/boards.ts'
import { type Connection, connect } from '../measure/connection.ts'
import { makeHouse, startDaemon } from '../measure/house.ts'
import { lowerQuartile } from '../measure/numbers.ts'
import type { Figures, Row, Scale } from '../row.ts'

const CLAIMANTS = 8
const CLAIMED = 500
const MOST_AT_ONCE = 5_000
const BATCH = 100
const SIZES = { small: 100, usual: 3_000, large: 100_000 }

/** Boards through the daemon: one connection that is kept, one question after the other. */
export function boardRows(): Row[] {
  return [
    {
      name: 'task-add',
      what: 'one task onto a list of 3,000; against a commit of one row, as durable',
      unit: 'ms',
      aim: { kind: 'ratio', most: 3 },
      measure: addOne,
    },
    {
      name: 'task-flat',
      what: 'one task onto a list of 100,000; against one of 100',
      unit: 'ms',
      aim: { kind: 'ratio', most: 1.2 },
      measure: (scale) => bySize(scale, (api, list) => add(api, list, 1)),
    },
    {
      name: 'task-batch',
      what: '100 tasks at once, each; against one by one',
      unit: 'ms',
      aim: { kind: 'ratio', most: 0.3 },
      measure: addMany,
    },
    {
      name: 'task-list',
      what: 'a list of 100 among 100,000; against among 100',
      unit: 'ms',
      aim: { kind: 'ratio', most: 1.2 },
      measure: (scale) => bySize(scale, list100),
    },
    {
      name: 'task-claim',
      what: 'the first that is ready of 100,000; against of 100',
      unit: 'ms',
      aim: { kind: 'ratio', most: 1.2 },
      measure: (scale) =>
        bySize(scale, (api, list) => api.ask('POST', '/v1/tasks/claim', { list, as: 'ann' })),
    },
    {
      name: 'task-race',
      what: '8 processes claim 500 tasks, each once; against as many commits of one row',
      unit: 'ms',
      aim: { kind: 'figure', most: 300 },
      measure: race,
    },
  ]
}

async function addOne({ rounds }: Scale): Promise<Figures> {
  await using board = await openBoard()
  using floor = openFloor()
  await fill(board.api, 'l', SIZES.usual)
  const bare: number[] = []
  const curfew: number[] = []
  for (let round = 0; round < rounds * 8; round += 1) {
    bare.push(await timeOf(async () => floor.commit()))
    curfew.push(await timeOf(() => add(board.api, 'l', 1)))
  }
  return { floor: lowerQuartile(bare), curfew: lowerQuartile(curfew) }
}

async function addMany({ rounds }: Scale): Promise<Figures> {
  await using board = await openBoard()
  await fill(board.api, 'l', SIZES.usual)
  const single: number[] = []
  const batch: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    single.push(await timeOf(() => add(board.api, 'l', 1)))
    batch.push((await timeOf(() => add(board.api, 'l', BATCH))) / BATCH)
  }
  return { floor: lowerQuartile(single), curfew: lowerQuartile(batch) }
}

async function bySize(
  { rounds }: Scale,
  work: (api: Connection, list: string) => Promise<unknown>,
): Promise<Figures> {
  await using board = await openBoard()
  await fill(board.api, 'small', SIZES.small)
  await fill(board.api, 'large', SIZES.large)
  const small: number[] = []
  const large: number[] = []
  for (let round = 0; round < rounds * 2; round += 1) {
    small.push(await timeOf(() => work(board.api, 'small')))
    large.push(await timeOf(() => work(board.api, 'large')))
  }
  return { floor: lowerQuartile(small), curfew: lowerQuartile(large) }
}

async function race({ rounds }: Scale): Promise<Figures> {
  await using board = await openBoard()
  using floor = openFloor()
  const bare: number[] = []
  const curfew: number[] = []
  for (let round = 0; round < Math.max(3, rounds / 5); round += 1) {
    const list = `race ${round}`
    await fill(board.api, list, CLAIMED)
    bare.push(
      await timeOf(async () => {
        for (let at = 0; at < CLAIMED; at += 1) floor.commit()
      }),
    )
    curfew.push(await claimAll(board.socket, list))
    const { counts } = await board.api.ask<BoardView>('POST', '/v1/board', { list })
    if (counts.in_progress !== CLAIMED) throw new Error(`${counts.in_progress} were claimed`)
  }
  return { floor: lowerQuartile(bare), curfew: lowerQuartile(curfew) }
}

/** From the word on which all of them begin until the last one finds nothing more. */
async function claimAll(socket: string, list: string): Promise<number> {
  const script = join(import.meta.dirname, '../floors/claimant.cjs')
  const claimants = Array.from({ length: CLAIMANTS }, (_, at) => {
    const child = spawn(process.execPath, [script, socket, list, `c${at}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() }
  })
  await Promise.all(claimants.map(({ lines }) => lines.next()))
  const began = performance.now()
  for (const { child } of claimants) child.stdin.write('go\n')
  const had = await Promise.all(claimants.map(({ lines }) => lines.next()))
  const took = performance.now() - began
  const total = had.reduce((sum, { value }) => sum + Number(value), 0)
  if (total !== CLAIMED) throw new Error(`${total} of ${CLAIMED} were had`)
  return took
}

function add(api: Connection, list: string, count: number): Promise<unknown> {
  const tasks = Array.from({ length: count }, (_, at) => ({ subject: `task ${at}` }))
  return api.ask('POST', '/v1/tasks/add', { list, tasks })
}

async function list100(api: Connection, list: string): Promise<void> {
  const tasks = await api.ask<TaskView[]>('POST', '/v1/tasks', { list, limit: 100 })
  if (tasks.length !== 100) throw new Error(`${tasks.length} were listed`)
}

async function fill(api: Connection, list: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= MOST_AT_ONCE) {
    await add(api, list, Math.min(left, MOST_AT_ONCE))
  }
}

async function openBoard() {
  const house = makeHouse()
  const daemon = await startDaemon(house)
  const api = connect(house)
  return {
    api,
    socket: house.socket,
    [Symbol.asyncDispose]: async () => {
      api[Symbol.dispose]()
      await daemon[Symbol.asyncDispose]()
      house[Symbol.dispose]()
    },
  }
}

/** One row, one commit that outlives a power cut, as the store has it. */
function openFloor() {
  const folder = mkdtempSync(join(tmpdir(), 'cf-floor-'))
  const database = new DatabaseSync(join(folder, 'floor.db'))
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table t (id integer primary key, subject text)',
  )
  const insert = database.prepare('insert into t (subject) values (?)')
  return {
    commit: () => void insert.run('task'),
    [Symbol.dispose]: () => {
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
