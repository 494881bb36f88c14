import type { TestApp } from './setup.ts'

/** The same app, but reading the document of that name takes too long. */
export function withSlow(app: TestApp, ref: string): TestApp {
  const { threads } = app.deps
  const run = <Out>(task: string, input: unknown, timeoutMs?: number): Promise<Out> => {
    const { document = input } = input as { document?: unknown }
    const isSlow = (document as { ref?: string }).ref === ref
    if (isSlow) return Promise.reject(new RangeError(`${task} took too long`))
    return threads.run<Out>(task, input, timeoutMs)
  }
  return { ...app, deps: { ...app.deps, threads: { ...threads, run } } }
}
