/** Making and finding elements. Texts are set as text, never as markup: what clients send must stay what it is. */

export type Cell = string | { readonly text: string; readonly kind: 'number' | 'name' | 'soft' | 'pill' };

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

export function make(tag: string, className = '', text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** A host or address that may be cut behind a dot or before its port, so that no label and no port is torn. */
export function breakable(name: string): (string | HTMLElement)[] {
  const parts = name.split(/(?<=\.)|(?=:\d+$)/);
  return parts.flatMap((part, index) => (index === 0 ? [part] : [make('wbr'), part]));
}

/** Puts rows in the body of a table; `label` names each cell for narrow screens, where cells stand below each other. */
export function fillTable(body: HTMLElement, labels: readonly string[], rows: readonly (readonly Cell[])[]): void {
  body.replaceChildren(
    ...rows.map((cells) => {
      const row = make('tr');
      cells.forEach((cell, index) => {
        const { text, kind } = typeof cell === 'string' ? { text: cell, kind: '' } : cell;
        const element = make('td', kind);
        element.append(...(kind === 'name' ? breakable(text) : [text]));
        element.dataset['label'] = labels[index] ?? '';
        if (kind === 'name') element.title = text;
        row.append(element);
      });
      return row;
    }),
  );
}

/** Shows one of two elements: the content when there is some, else the sentence that says there is none. */
export function showWhen(isThere: boolean, content: HTMLElement, otherwise: HTMLElement): void {
  content.hidden = !isThere;
  otherwise.hidden = isThere;
}
