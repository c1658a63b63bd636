/** What of the package is used here; it comes without types. */
declare module 'swagger2openapi' {
  export function convertObj(
    swagger: unknown,
    options: { patch?: boolean; warnOnly?: boolean; resolve?: boolean },
  ): Promise<{ openapi: unknown }>
}
