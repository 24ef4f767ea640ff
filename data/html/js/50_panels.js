// Everything that is not the map or the tree: figures, waste, layers, configuration, notes.
const panels = (() => {
  const size = report.size;

  function header() {
    const image = report.image;
    const name = image.names[0] || image.target;
    $('image-name').textContent = name;
    $('image-name').title = name;
    document.title = `${name} – whittle`;
    const platform = image.platform;
    const facts = [[platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'), counted(report.layers.length, 'layer')];
    if (image.created) facts.push(`created ${image.created}`);
    if (report.base) facts.push(`base ${report.base.name || 'without a name'}`);
    $('image-facts').textContent = facts.filter(Boolean).join(' · ');
    $('verdict').textContent = size.reclaimable
      ? `${bytes(size.reclaimable)} of ${bytes(size.stored)} (${share(size.reclaimable, size.stored)}) are stored and never seen.`
      : `All of ${bytes(size.stored)} is in the container, nothing is stored in vain.`;
    $('made-by').textContent = `Made by ${report.tool.name} ${report.tool.version}. Everything is in this one file; it asks no network.`;
  }

  function figure(label, value, sub, parts) {
    const card = el('div', {class: 'figure'}, el('span', {class: 'muted'}, label), el('b', {}, value), el('div', {class: 'sub'}, sub));
    if (parts) {
      card.append(el('div', {class: 'bar', 'aria-hidden': true}, ...parts.map(([part, color]) => {
        const piece = el('i', {});
        piece.style.cssText = `width:${100 * part}%;background:${color}`;
        return piece;
      })));
    }
    return card;
  }

  function figures() {
    const of = (part, whole) => (whole ? part / whole : 0);
    const cards = [
      figure('stored', bytes(size.stored), report.base ? `${bytes(size.own.stored)} own, ${bytes(size.base.stored)} base` : '',
        report.base ? [[of(size.own.stored, size.stored), 'var(--accent)'], [of(size.base.stored, size.stored), 'var(--line)']] : null),
      figure('in the container', bytes(size.final), share(size.final, size.stored) + ' of what is stored', [[of(size.final, size.stored), 'var(--good)']]),
      figure('reclaimable', bytes(size.reclaimable), report.base ? `${bytes(size.own.reclaimable)} of it in own layers` : '', [[of(size.reclaimable, size.stored), 'var(--bad)']]),
      figure('efficiency', `${(Math.floor(size.efficiency * 1000) / 10).toFixed(1)} %`, report.base ? `own layers ${(Math.floor(size.own.efficiency * 1000) / 10).toFixed(1)} %` : ''),
      figure('compressed', size.compressed_bytes === null ? 'unknown' : bytes(size.compressed_bytes),
        (size.compressed_is_estimated ? 'estimated' : 'as it is stored or measured') + (size.lost_compressed_bytes ? `, about ${bytes(size.lost_compressed_bytes)} lost` : '')),
    ];
    $('figures').replaceChildren(...cards);
  }

  function origin(item) {
    const at = (index) => {
      const place = report.layers[index] ? placeOf(report.layers[index]) : '';
      return layerName(index) + (place ? ` (${place})` : '');
    };
    let text = at(item.created_layer);
    if (item.killer_layer !== null && item.killer_layer !== item.created_layer) text += `, ended by ${at(item.killer_layer)}`;
    return text + (item.is_base ? ', in the base image' : '');
  }

  function nodeAt(path) {
    let node = 0;
    for (const part of path.split('/').filter(Boolean)) {
      let child = nodes.first[node];
      while (child >= 0 && columns.names[child] !== part) child = nodes.next[child];
      if (child < 0) return -1;
      node = child;
    }
    return node;
  }

  function pathLink(path) {
    const node = path ? nodeAt(path) : -1;
    if (node <= 0) return el('span', {class: 'path'}, path);
    return el('button', {type: 'button', class: 'link path', onclick: () => tree.reveal(node)}, path);
  }

  function wasteList() {
    if (!report.waste.length) return el('p', {class: 'muted'}, 'Nothing was found that could go.');
    return el('ul', {class: 'waste-list'}, ...report.waste.map((item) => el('li', {},
      el('div', {class: 'bytes'}, bytes(item.bytes)),
      el('div', {}, el('div', {class: 'title'}, item.title), el('div', {}, pathLink(item.path), ` ${counted(item.files, 'file')}`),
        el('div', {class: 'muted'}, origin(item)), item.remedy ? el('div', {class: 'remedy'}, item.remedy) : null))));
  }

  function bars(rows) {
    if (!rows.length) return el('p', {class: 'muted'}, 'Nothing is lost.');
    const whole = rows.reduce((sum, row) => sum + row.bytes, 0);
    const most = Math.max(...rows.map((row) => row.bytes));
    const cells = rows.flatMap((row) => {
      const fill = el('i', {});
      fill.style.width = `${100 * row.bytes / most}%`;
      return [el('span', {class: row.plain ? '' : 'path'}, row.name), el('span', {class: 'track', 'aria-hidden': true}, fill),
        el('span', {class: 'num'}, bytes(row.bytes)), el('span', {class: 'num muted share'}, share(row.bytes, whole))];
    });
    return el('div', {class: 'bars'}, ...cells);
  }

  const WASTE = {
    items: wasteList,
    cause: () => bars(report.causes.filter((cause) => cause.bytes > 0).sort((a, b) => b.bytes - a.bytes)
      .map((cause) => ({name: cause.title, bytes: cause.bytes, plain: true}))),
  };
  for (const [id, key] of [['line', 'by_line'], ['kind', 'by_kind'], ['folder', 'by_dir'], ['package', 'by_package']]) {
    WASTE[id] = () => bars(report.lost[key].map((row) => ({name: row.key, bytes: row.stored, plain: id === 'kind'})));
  }

  function waste() {
    segments($('waste-tabs'), [['items', 'what to do'], ...['cause', 'line', 'kind', 'folder', 'package'].map((id) => [id, `by ${id}`])],
      'items', (id) => $('waste').replaceChildren(WASTE[id]()), 'tab');
  }

  function layers() {
    const most = Math.max(1, ...report.layers.map((layer) => layer.content_bytes || 0));
    const head = el('tr', {}, ...[['#', 'num'], ['size', 'num'], ['', ''], ['compressed', 'num'], ['lost', 'num'], ['line', ''], ['instruction', '']]
      .map(([name, kind]) => el('th', {scope: 'col', class: kind}, name)));
    const rows = [];
    for (const layer of report.layers) {
      if (report.base && layer.index === report.base.layers) {
        rows.push(el('tr', {class: 'boundary'}, el('td', {colspan: 7}, `above: ${report.base.name || 'the base image'} (${report.base.why}); below: own layers`)));
      }
      const dot = el('i', {class: 'dot', 'aria-hidden': true});
      dot.style.background = layerColor(layer.index);
      const fill = el('i', {});
      fill.style.cssText = `width:${100 * (layer.content_bytes || 0) / most}%;background:var(--accent)`;
      const lostPart = layer.content_bytes ? layer.lost_bytes / layer.content_bytes : 0;
      const command = el('td', {class: 'cmd'}, el('button', {type: 'button', class: 'link path', onclick: () => {
        tree.filter(layer.index);
        $('tree-title').scrollIntoView({block: 'start'});
      }}, layer.command || '(not in the history)'));
      if (layer.problem) command.append(el('div', {class: 'bad'}, `not read: ${layer.problem}`));
      rows.push(el('tr', {class: layer.is_base ? 'base' : '', 'data-layer': layer.index},
        el('td', {class: 'num'}, dot, layer.index + 1), el('td', {class: 'num'}, layer.content_bytes === null ? '?' : bytes(layer.content_bytes)),
        el('td', {class: 'size-bar'}, el('div', {class: 'bar', 'aria-hidden': true}, fill)),
        el('td', {class: 'num'}, layer.compressed_bytes === null ? '' : (layer.compressed_is_estimated ? '~' : '') + bytes(layer.compressed_bytes)),
        el('td', {class: 'num' + (lostPart ? ' bad' : '')}, lostPart ? share(layer.lost_bytes, layer.content_bytes) : ''),
        el('td', {class: 'mono', title: placeOf(layer)}, placeOf(layer)), command));
    }
    $('layers').replaceChildren(el('thead', {}, head), el('tbody', {}, ...rows));
  }

  function markLayer(index) {
    for (const row of $('layers').querySelectorAll('tr[data-layer]')) {
      row.classList.toggle('chosen', Number(row.dataset.layer) === index);
    }
  }

  function config() {
    const run = report.image.config;
    const list = $('config');
    const add = (name, value) => {
      if (value === null || value === '' || (Array.isArray(value) && !value.length)) return;
      const lines = Array.isArray(value) ? value : [value];
      list.append(el('dt', {}, name), el('dd', {}, ...lines.map((line) => el('div', {}, el('code', {}, line)))));
    };
    add('manifest', report.image.manifest_digest);
    add('configuration', report.image.config_digest);
    add('source', report.image.source);
    add('user', run.user || 'root (none is set)');
    add('entrypoint', run.entrypoint.length ? JSON.stringify(run.entrypoint) : '');
    add('command', run.cmd.length ? JSON.stringify(run.cmd) : '');
    add('working folder', run.working_dir);
    add('ports', run.exposed_ports);
    add('volumes', run.volumes);
    add('environment', run.env);
    add('labels', Object.entries(run.labels).map(([key, value]) => `${key}=${value}`));
    add('stop signal', run.stop_signal);
    add('health check', run.health_check ? JSON.stringify(run.health_check.test) : '');
    add('packages', report.packages.types.map((type) => `${type.count} ${type.type}`));
  }

  function notes() {
    const all = [...report.notes, ...report.packages.problems,
      ...report.gates.map((gate) => `${gate.status} ${gate.name}: ${dash(gate.value)}, limit ${dash(gate.limit)}`)];
    $('notes-card').hidden = !all.length;
    $('notes').replaceChildren(...all.map((note) => el('li', {}, note)));
  }

  return {
    start() {
      header();
      figures();
      waste();
      layers();
      config();
      notes();
    },
    markLayer,
  };
})();
