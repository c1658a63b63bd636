/** What k6 puts into every script's global scope and its types leave to the DOM's. */
declare const console: Record<'debug' | 'info' | 'log' | 'warn' | 'error', (...what: unknown[]) => void>
