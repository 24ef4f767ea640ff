// The data as columns, and what is derived from them.
const data = JSON.parse($('data').textContent);
const report = data.report;
const columns = data.tree;
const TYPE = {folder: 0, file: 1, symlink: 2, hardlink: 3, other: 4, folded: 5};
const TYPE_NAMES = ['folder', 'file', 'symbolic link', 'hard link', 'device or pipe', 'smaller files'];

const nodes = (() => {
  const count = columns.names.length;
  const parent = new Int32Array(count).fill(-1);
  const first = new Int32Array(count).fill(-1);
  const next = new Int32Array(count).fill(-1);
  const stored = new Float64Array(count);
  const lost = new Float64Array(count);
  const lastChild = new Int32Array(count).fill(-1);
  const way = [];
  for (let i = 0; i < count; i += 1) {
    way.length = columns.depth[i];
    const above = way.length ? way[way.length - 1] : -1;
    parent[i] = above;
    if (above >= 0) {
      if (lastChild[above] < 0) first[above] = i;
      else next[lastChild[above]] = i;
      lastChild[above] = i;
    }
    way.push(i);
    stored[i] = columns.final[i] + columns.lost[i];
    lost[i] = columns.lost[i];
  }
  for (let i = count - 1; i > 0; i -= 1) {
    stored[parent[i]] += stored[i];
    lost[parent[i]] += lost[i];
  }
  return {count, parent, first, next, stored, lost};
})();

function childrenOf(node) {
  const list = [];
  for (let i = nodes.first[node]; i >= 0; i = nodes.next[i]) list.push(i);
  return list;
}

function nameOf(node) {
  if (columns.type[node] === TYPE.folded) return `[${counted(columns.files[node], 'smaller path')}]`;
  return node === 0 ? '/' : columns.names[node];
}

function pathOf(node) {
  const parts = [];
  for (let i = node; i > 0; i = nodes.parent[i]) parts.push(nameOf(i));
  return '/' + parts.reverse().join('/');
}

const hasChildren = (node) => nodes.first[node] >= 0;
// A path that is in no container: all its bytes were lost, or a folder whose files all were.
const isGone = (node) => nodes.stored[node] > 0 && nodes.lost[node] === nodes.stored[node];

function versionsOf(node) {
  return columns.versions[node] || [];
}

// Layers by number that have to do with a path: made a version of it, or ended one.
const layersOf = (() => {
  const own = (node, want) => {
    for (const [layer, , cause, killer] of versionsOf(node)) {
      if (layer === want || (cause !== 0 && killer === want)) return true;
    }
    const hasEntry = columns.type[node] !== TYPE.folder;
    return hasEntry && columns.layer[node] === want;
  };
  const cache = new Map();
  // A mask over all nodes: 1 where the path or one below it belongs to the layer.
  return (want) => {
    if (!cache.has(want)) {
      const mask = new Uint8Array(nodes.count);
      for (let i = nodes.count - 1; i >= 0; i -= 1) {
        if (!mask[i] && own(i, want)) mask[i] = 1;
        if (mask[i] && i > 0) mask[nodes.parent[i]] = 1;
      }
      cache.set(want, mask);
    }
    return cache.get(want);
  };
})();

// People count from 1.
const layerName = (index) => `layer ${index + 1}`;
function placeOf(layer) {
  const place = layer.place;
  if (!place || !place.first_line) return '';
  const lines = place.last_line > place.first_line ? `${place.first_line}-${place.last_line}` : place.first_line;
  return `${place.file}:${lines}`;
}

// Colours: layers and kinds by their number, spread over the circle; the base's layers are grey.
const hue = (index) => (215 + index * 137.5) % 360;
function layerColor(index) {
  const layer = report.layers[index];
  if (layer && layer.is_base) return `hsl(220 8% calc(var(--light) + ${(index % 3) * 4 - 4}%))`;
  return `hsl(${hue(index)} var(--sat) var(--light))`;
}
function kindColor(kind) {
  return kind === 0 ? 'hsl(220 8% var(--light))' : `hsl(${hue(kind * 3 + 1)} var(--sat) var(--light))`;
}
function lostColor(ratio) {
  if (ratio <= 0) return 'hsl(155 28% var(--light))';
  return `hsl(${Math.round(40 - 36 * ratio)} calc(var(--sat) + ${Math.round(ratio * 14)}%) var(--light))`;
}
