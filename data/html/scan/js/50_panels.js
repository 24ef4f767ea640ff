// Head, figures, remedies, layers, notes.
const panels = (() => {
  const counting = rows.filter((row) => !row.suppressed);
  function facts() {
    const list = [report.distribution.name, report.image.platform.os && `${report.image.platform.os}/${report.image.platform.architecture}`];
    if (report.summary.vulnerabilities) list.push(counted(report.summary.vulnerabilities.packages_judged + report.summary.vulnerabilities.packages_not_judged, 'package'));
    if (report.database) list.push(`database of ${report.database.built.slice(0, 10)}, ${counted(report.database.advisories, 'advisory').replace('advisorys', 'advisories')}`);
    if (report.distribution.end_of_life) list.push(`no fixes since ${report.distribution.end_of_life}`);
    return list.filter(Boolean).join(' · ');
  }
  function verdict() {
    const parts = [];
    const say = (summary, one, many) => {
      if (summary) parts.push(summary.findings === 0 ? `no ${many}` : `${summary.findings.toLocaleString('en')} ${summary.findings === 1 ? one : many}`);
    };
    say(report.summary.vulnerabilities, 'vulnerability', 'vulnerabilities');
    say(report.summary.secrets, 'secret', 'secrets');
    say(report.summary.checks, 'weakness of the configuration', 'weaknesses of the configuration');
    return parts.join(', ');
  }
  function figures() {
    const numbers = counts(counting);
    $('figures').replaceChildren(...LEVELS.map((level, i) => el('button', {type: 'button', class: 'figure', 'data-level': level, 'aria-pressed': 'false',
      onclick: () => findings.level(level)},
    el('span', {class: `name level-${level}`}, level), el('b', {class: numbers[i] > 0 ? `level-${level}` : 'muted'}, numbers[i].toLocaleString('en')))));
  }
  function remedies() {
    const groups = new Map();
    for (const row of counting) {
      if (!row.help) continue;
      const group = groups.get(row.help) ?? {count: 0, kind: row.kind, level: LEVELS.length};
      group.count += 1;
      group.level = Math.min(group.level, LEVELS.indexOf(row.level));
      groups.set(row.help, group);
    }
    const list = [...groups].sort((a, b) => a[1].level - b[1].level || b[1].count - a[1].count);
    $('remedies-card').hidden = list.length === 0;
    const MOST = 8;
    const draw = (most) => {
      $('remedies').replaceChildren(...list.slice(0, most).map(([help, group]) => el('li', {}, el('b', {}, group.count.toLocaleString('en')),
        el('button', {type: 'button', class: 'link', onclick: () => findings.lead({help, kind: group.kind})}, help))));
      if (list.length > most) {
        $('remedies').append(el('li', {}, el('b', {}), el('button', {type: 'button', class: 'link', onclick: () => draw(list.length)}, `and ${list.length - most} more`)));
      }
    };
    draw(MOST);
  }
  function layers() {
    const groups = new Map();
    for (const row of counting) {
      if (!row.layer) continue;
      const group = groups.get(row.layer.index) ?? {layer: row.layer, list: []};
      group.list.push(row);
      groups.set(row.layer.index, group);
    }
    const list = [...groups.values()].sort((a, b) => a.layer.index - b.layer.index);
    $('layers-card').hidden = list.length === 0;
    const most = Math.max(1, ...list.map((group) => group.list.length));
    const body = list.map(({layer, list: own}) => el('tr', {class: 'row', onclick: () => findings.lead({layer: String(layer.index), kind: own[0].kind})},
      el('td', {class: 'num'}, layer.index + 1), el('td', {class: 'short'}, el('button', {type: 'button', class: 'link'}, placeOf(layer))),
      el('td', {class: 'mono'}, dash(layer.command)), el('td', {class: 'num'}, own.length.toLocaleString('en')),
      el('td', {}, el('div', {class: 'stack', role: 'img', 'aria-label': counts(own).map((n, i) => (n ? `${n} ${LEVELS[i]}` : '')).filter(Boolean).join(', ')},
        ...counts(own).map((n, i) => el('i', {class: `level-${LEVELS[i]}`, style: `width:${100 * n / most}%`}))))));
    $('layers').replaceChildren(el('thead', {}, el('tr', {}, ...['#', 'Where', 'Command', 'Findings', ''].map((title, i) => el('th', {scope: 'col', class: i === 0 || i === 3 ? 'num' : ''}, el('span', {}, title))))),
      el('tbody', {}, ...body));
  }
  const head = (...titles) => el('thead', {}, el('tr', {}, ...titles.map((title) => el('th', {scope: 'col'}, el('span', {}, title)))));
  const VERDICTS = {no: 'no', likely: 'likely, nothing is known against it', with: 'with the options, as traced runs show', yes: 'as traced runs show'};
  function readiness() {
    const data = report.readiness;
    $('readiness-card').hidden = !data;
    if (!data) return;
    $('readiness-note').textContent = data.traced ? 'With a trace of its runs' : 'No run was looked at: whittle trace shows what one needs';
    const body = data.aspects.flatMap((aspect) => [
      el('tr', {}, el('td', {}, el('b', {}, aspect.title)), el('td', {}, el('b', {}, VERDICTS[aspect.verdict])), el('td', {}), el('td', {})),
      ...aspect.obstacles.map((o) => el('tr', {}, el('td', {class: 'muted'}, o.source), el('td', {}, o.text), el('td', {class: 'mono'}, dash(o.option)), el('td', {}, dash(o.remedy))))]);
    $('readiness').replaceChildren(head('', 'What', 'Option', 'What to do'), el('tbody', {}, ...body));
    $('readiness-command').textContent = `docker run ${data.run_options.join(' ')}`;
  }
  function surface() {
    const data = report.attack_surface;
    $('surface-card').hidden = !data;
    if (!data) return;
    $('surface-title').textContent = `Attack surface: ${data.score}`;
    const body = data.parts.filter((part) => part.count > 0).map((part) => el('tr', {}, el('td', {}, part.title),
      el('td', {class: 'num'}, part.count.toLocaleString('en')), el('td', {class: 'num'}, part.points.toLocaleString('en')), el('td', {class: 'mono'}, part.examples.join(', '))));
    $('surface').replaceChildren(head('Kind', 'Count', 'Points', 'For example'), el('tbody', {}, ...body));
  }
  return {
    start() {
      const name = report.image.names[0] ?? report.image.target;
      document.title = `${name}: whittle scan`;
      $('image-name').textContent = name;
      $('image-facts').textContent = facts();
      $('verdict').textContent = verdict();
      figures();
      remedies();
      layers();
      readiness();
      surface();
      $('notes-card').hidden = report.notes.length === 0;
      $('notes').replaceChildren(...report.notes.map((note) => el('li', {}, note)));
      $('made-by').textContent = `Made by whittle ${report.tool.version}. Nothing on this page is loaded from a network.`;
    },
  };
})();
