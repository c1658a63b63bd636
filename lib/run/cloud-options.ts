/** What `loadgate build --cloud` asks of k6 Cloud: its load zones, each with its share of the load in percent. */
export interface CloudOptions {
  distribution?: Record<string, { loadZone: string; percent: number }>
}
