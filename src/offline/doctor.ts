import type { CheckView, DoctorView } from '../contract/shapes.ts'
import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { type Finding, type DoctorDeps, CHECKS } from './checks.ts'

const SEVERITY = { ok: 0, warn: 1, fail: 2 } as const

/** Runs every check; with `fix`, mends what can be mended without asking and looks again. */
export async function examine(deps: DoctorDeps, fix: boolean): Promise<DoctorView> {
  const checks: CheckView[] = []
  for (const [name, check] of CHECKS) {
    const first = await attempt(() => check(deps))
    checks.push(await mended(name, first, fix, () => attempt(() => check(deps))))
  }
  const worst = checks.reduce<CheckView['status']>(
    (so, { status }) => (SEVERITY[status] > SEVERITY[so] ? status : so),
    'ok',
  )
  return { status: worst, checks }
}

async function mended(
  name: string,
  found: Finding,
  fix: boolean,
  again: () => Promise<Finding>,
): Promise<CheckView> {
  if (!fix || found.fix === undefined) return view(name, found, false)
  await found.fix()
  const after = await again()
  return view(name, after.status === 'ok' ? { ...after, why: `mended: ${found.why}` } : after, true)
}

/** A check that breaks is a finding too. */
async function attempt(check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check()
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { message, hint } = error.problem
    return { status: 'fail', why: message, mend: hint }
  }
}

function view(name: string, { status, why, mend }: Finding, fixed: boolean): CheckView {
  return { name, status, why: printableLine(why, 400), mend: mend ?? null, fixed }
}
