/**
 * Where rows stand in a list of any length, when all but a few have the same height. Costs memory and time for the few
 * only: a list of 100,000 plain rows costs nothing.
 */
export class RowHeights {
  readonly rowPx: number;
  /** Places of the rows that are higher or lower, ascending; and by how much in all, up to and with each. */
  #places: number[] = [];
  #sums: number[] = [];

  constructor(rowPx: number) {
    this.rowPx = rowPx;
  }

  /** Distance of a row from the start of the list. */
  topOf(index: number): number {
    return index * this.rowPx + this.#extraBefore(index);
  }

  /** The row that holds this distance; the first or last of `count` rows for one outside. */
  indexAt(px: number, count: number): number {
    let [low, high] = [0, Math.max(0, count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.topOf(middle) <= px) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * @param heightPx as measured; the height of a plain row makes it plain again
   * @returns by how much everything below it moves; 0 for no change
   */
  set(index: number, heightPx: number): number {
    const at = this.#placeOf(index);
    const isKnown = this.#places[at] === index;
    const before = isKnown ? (this.#sums[at] ?? 0) - (this.#sums[at - 1] ?? 0) : 0;
    const moved = heightPx - this.rowPx - before;
    // Half pixels come and go with the zoom of the page.
    if (Math.abs(moved) < 0.5) return 0;
    if (heightPx === this.rowPx) {
      this.#places.splice(at, 1);
      this.#sums.splice(at, 1);
    } else if (!isKnown) {
      this.#places.splice(at, 0, index);
      this.#sums.splice(at, 0, this.#sums[at - 1] ?? 0);
    }
    for (let i = at; i < this.#sums.length; i++) this.#sums[i] = (this.#sums[i] ?? 0) + moved;
    return moved;
  }

  isPlain(index: number): boolean {
    return this.#places[this.#placeOf(index)] !== index;
  }

  #extraBefore(index: number): number {
    return this.#sums[this.#placeOf(index) - 1] ?? 0;
  }

  /** How many of the unusual rows stand before this one. */
  #placeOf(index: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
