/** https://github.com/grafana/k6-jslib-summary, as far as it is used. */
declare module 'jslib:k6-summary' {
  export function textSummary(data: unknown, options: { indent: string; enableColors: boolean }): string
  export function jUnit(data: unknown, options: { name: string; classname: string }): string
}
