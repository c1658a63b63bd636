/** Where a page of docs/ can be read by who has the package only: `docsUrl('reference/contract.md')`. */
export const docsUrl = (page: string): string => `https://github.com/loadgate/loadgate/blob/main/docs/${page}`
