/** What the projects of vitest.config.ts hand to their tests. */
declare module 'vitest' {
  interface ProvidedContext {
    setup: 'pglite' | 'postgres' | 'redis'
    /** Folder to copy. */
    pglite: string
    /** Server without a database's name. */
    postgres: string
    /** Server without a database's number. */
    redis: string
  }
}

export {}
