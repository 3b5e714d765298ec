/** The part of node:test's context that a clean-up needs. */
export interface Cleaning {
  after(fn: () => void | Promise<void>): void
}

type Step = () => unknown

const stepsOf = new WeakMap<Cleaning, Step[]>()

/** Runs the step when the test ends; the last one registered runs first, so programs die before their folder goes. */
export function onEnd(t: Cleaning, step: Step): void {
  const known = stepsOf.get(t)
  if (known) return void known.push(step)
  const steps = [step]
  stepsOf.set(t, steps)
  t.after(() => runBackwards(steps))
}

async function runBackwards(steps: Step[]): Promise<void> {
  const failures: unknown[] = []
  for (let step = steps.pop(); step; step = steps.pop()) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'cleaning up after the test failed')
}
