// The map: a squarified treemap (Bruls, Huizing, van Wijk 2000) of nested boxes. The boxes of the
// shown folder take the focus; what is inside of them is for the eye.
const map = (() => {
  const box = $('map');
  const HEAD = 17;
  const MIN_SIDE = 4;
  const MAX_TILES = 4000;
  let shown = 0;
  let mode = 'layer';
  let focused = -1;
  let tiles = 0;
  let drawn = '';  // the size it was drawn for

  // Rectangles for values (big first) in the given one.
  function squarify(items, x, y, width, height) {
    const out = [];
    let total = items.reduce((sum, item) => sum + item.value, 0);
    let at = 0;
    while (at < items.length && total > 0 && width > 0 && height > 0) {
      const side = Math.min(width, height);
      const scale = width * height / total;
      let sum = 0;
      let end = at;
      let worst = Infinity;
      while (end < items.length) {
        const next = sum + items[end].value;
        const strip = next * scale / side;
        const big = items[at].value * scale / strip;
        const small = items[end].value * scale / strip;
        const ratio = Math.max(strip / small, big / strip, strip / big, small / strip);
        if (ratio > worst) break;
        worst = ratio;
        sum = next;
        end += 1;
      }
      const strip = sum * scale / side;
      let offset = 0;
      for (let i = at; i < end; i += 1) {
        const length = items[i].value * scale / strip;
        out.push(width >= height
          ? {node: items[i].node, x, y: y + offset, width: strip, height: length}
          : {node: items[i].node, x: x + offset, y, width: length, height: strip});
        offset += length;
      }
      if (width >= height) {
        x += strip;
        width -= strip;
      } else {
        y += strip;
        height -= strip;
      }
      total -= sum;
      at = end;
    }
    return out;
  }

  function weighed(node) {
    const weight = mode === 'lost-only' ? nodes.lost : nodes.stored;
    return childrenOf(node).map((child) => ({node: child, value: weight[child]}))
      .filter((item) => item.value > 0).sort((a, b) => b.value - a.value || a.node - b.node);
  }

  // The layer or kind of the biggest file of a folder.
  const dominant = (() => {
    const cache = {};
    return (column) => {
      if (cache[column]) return cache[column];
      const best = new Int32Array(nodes.count);
      const most = new Float64Array(nodes.count);
      for (let i = nodes.count - 1; i >= 0; i -= 1) {
        const own = columns.final[i] + columns.lost[i];
        if (own >= most[i]) {
          most[i] = own;
          best[i] = columns[column][i];
        }
        const above = nodes.parent[i];
        if (above >= 0 && most[i] > most[above]) {
          most[above] = most[i];
          best[above] = best[i];
        }
      }
      cache[column] = best;
      return best;
    };
  })();

  function colorOf(node) {
    if (mode === 'layer') return layerColor(dominant('layer')[node]);
    if (mode === 'kind') return kindColor(dominant('kind')[node]);
    return lostColor(nodes.lost[node] / nodes.stored[node]);
  }

  function describe(node) {
    const lost = nodes.lost[node];
    const parts = [nameOf(node), bytes(nodes.stored[node])];
    if (lost > 0) parts.push(`${bytes(lost)} lost`);
    if (hasChildren(node)) parts.push('folder');
    return parts.join(', ');
  }

  function draw(rect, depth, into) {
    const {node, x, y, width, height} = rect;
    if (width < MIN_SIDE || height < MIN_SIDE || tiles >= MAX_TILES) return;
    tiles += 1;
    const top = depth === 0;
    const striped = (mode === 'layer' || mode === 'kind') && isGone(node) && !hasChildren(node);
    const tile = el('div', {class: (top ? 'tile top-tile' : 'tile deep') + (striped ? ' is-lost' : ''), 'data-node': node});
    tile.style.cssText = `left:${x}px;top:${y}px;width:${width}px;height:${height}px;background:${colorOf(node)}`;
    if (top) {
      tile.setAttribute('role', 'button');
      tile.setAttribute('aria-label', describe(node));
      tile.tabIndex = -1;
    } else {
      tile.setAttribute('aria-hidden', 'true');
    }
    const labelled = width > 44 && height > 16;
    if (labelled) {
      const caption = el('span', {class: 'cap'}, nameOf(node));
      if (width > 130) caption.append(el('small', {}, '  ' + bytes(nodes.stored[node])));
      tile.append(caption);
    }
    into.append(tile);
    const head = labelled ? HEAD : 2;
    if (hasChildren(node) && width > 24 && height > head + 12) {
      const inner = squarify(weighed(node), 2, head, width - 6, height - head - 4);
      for (const child of inner) draw(child, depth + 1, tile);
    }
  }

  function crumbs() {
    const way = [];
    for (let i = shown; i >= 0; i = nodes.parent[i]) way.push(i);
    const parts = [];
    for (const node of way.reverse()) {
      if (node === shown) parts.push(el('span', {'aria-current': 'location'}, nameOf(node)));
      else parts.push(el('button', {type: 'button', onclick: () => open(node)}, nameOf(node)), el('span', {'aria-hidden': true}, '›'));
    }
    $('crumbs').replaceChildren(...parts);
  }

  function legend() {
    const items = [];
    const add = (color, text) => {
      const dot = el('i', {});
      dot.style.background = color;
      items.push(el('li', {}, dot, text));
    };
    const seen = new Map();
    const column = mode === 'kind' ? 'kind' : 'layer';
    if (mode === 'layer' || mode === 'kind') {
      const stack = [shown];
      while (stack.length) {
        const node = stack.pop();
        const own = columns.final[node] + columns.lost[node];
        if (own > 0) seen.set(columns[column][node], (seen.get(columns[column][node]) || 0) + own);
        for (let i = nodes.first[node]; i >= 0; i = nodes.next[i]) stack.push(i);
      }
      const biggest = [...seen].sort((a, b) => b[1] - a[1]).slice(0, 12);
      for (const [id, sum] of biggest) {
        const name = mode === 'layer'
          ? layerName(id) + (report.layers[id] && report.layers[id].is_base ? ' (base)' : '')
          : data.kinds[id].title;
        add(mode === 'layer' ? layerColor(id) : kindColor(id), `${name}, ${bytes(sum)}`);
      }
      if (nodes.lost[shown] > 0) items.push(el('li', {}, el('i', {class: 'striped'}), 'lost'));
    } else {
      add(lostColor(0), 'in the container');
      add(lostColor(0.5), 'half of it lost');
      add(lostColor(1), 'lost');
    }
    $('legend').replaceChildren(...items);
  }

  function render() {
    const width = box.clientWidth;
    const height = box.clientHeight;
    const hadFocus = box.contains(document.activeElement);
    drawn = `${width}x${height}`;
    tiles = 0;
    const rects = squarify(weighed(shown), 0, 0, width, height);
    const fragment = document.createDocumentFragment();
    for (const rect of rects) draw(rect, 0, fragment);
    box.replaceChildren(fragment);
    if (!box.firstChild) {
      box.append(el('p', {class: 'muted', style: 'padding:16px', tabindex: 0}, nodes.stored[shown] ? 'Nothing here was lost.' : 'No bytes are stored here.'));
    }
    rove(focused);
    if (hadFocus) focusOn(focused);
    crumbs();
    legend();
    const folded = data.folded
      ? ` ${counted(data.folded, 'path')} of the least bytes are summed up, so that this page stays small.` : '';
    $('map-hint').textContent = `${bytes(nodes.stored[shown])} stored, ${bytes(nodes.lost[shown])} of it lost.${folded}`;
  }

  const topTiles = () => [...box.querySelectorAll('.top-tile')];
  const nodeOf = (tile) => Number(tile.dataset.node);

  // One of the boxes is in the order of the Tab key.
  function rove(node) {
    const all = topTiles();
    if (!all.length) return;
    const chosen = all.find((tile) => nodeOf(tile) === node) || all[0];
    for (const tile of all) tile.tabIndex = tile === chosen ? 0 : -1;
    focused = nodeOf(chosen);
  }

  function focusOn(node) {
    rove(node);
    const tile = topTiles().find((candidate) => candidate.tabIndex === 0);
    if (tile) tile.focus();
  }

  function open(node, focus) {
    if (!hasChildren(node)) {
      tree.reveal(node);
      return;
    }
    const from = shown;
    shown = node;
    focused = -1;
    render();
    if (focus) {
      let child = from;
      while (child >= 0 && nodes.parent[child] !== node) child = nodes.parent[child];
      focusOn(child);
    }
  }

  // The nearest box in a direction, by the distance of the middles, sideways counted double.
  function neighbour(tile, dx, dy) {
    const middle = (candidate) => {
      const rect = candidate.getBoundingClientRect();
      return [rect.left + rect.width / 2, rect.top + rect.height / 2];
    };
    const [x, y] = middle(tile);
    let best = null;
    let least = Infinity;
    for (const other of topTiles()) {
      const [ox, oy] = middle(other);
      const along = (ox - x) * dx + (oy - y) * dy;
      if (other === tile || along <= 1) continue;
      const across = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (along + 2 * across < least) {
        least = along + 2 * across;
        best = other;
      }
    }
    return best;
  }

  const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  box.addEventListener('keydown', (event) => {
    const tile = event.target.closest('.top-tile');
    if (event.key === 'Backspace' || event.key === 'Escape') {
      if (shown !== 0) open(nodes.parent[shown], true);
    } else if (!tile) {
      return;
    } else if (event.key === 'Enter' || event.key === ' ') {
      open(nodeOf(tile), true);
    } else if (ARROWS[event.key]) {
      const other = neighbour(tile, ...ARROWS[event.key]);
      if (other) focusOn(nodeOf(other));
    } else {
      return;
    }
    event.preventDefault();
  });
  box.addEventListener('click', (event) => {
    const tile = event.target.closest('.top-tile');
    if (tile) open(nodeOf(tile));
  });
  box.addEventListener('focusin', (event) => {
    const tile = event.target.closest('.top-tile');
    if (tile) focused = nodeOf(tile);
  });

  const tip = $('tip');
  box.addEventListener('pointermove', (event) => {
    const tile = event.target.closest('.tile');
    tip.hidden = !tile;
    if (!tile) return;
    const node = nodeOf(tile);
    const lines = [el('div', {class: 'path'}, pathOf(node)), el('div', {}, describe(node).split(', ').slice(1).join(', '))];
    const kind = dominant('kind')[node];
    lines.push(el('div', {}, `${layerName(dominant('layer')[node])}${kind ? ', ' + data.kinds[kind].title : ''}`));
    tip.replaceChildren(...lines);
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(4, Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)) + 'px';
  });
  box.addEventListener('pointerleave', () => { tip.hidden = true; });

  let timer = 0;
  new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (drawn !== `${box.clientWidth}x${box.clientHeight}`) render();
    }, 60);
  }).observe(box);

  return {
    start() {
      segments($('map-modes'), [['layer', 'layer'], ['kind', 'kind'], ['lost', 'lost'], ['lost-only', 'lost only']], mode, (id) => {
        mode = id;
        render();
      });
    },
    open,
    render,
  };
})();
