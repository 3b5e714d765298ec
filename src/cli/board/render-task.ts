import type { TaskView } from '../../contract/boards.ts'
import { printableBlock, printableLine } from '../../domain/printable.ts'
import { paint } from '../style.ts'
import { COLOURS, MARKS, ownerText, standingOf } from './task-words.ts'

type Row = readonly [name: string, text: string]

const MOST = 2_000

/** One task with all there is to tell. */
export function renderTask(task: TaskView, nowMs: number): string {
  const standing = standingOf(task)
  const state = standing === 'ready' ? 'pending' : standing.replace('_', ' ')
  const mark = paint(COLOURS[standing], `${MARKS[standing]} ${state}`)
  const rows: readonly (Row | undefined)[] = [
    row('doing', task.active_form),
    row('owner', ownerText(task, nowMs)),
    row('wrapper', task.wrapper),
    row('lease', task.lease_expires_at === null ? null : `until ${task.lease_expires_at}`),
    row('after', task.blocked_by.join(', ')),
    row('before', task.blocks.join(', ')),
    row('priority', task.priority === 0 ? null : String(task.priority)),
    ...Object.entries(task.metadata).map(([key, value]) =>
      row(`- ${printableLine(key, 40)}`, typeof value === 'string' ? value : JSON.stringify(value)),
    ),
    row('created', task.created_at),
    row(
      'touched',
      `${task.updated_at}, version ${task.version}${task.untouched ? ', long ago' : ''}`,
    ),
    row('archived', task.archived_at),
  ]
  const head = `${paint('bold', `task ${task.id}`)} ${mark}: ${printableLine(task.subject, MOST)}`
  const body = rows
    .filter((each) => each !== undefined)
    .map(([name, text]) => `  ${paint('dim', name.padEnd(9))} ${text}`)
  const { description } = task
  const told = description === null || description === '' ? [] : ['', ...indented(description)]
  return `${[head, ...body, ...told].join('\n')}\n`
}

function indented(text: string): string[] {
  return printableBlock(text)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
}

function row(name: string, value: string | null): Row | undefined {
  return value === null || value === '' ? undefined : [name, printableLine(value, MOST)]
}
