// The tree of files: rows are made when their folder is opened.
const tree = (() => {
  const box = $('tree');
  const STEP = 500;
  let layer = -1;
  let lostOnly = false;
  let sort = 'size';
  let selected = 0;

  function visible(node) {
    if (lostOnly && nodes.lost[node] === 0) return false;
    return layer < 0 || layersOf(layer)[node] === 1;
  }

  function sorted(node) {
    const list = childrenOf(node).filter(visible);
    if (sort === 'size') list.sort((a, b) => nodes.stored[b] - nodes.stored[a] || a - b);
    return list;
  }

  const MODES = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];
  function modeText(node) {
    const mode = columns.mode[node];
    if (columns.type[node] === TYPE.folded || (mode === 0 && columns.type[node] === TYPE.folder)) return '';
    const text = [6, 3, 0].map((shift) => MODES[(mode >> shift) & 7].split(''));
    if (mode & 0o4000) text[0][2] = text[0][2] === 'x' ? 's' : 'S';
    if (mode & 0o2000) text[1][2] = text[1][2] === 'x' ? 's' : 'S';
    if (mode & 0o1000) text[2][2] = text[2][2] === 'x' ? 't' : 'T';
    return text.flat().join('');
  }

  function row(node, level, position, size) {
    const folder = hasChildren(node);
    const target = columns.links[node];
    const named = columns.type[node] !== TYPE.folded && node !== 0;
    const name = el('span', {class: 't-name' + (isGone(node) ? ' gone' : '')},
      el('span', {class: 'twist', 'aria-hidden': true}, folder ? '▸' : ''),
      nameOf(node) + (folder && named ? '/' : ''), target ? el('span', {class: 'muted'}, ` → ${target}`) : null);
    name.style.paddingLeft = `${Math.min(level - 1, 40) * 15}px`;
    const lost = nodes.lost[node];
    const item = el('div', {
      class: 'tree-row', role: 'treeitem', tabindex: -1, 'data-node': node, 'aria-level': level, 'aria-posinset': position,
      'aria-setsize': size, 'aria-selected': 'false', 'aria-expanded': folder ? 'false' : null,
    }, name, el('span', {}, bytes(nodes.stored[node])), el('span', {class: 'bad'}, lost ? bytes(lost) : ''),
      el('span', {}, columns.type[node] === TYPE.folder ? '' : columns.layer[node] + 1), el('span', {class: 'mono'}, modeText(node)),
      el('span', {}, modeText(node) ? columns.owners[columns.owner[node]] : ''));
    return item;
  }

  const nodeOf = (item) => Number(item.dataset.node);
  const levelOf = (item) => Number(item.getAttribute('aria-level'));
  const items = () => [...box.querySelectorAll('[role=treeitem]')];

  function expand(item, least) {
    if (item.getAttribute('aria-expanded') !== 'false') return;
    item.setAttribute('aria-expanded', 'true');
    item.querySelector('.twist').textContent = '▾';
    addChildren(item, sorted(nodeOf(item)), 0, levelOf(item) + 1, Math.max(STEP, least || 0));
  }

  // The next rows of a folder behind `after`, and a row for the rest.
  function addChildren(after, list, from, level, step) {
    const end = Math.min(list.length, from + step);
    const fragment = document.createDocumentFragment();
    for (let i = from; i < end; i += 1) fragment.append(row(list[i], level, i + 1, list.length));
    if (end < list.length) {
      const more = el('div', {class: 'tree-row', role: 'treeitem', tabindex: -1, 'aria-level': level, 'data-more': end},
        el('span', {class: 't-name', style: `padding-left:${Math.min(level - 1, 40) * 15 + 16}px`}, `${counted(list.length - end, 'more path')}`));
      more.addEventListener('click', () => {
        const before = more.previousElementSibling;
        more.remove();
        addChildren(before, list, end, level, step);
        const next = before.nextElementSibling;
        if (next) focus(next);
      });
      fragment.append(more);
    }
    after.after(fragment);
  }

  function collapse(item) {
    if (item.getAttribute('aria-expanded') !== 'true') return;
    item.setAttribute('aria-expanded', 'false');
    item.querySelector('.twist').textContent = '▸';
    const level = levelOf(item);
    while (item.nextElementSibling && levelOf(item.nextElementSibling) > level) item.nextElementSibling.remove();
  }

  function select(item, quiet) {
    for (const other of box.querySelectorAll('[aria-selected=true]')) other.setAttribute('aria-selected', 'false');
    for (const other of box.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    item.setAttribute('aria-selected', 'true');
    item.tabIndex = 0;
    if (item.dataset.node === undefined) return;
    selected = nodeOf(item);
    if (!quiet) detail(selected);
  }

  function focus(item) {
    select(item);
    item.focus({preventScroll: true});
    item.scrollIntoView({block: 'nearest'});
  }

  function detail(node) {
    const parts = [el('h3', {}, pathOf(node))];
    const facts = el('dl', {class: 'facts'});
    const add = (name, value) => value !== '' && facts.append(el('dt', {}, name), el('dd', {}, value));
    add('type', TYPE_NAMES[columns.type[node]]);
    if (columns.links[node]) add('leads to', el('span', {class: 'path'}, columns.links[node]));
    add('stored', bytes(nodes.stored[node]));
    if (nodes.lost[node]) add('lost', el('span', {class: 'bad'}, `${bytes(nodes.lost[node])} (${share(nodes.lost[node], nodes.stored[node])})`));
    if (columns.kind[node]) add('kind', data.kinds[columns.kind[node]].title);
    if (modeText(node)) add('mode', el('code', {}, `${modeText(node)} ${columns.owners[columns.owner[node]]}`));
    const versions = versionsOf(node);
    if (!versions.length && columns.type[node] !== TYPE.folder) add('layer', layerLink(columns.layer[node]));
    parts.push(facts);
    if (versions.length) {
      parts.push(el('p', {class: 'muted', style: 'margin-top:10px'}, 'over the layers'), el('ol', {start: 1}, ...versions.map(([made, size, cause, killer]) =>
        el('li', {}, layerLink(made), `: ${bytes(size)}`, cause
          ? el('span', {class: 'bad'}, `, ${data.causes[cause].title}${killer === made ? '' : ` (${layerName(killer)})`}`)
          : el('span', {class: 'good'}, ', in the container')))));
    }
    if (hasChildren(node)) parts.push(el('p', {style: 'margin-top:10px'}, el('button', {type: 'button', class: 'link', onclick: () => {
      map.open(node);
      $('map-title').scrollIntoView({block: 'start'});
    }}, 'Show in the map')));
    $('detail').replaceChildren(...parts);
  }

  function layerLink(index) {
    const made = report.layers[index];
    const place = made ? placeOf(made) : '';
    return el('span', {title: made && made.command ? made.command : ''}, layerName(index) + (place ? ` (${place})` : ''));
  }

  function render() {
    const root = row(0, 1, 1, 1);
    box.replaceChildren(root);
    expand(root);
    select(root);
  }

  // Opens all folders above a path and goes there; filters that hide it are taken off.
  function reveal(node) {
    if (!visible(node)) {
      layer = -1;
      lostOnly = false;
      $('tree-layer').value = '-1';
      $('tree-lost').checked = false;
      render();
    }
    const way = [];
    for (let i = node; i >= 0; i = nodes.parent[i]) way.push(i);
    let item = box.firstElementChild;
    for (const step of way.reverse().slice(1)) {
      const at = sorted(nodeOf(item)).indexOf(step);
      if (item.getAttribute('aria-expanded') === 'true' && !find(step)) collapse(item);
      expand(item, at + 1);
      item = find(step) || item;
    }
    focus(item);
  }

  const find = (node) => box.querySelector(`[data-node="${node}"]`);

  box.addEventListener('click', (event) => {
    const item = event.target.closest('[data-node]');
    if (!item) return;
    focus(item);
    if (item.getAttribute('aria-expanded') === 'true') collapse(item);
    else expand(item);
  });
  box.addEventListener('keydown', (event) => {
    const item = event.target.closest('[role=treeitem]');
    if (!item) return;
    const all = items();
    const at = all.indexOf(item);
    const expanded = item.getAttribute('aria-expanded');
    const go = (to) => to && focus(to);
    switch (event.key) {
      case 'ArrowDown': go(all[at + 1]); break;
      case 'ArrowUp': go(all[at - 1]); break;
      case 'Home': go(all[0]); break;
      case 'End': go(all[all.length - 1]); break;
      case 'ArrowRight': if (expanded === 'false') expand(item); else if (expanded === 'true') go(all[at + 1]); break;
      case 'ArrowLeft':
        if (expanded === 'true') collapse(item);
        else go(all.slice(0, at).reverse().find((other) => levelOf(other) < levelOf(item)));
        break;
      case 'Enter': case ' ': item.click(); break;
      default: return;
    }
    event.preventDefault();
  });

  return {
    start() {
      const all = el('option', {value: -1}, 'all');
      $('tree-layer').replaceChildren(all, ...report.layers.map((made) =>
        el('option', {value: made.index}, `${made.index + 1}  ${(made.command || '').slice(0, 60)}`)));
      $('tree-layer').addEventListener('change', () => this.filter(Number($('tree-layer').value)));
      $('tree-sort').addEventListener('change', () => { sort = $('tree-sort').value; render(); });
      $('tree-lost').addEventListener('change', () => { lostOnly = $('tree-lost').checked; render(); });
      render();
    },
    filter(index) {
      layer = index;
      $('tree-layer').value = String(index);
      render();
      panels.markLayer(index);
    },
    reveal,
  };
})();
