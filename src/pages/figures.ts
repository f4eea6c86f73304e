/** Figures side by side and tables, as the pages show them on which whoever runs a server looks how it gets on. */
import {html, type Html} from './html.ts'

/** Characters of one text in a table. */
const textLengthMax = 200

const counts = new Intl.NumberFormat('en-GB')
/** `1,234`. */
export const countText = (count: number): string => counts.format(count)

/** A number with what it is of, which leads to `path`, if anywhere. They stand in an element of the class `measures`. */
export const figure = (value: string, label: string, path?: string): Html => {
  const inside = html`<span class="figure">${value}</span><span class="soft small">${label}</span>`
  return path === undefined
    ? html`<div class="measure">${inside}</div>`
    : html`<a class="measure" href="${path}">${inside}</a>`
}

/** A table that moves sideways by itself where it is too wide; it is named by its first head. */
export const table = (heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${heads[0]}">
    <table>
      <thead>
        <tr>
          ${heads.map(head => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          row => html`<tr>
            ${row.map(cell => html`<td>${typeof cell === 'string' ? cell.slice(0, textLengthMax) : cell}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`
