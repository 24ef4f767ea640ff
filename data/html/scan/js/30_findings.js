// The table of findings: filters, order, details.
const findings = (() => {
  const PAGE = 250;
  const KINDS = [['vulnerability', 'Vulnerabilities', 'vuln'], ['secret', 'Secrets', 'secret'], ['check', 'Configuration', 'config']];
  const COLUMNS = {
    vulnerability: [['level', 'Level'], ['id', 'Vulnerability'], ['subject', 'Package'], ['version', 'Installed'], ['fixed', 'Fixed'], ['epss', 'EPSS'], ['place', 'Where']],
    secret: [['level', 'Level'], ['id', 'Kind'], ['subject', 'In'], ['version', 'Masked'], ['place', 'Where']],
    check: [['level', 'Level'], ['id', 'Check'], ['title', 'What'], ['subject', 'In'], ['place', 'Where']],
    suppressed: [['level', 'Level'], ['id', 'Finding'], ['subject', 'In'], ['version', 'Installed'], ['suppressed', 'Why it does not count'], ['place', 'Where']],
  };
  const state = {kind: 'vulnerability', level: null, search: '', fixable: false, exploited: false, layer: '', help: null, sort: null, down: false, shown: PAGE, open: new Set()};

  const inKind = (row) => (state.kind === 'suppressed' ? Boolean(row.suppressed) : !row.suppressed && row.kind === state.kind);
  function matches(row) {
    return inKind(row) && (!state.level || row.level === state.level) && (!state.fixable || row.fixed)
      && (!state.exploited || row.exploited) && (!state.help || row.help === state.help)
      && (state.layer === '' || String(row.layer ? row.layer.index : 'none') === state.layer)
      && state.search.split(/\s+/).every((word) => row.text.includes(word));
  }
  const value = (row) => (state.sort === 'level' ? row.rank : row[state.sort]);
  function ordered(list) {
    if (!state.sort) return list;
    const sign = state.down ? -1 : 1;
    return [...list].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      const none = (v) => v === null || v === undefined || v === '';
      if (none(x) || none(y)) return none(x) === none(y) ? a.index - b.index : none(x) ? 1 : -1;
      if (x === y) return a.index - b.index;
      if (typeof x === 'number') return sign * (x - y);
      return sign * String(x).localeCompare(String(y), 'en', {numeric: true});
    });
  }

  function cell(row, name) {
    if (name === 'level') return el('td', {class: 'short'}, levelChip(row.level));
    if (name === 'id') {
      const button = el('button', {type: 'button', class: 'opens', 'aria-expanded': String(state.open.has(row.index))}, row.id);
      return el('td', {}, button, row.exploited ? el('span', {class: 'tag'}, 'exploited') : '',
        row.deleted ? el('span', {class: 'tag'}, 'deleted, recoverable') : '');
    }
    if (name === 'epss') return el('td', {class: 'num'}, row.epss === null ? '–' : `${(100 * row.epss).toFixed(1)} %`);
    const mono = ['subject', 'version', 'fixed'].includes(name);
    const short = name === 'place' && row.place.length <= 24;
    return el('td', {class: mono ? 'mono' : short ? 'short' : ''}, dash(row[name]));
  }
  function detail(row, width) {
    const facts = el('dl', {class: 'facts2'});
    const all = [...row.facts, ['Layer', row.layer && `${row.layer.index + 1}: ${row.layer.command ?? 'unknown command'}`],
      ['Does not count', row.suppressed], ['Read more', row.url]];
    for (const [name, text] of all) {
      if (!text) continue;
      facts.append(el('dt', {}, name), el('dd', {class: 'mono'}, /^https?:\/\/[^\s]+$/.test(text)
        ? el('a', {href: text, rel: 'noopener noreferrer', target: '_blank'}, text) : text));
    }
    return el('tr', {class: 'detail'}, el('td', {colspan: width}, row.title ? el('p', {}, row.title) : '',
      row.help ? el('p', {class: 'good'}, row.help) : '', facts));
  }
  function head(columns) {
    return el('tr', {}, ...columns.map(([name, title]) => {
      const is = state.sort === name;
      return el('th', {scope: 'col', class: name === 'epss' ? 'num' : '', 'aria-sort': is ? (state.down ? 'descending' : 'ascending') : 'none'},
        el('button', {type: 'button', onclick: () => {
          state.down = is ? !state.down : name === 'epss';
          state.sort = name;
          draw();
        }}, title + (is ? (state.down ? ' ↓' : ' ↑') : '')));
    }));
  }
  function toggle(row) {
    if (!state.open.delete(row.index)) state.open.add(row.index);
    const at = [...document.querySelectorAll('#findings .opens')].indexOf(document.activeElement);
    draw();
    if (at >= 0) document.querySelectorAll('#findings .opens')[at]?.focus();
  }
  function draw() {
    const columns = COLUMNS[state.kind];
    const list = ordered(rows.filter(matches));
    const body = el('tbody');
    for (const row of list.slice(0, state.shown)) {
      body.append(el('tr', {class: 'row', onclick: () => toggle(row)}, ...columns.map(([name]) => cell(row, name))));
      if (state.open.has(row.index)) body.append(detail(row, columns.length));
    }
    $('findings').replaceChildren(el('thead', {}, head(columns)), body);
    const all = rows.filter(inKind).length;
    $('count').textContent = all === list.length ? counted(all, 'finding') : `${list.length.toLocaleString('en')} of ${counted(all, 'finding')}`;
    $('more').hidden = list.length <= state.shown;
    $('more').textContent = `Show ${Math.min(PAGE, list.length - state.shown)} more`;
    for (const button of document.querySelectorAll('#figures button')) button.setAttribute('aria-pressed', String(button.dataset.level === state.level));
  }
  function set(changes) {
    Object.assign(state, {shown: PAGE}, changes);
    draw();
  }
  function clear() {
    for (const id of ['only-fixable', 'only-exploited']) $(id).checked = false;
    $('search').value = '';
    $('layer').value = '';
    set({level: null, search: '', fixable: false, exploited: false, layer: '', help: null, sort: null});
  }
  function lead(changes) {
    clear();
    set(changes);
    $('layer').value = state.layer;
    pickKind(changes.kind ?? state.kind);
    $('findings-title').focus({preventScroll: true});
    $('findings-title').scrollIntoView({block: 'start', behavior: 'auto'});
  }
  function pickKind(kind) {
    for (const button of document.querySelectorAll('#kinds button')) {
      button.setAttribute('aria-selected', String(button.dataset.id === kind));
      button.tabIndex = button.dataset.id === kind ? 0 : -1;
    }
    set({kind});
  }
  return {
    lead,
    level: (level) => set({level: state.level === level ? null : level}),
    start() {
      const kinds = KINDS.filter(([, , scanner]) => report.scanners.includes(scanner))
        .map(([id, title]) => [id, `${title} ${rows.filter((row) => row.kind === id && !row.suppressed).length}`]);
      const hidden = rows.filter((row) => row.suppressed).length;
      if (hidden > 0) kinds.push(['suppressed', `Not counted ${hidden}`]);
      const first = kinds.find(([id]) => rows.some((row) => row.kind === id && !row.suppressed)) ?? kinds[0] ?? ['vulnerability'];
      const layers = new Map(rows.map((row) => [row.layer ? row.layer.index : 'none', row.place]));
      $('layer').replaceChildren(el('option', {value: ''}, 'all'), ...[...layers].sort((a, b) => (a[0] === 'none') - (b[0] === 'none') || a[0] - b[0])
        .map(([index, place]) => el('option', {value: index}, index === 'none' ? 'none' : `${index + 1} ${place}`)));
      segments($('kinds'), kinds, first[0], (kind) => set({kind}), 'tab');
      $('search').addEventListener('input', () => set({search: $('search').value.trim().toLowerCase()}));
      $('only-fixable').addEventListener('change', () => set({fixable: $('only-fixable').checked}));
      $('only-exploited').addEventListener('change', () => set({exploited: $('only-exploited').checked}));
      $('layer').addEventListener('change', () => set({layer: $('layer').value}));
      $('clear').addEventListener('click', clear);
      $('more').addEventListener('click', () => {
        state.shown += PAGE;
        draw();
      });
      document.addEventListener('keydown', (event) => {
        if (event.key !== '/' || /INPUT|SELECT/.test(document.activeElement.tagName)) return;
        $('search').focus();
        event.preventDefault();
      });
    },
  };
})();
