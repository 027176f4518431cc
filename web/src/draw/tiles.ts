// Where the units' tiles stand: each layer's in a block of its own, blocks side by side. Knows no page.

/** How the tiles of one layer are arranged: in rows, `across` in each. */
export interface Tiling {
  readonly units: number;
  /** Of one tile, in pixels. */
  readonly size: number;
  readonly across: number;
  readonly down: number;
}

export const TILE_GAP = 4;

/** From 24 px, which a finger still hits, to 40: as large as leaves the block about 360 px high. */
export function tiling(units: number): Tiling {
  const size = units <= 16 ? 40 : units <= 30 ? 32 : 24;
  const most = Math.floor((356 + TILE_GAP) / (size + TILE_GAP));
  const across = Math.min(Math.max(1, Math.ceil(units / most)), 5);
  return { units, size, across, down: Math.ceil(units / across) };
}

/** A block's left upper corner, and its tiles. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly tiling: Tiling;
}

/** Left upper corner of a tile. */
export function tileX({ x, tiling }: Block, unit: number): number {
  return x + (unit % tiling.across) * (tiling.size + TILE_GAP);
}
export function tileY({ y, tiling }: Block, unit: number): number {
  return y + Math.floor(unit / tiling.across) * (tiling.size + TILE_GAP);
}

export interface UnitAddress {
  readonly layer: number;
  readonly unit: number;
}

/** Where an arrow key leads: within a block, and over its side to the same height of the next one. */
export function stepTo(
  { layer, unit }: UnitAddress,
  key: string,
  tilings: readonly Tiling[],
): UnitAddress | undefined {
  const from = tilings[layer];
  if (!from) return undefined;
  const column = unit % from.across;
  const within = (to: number) => (to >= 0 && to < from.units ? { layer, unit: to } : undefined);
  switch (key) {
    case "ArrowUp":
      return within(unit - from.across);
    case "ArrowDown":
      return within(unit + from.across);
    case "ArrowLeft":
      return column > 0 ? within(unit - 1) : over(-1);
    case "ArrowRight":
      return (column < from.across - 1 ? within(unit + 1) : undefined) ?? over(1);
    case "Home":
      return within(0);
    case "End":
      return within(from.units - 1);
    default:
      return undefined;
  }

  function over(side: -1 | 1): UnitAddress | undefined {
    const to = tilings[layer + side];
    if (!from || !to) return undefined;
    // Blocks stand centered: the same height is the same distance from the middle.
    const pitch = (from.size + TILE_GAP) / (to.size + TILE_GAP);
    const middle = (Math.floor(unit / from.across) - (from.down - 1) / 2) * pitch;
    const row = Math.min(Math.max(Math.round(middle + (to.down - 1) / 2), 0), to.down - 1);
    const first = row * to.across;
    const last = Math.min(first + to.across, to.units) - 1;
    return { layer: layer + side, unit: side > 0 ? first : last };
  }
}
